"""Runs the application on the production server, or on the fallback where that has no wheel."""

import gc
import logging
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

from survey.ledger.standing_words import read_only
from survey.ledger.watch import HeadsWatch
from survey.serving.front import BODY_SECONDS
from survey.serving.handover import Handed, could_start, run_anew
from survey.serving.loading import load
from survey.serving.retiring import Retiring
from survey.serving.watch import Watch
from survey.site.installation import Site
from survey.web import log_lines

PATIENCE = 30
WORKER = "survey.serving.worker"
_CONNECTIONS = 4096  # of one worker; those that only send slowly are among them
_OPEN_FILES = 16_384
_log = logging.getLogger("survey.serving")
DRAIN_SECONDS = 3  # what is not answered by then is cut off


def tell_standing(site: Site, tell: Callable[[str], None]) -> None:
    """Tell what the heads say of the database; it is served all the same."""
    watch = HeadsWatch(site)
    watch.look()
    standing = watch.standing()
    if standing.refusal:
        tell(read_only().both())
    for problem in standing.told:
        tell(problem.both())


def need_server(site: Site) -> None:
    """Build what a worker would serve, and let it go: raises whatever keeps it from being built."""
    load(f"{WORKER}:create_app")(site)


def run_server(
    *,
    host: str,
    port: int,
    workers: int,
    patience: int = PATIENCE,
    log_json: bool = False,
    locks: Sequence[int] = (),
    handed: Handed | None = None,
) -> None:
    """Serve until stopped; the workers read the same environment.

    Where it holds `locks` it can hand over to the program on the disk, and may have been `handed`
    its place by the one before.
    """
    log_lines.install(as_json=log_json)
    try:
        from granian.constants import Interfaces  # noqa: PLC0415 - no wheel for every platform
    except ImportError:
        _serve_with_waitress(host, port)
        return
    from survey.serving.shared_socket import SharedSocket, listen  # noqa: PLC0415 - it has granian

    allow_connections()
    load(WORKER)  # workers are forked: what is loaded now is loaded once, and shared
    gc.collect()
    gc.freeze()  # or looking for garbage would write to what is shared, and each have its own
    listening = socket.socket(fileno=handed.listening) if handed else listen(host, port)
    server = SharedSocket(
        listening,
        run_anew=lambda: _hand_over(locks, listening, watch, server, retiring),
        target=f"{WORKER}:build_front",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        websockets=False,
        backpressure=_CONNECTIONS,
        factory=True,
        log_dictconfig=log_lines.of_the_server(as_json=log_json),
        respawn_failed_workers=True,  # without it one dead worker stops the server
        workers_kill_timeout=DRAIN_SECONDS,
    )
    watch = Watch(lambda: _alive(server), patience=patience)
    watch.start(handed.pipes if handed else ())
    retiring = Retiring(handed.workers if handed else ())
    retiring.begin(watch.has_heard_all, watch.forget_former)
    try:
        server.serve()
    finally:
        retiring.stop()


def _alive(server: Any) -> list[int]:
    pids = (getattr(worker.inner, "pid", None) for worker in server.wrks)
    return [pid for pid in pids if pid]


def _hand_over(
    locks: Sequence[int], listening: socket.socket, watch: Watch, server: Any, retiring: Retiring
) -> None:
    """Let the program on the disk go on in the place of this one, if it could."""
    if not locks:
        server.signal_handler_interrupt()  # the terminal has gone, and what was tried on it
    elif retiring.under_way:
        _log.warning("still taking the place of the program before; try again in half a minute")
    elif could_start(lambda: server.interrupt_signal) and not server.interrupt_signal:
        workers = (*_alive(server), *retiring.left)  # left where this program never answered
        at, pipes = listening.fileno(), watch.pipes
        run_anew(Handed(listening=at, locks=tuple(locks), pipes=pipes, workers=workers))


def allow_connections() -> None:
    """Raise the limit of open files as far as the machine lets it be raised."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _serve_with_waitress(host: str, port: int) -> None:
    import waitress  # noqa: PLC0415

    options: dict[str, Any] = {"threads": 16, "channel_timeout": BODY_SECONDS}
    waitress.serve(load(f"{WORKER}:build")(), host=host, port=port, **options)
