"""`survey start`: what `start.py` runs once everything is installed."""

import os

import click
import sqlalchemy as sa

from survey.demo.seeding import SeedReport, seed
from survey.model import Account, Campaign
from survey.serving.server import run_server, tell_standing
from survey.serving.setup import tell_setup_token
from survey.site.installation import Site, upgrade_site
from survey.site.locks import serving_alone

_MAIN = (Campaign, Account)


@click.command()
@click.option("--empty", is_flag=True, help="do not load the demonstration county")
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, help="port to listen on")
def start(*, empty: bool, host: str, port: int) -> None:
    """Prepare the database, load the demonstration county into an empty one, and serve.

    Example: survey start --empty
    """
    os.environ.setdefault("SURVEY_BASE_URL", f"http://{host}:{port}")
    site = upgrade_site(os.environ)
    with serving_alone(site.settings.home, host=host, port=port):
        if not empty and _is_empty(site):
            click.echo(
                "首次启动：正在载入演示县安澜县（模拟数据） / loading the demonstration county",
                err=True,
            )
            _tell_demonstration(seed(site))
        click.echo(f"工作人员入口 / for officials: {site.settings.base_url}/office/")
        tell_setup_token(site)
        click.echo(f"数据目录 / data: {site.settings.home}")
        tell_standing(site)
        site.database.close()
        run_server(host=host, port=port, workers=2)


def _is_empty(site: Site) -> bool:
    with site.database.reading() as session:
        kept = (session.scalar(sa.select(sa.func.count()).select_from(table)) for table in _MAIN)
        return not any(kept)


def _tell_demonstration(report: SeedReport) -> None:
    click.echo(f"居民评议页 / a resident's survey: {report.resident_url}")
    click.echo(f"代表一次评多个单位 / a deputy rates several units, once: {report.sitting_url}")
    for username, password in report.passwords.items():
        click.echo(f"登录账号 / sign in as: {username}")
        click.echo(f"一次性密码 / one-time password: {password}")
