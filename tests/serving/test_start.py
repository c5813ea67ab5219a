"""`survey start` tells where to go, in both languages, and keeps its noise to a file."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey.model import RefusalCounter
from survey.site.config import read_settings
from survey.site.installation import open_site
from tests.serving.crowd import lives, until

pytestmark = pytest.mark.server


@dataclass(kw_only=True)
class Started:
    port: int
    home: Path
    said: str = ""

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()


@contextmanager
def started(home: Path, *options: str) -> Iterator[Started]:
    """Run `survey start` until it answers, and stop it as one does at a terminal."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if "SURVEY" not in name}
    command = [sys.executable, "-m", "survey", "start", "--empty", "--port", str(port), *options]
    process = subprocess.Popen(
        command,
        env=environment | {"SURVEY_HOME": str(home), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    run = Started(port=port, home=home)
    try:
        _wait(run)
        yield run
    finally:
        process.send_signal(signal.SIGINT)
        run.said = process.communicate(timeout=30)[0]


def _wait(run: Started) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if run.get("/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("it did not start")


def test_it_says_where_to_go_and_how_to_stop(tmp_path: Path) -> None:
    with started(tmp_path, "--host", "127.0.0.1") as run:
        status, page = run.get("/")
        settings = read_settings({"SURVEY_HOME": str(tmp_path)})
    assert status == 200
    assert 'href="/office/' in page
    assert 'action="/q"' in page
    address = f"http://127.0.0.1:{run.port}"
    assert (settings.base_url, settings.served_url) == (address, address)  # what commands go by
    for words in (
        f"居民入口 / residents: {address}/",
        f"工作人员入口 / for officials: {address}/office/",
        "只有本机能打开",
        "only this computer can open it",
        "下一步：",
        "next: ",
        "按 Ctrl+C",
        "to stop: Ctrl+C",
        "已停止 / stopped",
    ):
        assert words in run.said
    assert "granian" not in run.said.lower()
    assert "worker" not in run.said.lower()
    assert "granian" in (tmp_path / "server.log").read_text("utf-8").lower()


def test_a_telephone_on_the_same_network_can_open_it(tmp_path: Path) -> None:
    with started(tmp_path) as run:
        base = read_settings({"SURVEY_HOME": str(tmp_path)}).base_url
        with urllib.request.urlopen(f"{base}/q", timeout=10) as answer:
            assert answer.status == 200
        assert run.get("/q")[0] == 200  # and this computer as ever
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))
            own = asking.getsockname()[0]
        except OSError:
            own = "127.0.0.1"
    assert base == f"http://{own}:{run.port}"
    assert f"residents: {base}/" in run.said


def test_what_is_counted_is_written_in_time_and_when_the_server_stops(tmp_path: Path) -> None:
    def refused() -> list[int]:
        with open_site({"SURVEY_HOME": str(tmp_path)}) as site, site.database.reading() as session:
            return list(session.scalars(sa.select(RefusalCounter.refused)))

    def ask_for_nothing(run: Started) -> None:
        with pytest.raises(urllib.error.HTTPError, match="404"):
            run.get("/q/22222222")

    with started(tmp_path, "--host", "127.0.0.1") as run:
        ask_for_nothing(run)
        deadline = time.monotonic() + 20
        while not refused() and time.monotonic() < deadline:
            time.sleep(0.5)
        assert refused() == [1]
        ask_for_nothing(run)
    assert refused() == [2]


def test_it_ends_with_the_window_it_was_started_in(tmp_path: Path) -> None:
    with started(tmp_path, "--host", "127.0.0.1") as run:
        pid = int((tmp_path / "server.lock").read_text("utf-8").split()[0])
        os.kill(pid, signal.SIGHUP)
        until(lambda: not lives(pid))
    assert "已停止 / stopped" in run.said
