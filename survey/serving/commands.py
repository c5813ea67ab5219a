"""`survey serve`: the production server."""

import os
import sys
from dataclasses import replace
from functools import partial

import click

from survey.serving import handover
from survey.serving.preflight import look_over, most_open_files, stop_or_tell
from survey.serving.server import PATIENCE, run_server, tell_standing
from survey.serving.setup import tell_setup_token
from survey.site.address import announce, announced
from survey.site.installation import Site, open_site
from survey.site.locks import is_served, serving_alone

_tell = partial(click.echo, err=True)


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
    """Serve residents and officials; SIGHUP lets the program on the disk take over, unnoticed.

    Example: survey serve --host 0.0.0.0 --port 8000 --workers 4
    """
    handed = handover.taken(os.environ)
    with open_site(os.environ) as site:  # refuse to start in words, not in every worker
        site = replace(site, settings=announced(site.settings, os.environ, host=host, port=port))
        if check:
            _check(site, host=host, port=port)
            return
        _look(site, host)
        tell_standing(site)
        held = handed.locks if handed else ()
        with serving_alone(site.settings.home, host=host, port=port, handed=held) as locks:
            announce(site.settings)
            tell_setup_token(site)
            site.database.close()
            run_server(
                host=host,
                port=port,
                workers=workers,
                patience=patience,
                locks=locks,
                handed=handed,
            )


def _check(site: Site, *, host: str, port: int) -> None:
    _look(site, host)
    home = site.settings.home
    if is_served(home):
        click.echo("可以启动；服务正在运行 / in order; the server is running")
        return
    with serving_alone(home, host=host, port=port):
        click.echo("可以启动 / in order")


def _look(site: Site, host: str) -> None:
    if stop_or_tell(look_over(site, host=host, open_files=most_open_files()), _tell):
        sys.exit(1)
