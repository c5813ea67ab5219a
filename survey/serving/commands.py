"""`survey serve`: the production server."""

import logging
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from survey.serving import handover
from survey.serving.preflight import look_over, most_open_files, stop_or_tell
from survey.serving.server import PATIENCE, need_server, run_server, tell_standing
from survey.serving.setup import tell_setup_token
from survey.site.address import announce, announced
from survey.site.config import Settings
from survey.site.installation import Site, open_site
from survey.site.locks import is_served, serving_alone
from survey.web import log_lines


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, help="port to listen on")
@click.option("--workers", default=2, show_default=True, help="worker processes")
@click.option(
    "--patience",
    default=PATIENCE,
    show_default=True,
    type=click.IntRange(3, 3600),
    help="seconds after which a worker that does nothing any more is replaced",
)
@click.option("--check", is_flag=True, help="say what is not in order, and serve nothing")
def serve(*, host: str, port: int, workers: int, patience: int, check: bool) -> None:
    """Serve residents and officials.

    SIGHUP lets the program on the disk take over, and nobody is turned away.

    Example: survey serve --host 0.0.0.0 --port 8000 --workers 4
    """
    handed = handover.taken(os.environ)
    with open_site(os.environ) as opened:  # refuse to start in words, not in every worker
        settings = announced(opened.settings, os.environ, host=host, port=port)
        site = replace(opened, settings=settings)
        _look(site, host)
        if check:
            need_server(site)
            _say_whether_free(settings.home, host=host, port=port)
            return
        tell_standing(site, _telling(settings))
        held = handed.locks if handed else ()
        with serving_alone(settings.home, host=host, port=port, handed=held) as locks:
            announce(settings)
            tell_setup_token(site)
            site.database.close()
            run_server(
                host=host,
                port=port,
                workers=workers,
                patience=patience,
                log_json=settings.log_json,
                locks=locks,
                handed=handed,
            )


def _say_whether_free(home: Path, *, host: str, port: int) -> None:
    if is_served(home):
        click.echo("可以启动；服务正在运行 / in order; the server is running")
        return
    with serving_alone(home, host=host, port=port):
        click.echo("可以启动 / in order")


def _look(site: Site, host: str) -> None:
    findings = look_over(site, host=host, open_files=most_open_files())
    if stop_or_tell(findings, _telling(site.settings)):
        sys.exit(1)


def _telling(settings: Settings) -> Callable[[str], None]:
    """Return what tells people, or machines that read the log."""
    if not settings.log_json:
        return partial(click.echo, err=True)
    log_lines.install(as_json=True)
    return logging.getLogger("survey.serving").warning
