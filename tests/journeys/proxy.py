"""A real nginx with the file the product ships, before a real server."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SHIPPED = Path(__file__).resolve().parents[2] / "docs/deployment/nginx.conf"
_MAIN = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/main-error.log info;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/gongping.conf;
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """Where nginx listens and keeps its logs."""

    port: int
    folder: Path

    def logs(self) -> dict[str, str]:
        """Return what stands in every file it wrote."""
        return {
            path.name: path.read_text("utf-8", "replace")
            for path in self.folder.rglob("*")
            if path.is_file() and path.suffix in {".log", ".out"}
        }


def find_nginx() -> str:
    """Return nginx; skips where there is none, unless one is required."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None:
        why = "no nginx: apt-get install nginx-light"
        if os.environ.get("SURVEY_REQUIRE_NGINX"):
            pytest.fail(why)
        pytest.skip(why)
    return found


@contextmanager
def proxied(folder: Path, upstream: int) -> Iterator[Proxy]:
    """Run nginx with the shipped file: ports, certificate and folder of logs are put in."""
    port, plain = free_port(), free_port()
    _certify(folder)
    text = SHIPPED.read_text("utf-8")
    for place, here in (
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("/etc/ssl/gongping", str(folder)),
        ("/var/log/nginx", str(folder)),
    ):
        assert place in text
        text = text.replace(place, here)
    (folder / "gongping.conf").write_text(text, "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(user=user, folder=folder), "utf-8")
    command = [find_nginx(), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with (folder / "nginx.out").open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        _wait(port, server)
        yield Proxy(port=port, folder=folder)
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("nginx did not start with the shipped file")


def _certify(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gongping.example.gov.cn")])
    at = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(private)
