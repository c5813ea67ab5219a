"""Workers of the program before retire once those of this one answer; nobody notices."""

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread

_READY_SECONDS = 120
_CLOSING_SECONDS = 2.0  # an answer in this time is the last of its connection
_LONGEST_SECONDS = 30.0  # for a document that is being made
_log = logging.getLogger("survey.serving")


class Retiring:
    """The workers that are to end: `left`, and whether that is `under_way`."""

    def __init__(self, workers: Sequence[int]) -> None:
        self.left = tuple(workers)
        self.under_way = False

    def begin(self, is_ready: Callable[[], bool], when_over: Callable[[], None]) -> None:
        """Let them end once `is_ready`, beside the server; `when_over` follows the last."""
        if self.left:
            self.under_way = True
            what = (is_ready, when_over)
            Thread(target=self._retire, args=what, name="retiring", daemon=True).start()

    def stop(self) -> None:
        """Let them end now, as the server does."""
        for worker in self.left:
            _tell(worker, signal.SIGKILL)

    def _retire(self, is_ready: Callable[[], bool], when_over: Callable[[], None]) -> None:
        if _wait(is_ready, _READY_SECONDS):
            self._end()
            when_over()
            _log.info("the workers of the program before have ended")
        else:
            _log.error("the new workers do not answer: those of the program before go on")
        self.under_way = False

    def _end(self) -> None:
        for worker in self.left:
            _tell(worker, signal.SIGUSR1)
        time.sleep(_CLOSING_SECONDS)
        for worker in self.left:
            _tell(worker, signal.SIGTERM)
        _wait(self._has_ended, _LONGEST_SECONDS)
        self.stop()
        _wait(self._has_ended, 1.0)

    def _has_ended(self) -> bool:
        self.left = tuple(worker for worker in self.left if _lives(worker))
        return not self.left


def _wait(until: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is so, at most so long; say whether it is."""
    deadline = time.monotonic() + seconds
    while not (reached := until()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return reached


def _tell(worker: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(worker, what)


def _lives(worker: int) -> bool:
    """Look whether a worker, a child of this process before it ran anew, has ended."""
    try:
        return os.waitpid(worker, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False
