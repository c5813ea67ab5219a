"""One server has a home and a port; it goes on whoever sends half a body or freezes a worker."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.site.installation import Site, upgrade_site
from survey.site.locks import serving_alone
from tests.factories import open_anlan
from tests.journeys.test_load import serving, workers_of
from tests.respond.factories import poster_code

pytestmark = pytest.mark.server

HALF_SENT = 64
HEAD = (
    "POST /q/{code} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\nq_C1=5&"
)


@pytest.fixture
def served(site: Site) -> Iterator[tuple[Site, int, int]]:
    open_anlan(site)
    with serving(site, "--patience", "3") as (port, pid):
        yield site, port, pid


def serve(home: Path, *options: str) -> tuple[int, str]:
    environment = os.environ | {"SURVEY_HOME": str(home)}
    environment.pop("SURVEY_DATABASE", None)
    command = [sys.executable, "-m", "survey", "serve", *options]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stderr


def seconds_to_get(port: int, path: str) -> float:
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    assert connection.getresponse().status in {200, 403}, path  # the campaign's days are to come
    connection.close()
    return time.monotonic() - begun


def test_a_server_has_its_home_and_port_alone_and_outlives_half_bodies_and_frozen_workers(
    served: tuple[Site, int, int], tmp_path: Path
) -> None:
    site, port, pid = served
    home = site.settings.home
    code, said = serve(home, "--port", "1")
    assert code == 1
    assert f"已有服务在运行（进程 {pid}，http://127.0.0.1:{port}）" in said
    assert f"running already (process {pid}, http://127.0.0.1:{port})" in said
    other = tmp_path / "other"
    upgrade_site({"SURVEY_HOME": str(other)}).database.close()
    code, said = serve(other, "--port", str(port), "--host", "0.0.0.0")
    assert code == 1
    assert f"端口 {port} 已被其他程序占用" in said
    assert f"port {port} is in use" in said
    no_request_hides_in_another(port)
    half_bodies_hold_nobody(port, poster_code(site))
    a_frozen_worker_is_replaced(port, pid)
    workers_end_with_their_parent(pid)
    with serving_alone(home, host="127.0.0.1", port=port):
        pass


def no_request_hides_in_another(port: int) -> None:
    """Where two may disagree about where a request ends, it is refused: nothing follows it."""
    hidden = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for said, body in (
        ("Content-Length: 4\r\nTransfer-Encoding: chunked", f"0\r\n\r\n{hidden}"),
        ("Content-Length: 4\r\nContent-Length: 60", f"abcd{hidden}"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", f"0\r\n\r\n{hidden}"),
        ("Transfer-Encoding : chunked", f"0\r\n\r\n{hidden}"),
        ("Content-Length: +4", f"abcd{hidden}"),
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sender:
            head = f"POST /q HTTP/1.1\r\nHost: 127.0.0.1\r\n{said}\r\n\r\n"
            sender.sendall((head + body).encode())
            sender.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: sender.recv(65536), b""))
        assert answer.count(b"HTTP/1.1 ") <= 1, (said, answer)
        assert b"HTTP/1.1 200" not in answer, (said, answer)


def half_bodies_hold_nobody(port: int, code: str) -> None:
    senders = [socket.create_connection(("127.0.0.1", port)) for _ in range(HALF_SENT)]
    for sender in senders:
        sender.sendall(HEAD.format(code=code).encode())
    time.sleep(0.5)
    try:
        for path in ("/healthz", "/readyz", f"/q/{code}", "/q", "/healthz"):
            assert seconds_to_get(port, path) < 5, path
    finally:
        for sender in senders:
            sender.close()


def a_frozen_worker_is_replaced(port: int, pid: int) -> None:
    frozen = workers_of(pid)[0]
    os.kill(frozen, signal.SIGSTOP)
    deadline = time.monotonic() + 30
    while frozen in workers_of(pid):
        assert time.monotonic() < deadline, "still there"
        time.sleep(0.2)
    while len(workers_of(pid)) < 2:
        assert time.monotonic() < deadline, "not replaced"
        time.sleep(0.2)
    for _ in range(4):
        seconds_to_get(port, "/healthz")


def workers_end_with_their_parent(pid: int) -> None:
    workers = workers_of(pid)
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers):
        assert time.monotonic() < deadline, "they serve on without a parent"
        time.sleep(0.2)
