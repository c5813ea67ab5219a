"""Runs the application on the production server, or on the fallback where that has no wheel."""

import sys
from pkgutil import resolve_name
from typing import Any

import click

from survey.ledger.standing_words import read_only
from survey.ledger.watch import HeadsWatch
from survey.serving.front import BODY_SECONDS
from survey.serving.watch import Watch
from survey.site.installation import Site
from survey.web import log_lines

PATIENCE = 30
WORKER = "survey.serving.worker"
_CONNECTIONS = 4096  # of one worker; those that only send slowly are among them
_OPEN_FILES = 16_384
_DRAIN_SECONDS = 10


def tell_standing(site: Site) -> None:
    """Say on the terminal what the heads tell of the database; it is served all the same."""
    watch = HeadsWatch(site)
    watch.look()
    standing = watch.standing()
    if standing.refusal:
        click.echo(read_only().both(), err=True)
    for problem in standing.told:
        click.echo(problem.both(), err=True)


def run_server(*, host: str, port: int, workers: int, patience: int = PATIENCE) -> None:
    """Serve until stopped; the workers read the same environment."""
    log_lines.install()
    try:
        from granian import Granian  # noqa: PLC0415 - it has no wheel for every platform
        from granian.constants import Interfaces  # noqa: PLC0415
    except ImportError:
        _serve_with_waitress(host, port)
        return
    _allow_connections()
    resolve_name(WORKER)  # workers are forked: what is loaded now is loaded once, and shared
    server = Granian(
        f"{WORKER}:build_front",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        websockets=False,
        backlog=1024,
        backpressure=_CONNECTIONS,
        factory=True,
        respawn_failed_workers=True,  # without it one dead worker stops the server
        workers_kill_timeout=_DRAIN_SECONDS,
    )
    Watch(
        lambda: [getattr(worker.inner, "pid", None) for worker in server.wrks], patience=patience
    ).start()
    server.serve()


def _allow_connections() -> None:
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
    waitress.serve(resolve_name(f"{WORKER}:build")(), host=host, port=port, **options)
