"""Granian over one socket that all its workers share, so that none of them takes visitors along.

Its own way gives each worker a socket: whoever waits at one that ends is turned away.
"""

import socket
import sys
from collections.abc import Callable
from typing import Any

from granian._granian import SocketHolder
from granian.server.mp import MPServer

from survey.site.figures import FIGURES

BACKLOG = 1024
_IS_UNIX = False


class SharedSocket(MPServer):
    """A server whose socket outlives its workers, and the program that opened it."""

    def __init__(
        self, listening: socket.socket, *, run_anew: Callable[[], None], **options: Any
    ) -> None:
        super().__init__(**options)
        self._listening = listening
        self._run_anew = run_anew

    def _init_shared_socket(self) -> None:
        if sys.platform == "win32":
            self._listening.close()
            super()._init_shared_socket()
            return
        at = self._listening.fileno()
        holder: Any = SocketHolder  # its stub knows no constructor
        shared = holder(at, _IS_UNIX, BACKLOG)
        vars(self).update(_sfd=at, _shd=shared, _ssp=None, _sso=self._listening)

    def _spawn_worker(self, idx: int, *given: Any, **named: Any) -> Any:
        FIGURES.take_place(idx)  # what is forked next counts there
        return super()._spawn_worker(idx, *given, **named)

    def _reload(self, *_workers: Any) -> None:
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        if not self.interrupt_signal:
            self._run_anew()
        if self.interrupt_signal:  # told to stop meanwhile
            self.main_loop_interrupt.set()


def listen(host: str, port: int) -> socket.socket:
    """Open the socket that residents come to."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if sys.platform != "win32":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(BACKLOG)
    listening.settimeout(0)
    return listening
