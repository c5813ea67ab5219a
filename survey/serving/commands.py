"""`survey serve`: the production server."""

import os
from dataclasses import replace

import click

from survey.serving.server import run_server, tell_standing
from survey.serving.setup import tell_setup_token
from survey.site.address import announce
from survey.site.installation import open_site
from survey.site.locks import serving_alone


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, help="port to listen on")
@click.option("--workers", default=2, show_default=True, help="worker processes")
@click.option(
    "--patience",
    default=30,
    show_default=True,
    type=click.IntRange(3, 3600),
    help="seconds after which a worker that does nothing any more is replaced",
)
def serve(*, host: str, port: int, workers: int, patience: int) -> None:
    """Serve residents and officials.

    Example: survey serve --host 0.0.0.0 --port 8000 --workers 4
    """
    with open_site(os.environ) as site:  # refuse to start in words, not in every worker
        tell_standing(site)
        with serving_alone(site.settings.home, host=host, port=port):
            settings = announce(site.settings, os.environ, host=host, port=port)
            tell_setup_token(replace(site, settings=settings))
            site.database.close()
            run_server(host=host, port=port, workers=workers, patience=patience)
