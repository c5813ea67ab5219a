"""`survey serve`: the production server."""

import os
from typing import Any

import click

from survey.app import create_app
from survey.site.installation import open_site


def build() -> Any:
    """Build the application in a worker process."""
    return create_app(open_site(os.environ))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, help="port to listen on")
@click.option("--workers", default=2, show_default=True, help="worker processes")
def serve(*, host: str, port: int, workers: int) -> None:
    """Serve residents and officials.

    Example: survey serve --host 0.0.0.0 --port 8000 --workers 4
    """
    open_site(os.environ).database.close()  # refuse to start in words, not in every worker
    run_server(host=host, port=port, workers=workers)


def run_server(*, host: str, port: int, workers: int) -> None:
    """Serve until stopped; the workers read the same environment."""
    try:
        from granian import Granian  # noqa: PLC0415 - it has no wheel for every platform
        from granian.constants import Interfaces  # noqa: PLC0415
    except ImportError:
        _serve_with_waitress(host, port)
        return
    Granian(
        "survey.serving:build",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        factory=True,
        respawn_failed_workers=True,  # without it one dead worker stops the server
    ).serve()


def _serve_with_waitress(host: str, port: int) -> None:
    import waitress  # noqa: PLC0415

    waitress.serve(build(), host=host, port=port, threads=16)
