"""Workers of the program before go when those that follow answer, whether they want to or not."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from survey.serving import retiring
from survey.serving.retiring import Retiring

_POLITE = "import signal, time; signal.signal(signal.SIGUSR1, lambda *_: None); print(flush=True)"
_DEAF = f"{_POLITE}; signal.signal(signal.SIGTERM, lambda *_: None)"
_AT_WORK = "\nwhile True: time.sleep(0.1)"


@pytest.fixture
def worker() -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Starts what is like a worker: a child of this process with a word on signals."""
    started: list[subprocess.Popen[bytes]] = []

    def start(says: str) -> subprocess.Popen[bytes]:
        begun = subprocess.Popen([sys.executable, "-c", says + _AT_WORK], stdout=subprocess.PIPE)
        started.append(begun)
        assert begun.stdout is not None
        begun.stdout.readline()
        return begun

    yield start
    for each in started:
        each.kill()
        each.wait()
        if each.stdout:
            each.stdout.close()


@pytest.mark.parametrize(("says", "longest"), [(_POLITE, 60.0), (_DEAF, 0.2)])
def test_they_end_once_others_answer(
    worker: Callable[[str], subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
    says: str,
    longest: float,
) -> None:
    monkeypatch.setattr(retiring, "_CLOSING_SECONDS", 0.1)
    monkeypatch.setattr(retiring, "_LONGEST_SECONDS", longest)
    asked: list[bool] = []

    def is_ready() -> bool:
        asked.append(len(old.left) == 1)
        return len(asked) > 3

    old = Retiring([worker(says).pid])
    followed: list[tuple[int, ...]] = []
    old.begin(is_ready, lambda: followed.append(old.left))
    assert old.under_way
    _wait(lambda: not old.under_way)
    assert len(asked) == 4
    assert all(asked)  # none went before
    assert followed == [()]


def test_they_go_on_where_those_that_follow_never_answer(
    worker: Callable[[str], subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retiring, "_READY_SECONDS", 0.1)
    begun = worker(_POLITE)
    old, followed = Retiring([begun.pid]), list[int]()
    old.begin(lambda: False, lambda: followed.append(1))
    _wait(lambda: not old.under_way)
    assert begun.poll() is None
    assert old.left == (begun.pid,)  # the program that is tried next has them handed over
    assert not followed


def test_they_end_at_once_where_the_server_stops(
    worker: Callable[[str], subprocess.Popen[bytes]],
) -> None:
    begun = worker(_DEAF)
    Retiring([begun.pid]).stop()
    assert begun.wait(30) == -9


def test_nobody_is_waited_for_where_there_was_none() -> None:
    none = Retiring([])
    none.begin(lambda: False, lambda: None)
    assert not none.under_way


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)
