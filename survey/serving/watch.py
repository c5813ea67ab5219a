"""A worker that does nothing any more is ended by its parent, and the server starts another.

Each worker says about once a second that it goes on: through a pipe, which it has from its parent
because it was forked. Silence means a process that is stopped or spins without letting any other
thread run, or whose threads all wait for something that does not come.
"""

import logging
import multiprocessing
import os
import select
import signal
import struct
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic

_WORD = struct.Struct("=i")
_START_SECONDS = 120  # until a new worker says its first word
_END_SECONDS = 3.0  # for what a worker without a parent still answers

_log = logging.getLogger("survey.serving")
_speaking: list[int] = []  # where workers, who inherit it, speak to the parent
_listening: list[int] = []  # where the parent listens, to these and those of the program before


def take_part() -> None:
    """Leave the listening to the parent: who else has that end of the pipe misses its death."""
    for listening in _listening:
        os.close(listening)


def say_alive() -> None:
    """Say that this worker goes on; where nobody listens it ends, for its parent is gone."""
    for speaking in _speaking:
        try:
            os.write(speaking, _WORD.pack(os.getpid()))
        except BlockingIOError:
            pass  # the parent is busy starting a worker
        except BrokenPipeError:
            _speaking.clear()
            os.kill(os.getpid(), signal.SIGTERM)
            end = threading.Timer(_END_SECONDS, os._exit, (1,))  # whatever still waits
            end.daemon = True
            end.start()


class Watch:
    """Listens to the workers and ends those that are silent for longer than `patience` seconds."""

    def __init__(self, workers: Callable[[], list[int]], *, patience: float) -> None:
        self._workers = workers
        self._patience = patience
        self._last_words: dict[int, float] = {}
        self._seen: dict[int, float] = {}
        self.pipes: tuple[int, ...] = ()

    def start(self, former: Sequence[int] = ()) -> None:
        """Listen from now on, where workers are forked; elsewhere nothing is watched.

        `former` is where workers of the programs before speak: to nobody, until they end.
        """
        if sys.platform == "win32" or multiprocessing.get_start_method() != "fork":
            return
        listening, speaking = os.pipe()
        os.set_blocking(speaking, False)
        _speaking[:] = [speaking]
        _listening[:] = [listening, *former]
        self.pipes = (listening, *former)
        threading.Thread(target=self._run, args=(listening,), daemon=True).start()

    def forget_former(self) -> None:
        """Close what workers of the programs before spoke into: none of them lives any more."""
        former, self.pipes = self.pipes[1:], self.pipes[:1]
        _listening[:] = self.pipes
        for pipe in former:
            os.close(pipe)

    def has_heard_all(self) -> bool:
        """Say whether each worker there is now has said a first word: so it answers."""
        workers = self._workers()
        return bool(workers) and all(pid in self._last_words for pid in workers)

    def _run(self, listening: int) -> None:
        while True:
            ready, _, _ = select.select([listening], [], [], 1.0)
            if ready:
                words = os.read(listening, 4096)
                for (pid,) in _WORD.iter_unpack(words[: len(words) // 4 * 4]):
                    self._last_words[pid] = monotonic()
            self._judge()

    def _judge(self) -> None:
        now, alive = monotonic(), self._workers()
        self._seen = {pid: self._seen.get(pid, now) for pid in alive}
        self._last_words = {pid: at for pid, at in self._last_words.items() if pid in self._seen}
        for pid, since in self._seen.items():
            last_word = self._last_words.get(pid)
            silent = now - last_word > self._patience if last_word else now - since > _START_SECONDS
            if silent:
                self._seen[pid] = self._last_words[pid] = now  # once, then with patience again
                _log.error("worker %d does nothing any more: it is ended and replaced", pid)
                with suppress(ProcessLookupError):  # it ended meanwhile
                    os.kill(pid, signal.SIGKILL)
