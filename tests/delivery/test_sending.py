"""What a message does on the network, and what it does not do there whoever asks for it."""

import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from survey.clock import now
from survey.delivery.sending import send
from survey.receivers.signing import new_secret, signature
from tests.delivery.systems import SAMPLE, free_port, listening

Serve = Callable[[type[BaseHTTPRequestHandler]], int]


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_words: object) -> None:
        pass


def _sent(url: str, *hosts: str, seconds: float = 5.0) -> tuple[str | None, int | None, bytes]:
    tried = send(url, headers={}, body=b"{}", allowed=hosts, seconds=seconds)
    return tried.fault, tried.status, tried.answer


def test_a_redirect_is_not_followed(serve: Serve) -> None:
    asked = []

    class Elsewhere(_Quiet):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(307)
            self.send_header("Location", "/other")
            self.end_headers()

    host = f"http://127.0.0.1:{serve(Elsewhere)}"
    assert _sent(f"{host}/in", host) == ("redirect", 307, b"")
    assert asked == ["/in"]


def test_a_private_address_is_refused_unless_the_operator_allows_it(serve: Serve) -> None:
    asked = []

    class Inside(_Quiet):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

    port = serve(Inside)
    assert _sent(f"https://127.0.0.1:{port}/") == ("address", None, b"")
    assert _sent(f"http://127.0.0.1:{port}/") == ("address", None, b"")
    assert _sent(f"https://localhost:{port}/") == ("private", None, b"")
    assert _sent(f"http://localhost:{port}/", f"localhost:{port}") == ("address", None, b"")
    assert asked == []
    assert _sent(f"http://localhost:{port}/", f"http://localhost:{port}") == (None, 204, b"")
    assert asked == ["/"]


class _Resolver:
    """A name server that means another machine each time, and a network that is not there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.answers, self.connected = list(answers), []
        monkeypatch.setattr(socket, "getaddrinfo", self.resolve)
        monkeypatch.setattr(socket.socket, "connect", self.connect)

    def resolve(self, _host: str, port: int, **_words: object) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in self.answers.pop(0)
        ]

    def connect(self, *words: Any) -> None:
        self.connected.append(words[-1])
        raise ConnectionRefusedError


def test_a_name_that_means_another_machine_a_moment_later_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = _Resolver(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    assert _sent("https://scores.example/")[0] == "unreachable"
    assert names.connected == [("8.8.8.8", 443)]
    assert len(names.answers) == 1  # asked once


def test_a_name_of_several_machines_one_inside_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = _Resolver(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    assert _sent("https://scores.example/")[0] == "private"
    assert names.connected == []


def test_an_answer_that_never_ends_is_left(serve: Serve) -> None:
    class Slow(_Quiet):
        def do_POST(self) -> None:
            for _second in range(50):
                self.wfile.write(b"H")
                time.sleep(0.05)

    class Endless(_Quiet):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 1_000_000)

    slow, endless = (f"http://127.0.0.1:{serve(handler)}" for handler in (Slow, Endless))
    started = time.monotonic()
    assert _sent(slow, slow, seconds=0.3) == ("timeout", None, b"")
    assert time.monotonic() - started < 2
    fault, status, answer = _sent(endless, endless)
    assert (fault, status, len(answer)) == (None, 200, 64 * 1024)


def test_what_is_no_web_server_is_told_apart(serve: Serve) -> None:
    class Odd(_Quiet):
        def do_POST(self) -> None:
            self.wfile.write(b"SSH-2.0-what\r\n\r\n")

    host = f"http://127.0.0.1:{serve(Odd)}"
    assert _sent(host, host)[0] == "unreadable"
    nobody = f"http://127.0.0.1:{free_port()}"
    assert _sent(nobody, nobody)[0] == "unreachable"
    assert _sent("https://no-such-host.invalid/")[0] == "unresolved"


def test_only_a_certificate_that_is_trusted_and_of_that_host_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Taken(_Quiet):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()

    certificate = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with listening(Taken, tls=context) as port:
        host = f"127.0.0.1:{port}"
        assert _sent(f"https://{host}/", host)[0] == "tls"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert _sent(f"https://{host}/", host) == (None, 200, b"")
        other = f"localhost:{port}"
        assert _sent(f"https://{other}/", other)[0] == "tls"


def test_the_sample_receiver_takes_a_message_as_a_program_of_its_own(tmp_path: Path) -> None:
    assert len(SAMPLE.read_text("utf-8").splitlines()) <= 60
    secret, port = new_secret(), free_port()
    command = [sys.executable, str(SAMPLE), str(port), str(tmp_path)]
    body = (
        b'{"data": {"release": "R1", "document": "{}", "sha256":'
        b' "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}}'
    )
    moment, host = int(now().timestamp()), f"http://127.0.0.1:{port}"
    signed = signature(secret, message_id="msg_1", moment=moment, body=body)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(moment),
        "webhook-signature": signed,
    }
    with subprocess.Popen(command, env={"SECRET": secret}, stderr=subprocess.DEVNULL) as ran:
        try:
            _wait_for(port)
            tried = send(host, headers=headers, body=body, allowed=[host])
            assert (tried.fault, tried.status) == (None, 200)
            assert tried.answer == b'{"acknowledged": "imported", "reference": "R1"}'
            altered = send(host, headers=headers, body=body + b" ", allowed=[host])
            assert (altered.fault, altered.status) == ("status", 401)
        finally:
            ran.kill()
    assert (tmp_path / "R1.json").read_bytes() == b"{}"


def test_the_signature_is_that_of_standard_webhooks() -> None:
    assert (
        signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
            moment=1614265330,
            body=b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def _wait_for(port: int) -> None:
    for _try in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return


def _certificate(folder: Path) -> Path:
    """Write a certificate of its own hand for 127.0.0.1, with its key, into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "receiver")])
    at = now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    written = folder / "receiver.pem"
    written.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return written
