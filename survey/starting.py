"""`survey start`: what `start.py` runs once everything is installed."""

import os
import sys
from dataclasses import replace
from functools import partial

import click
import sqlalchemy as sa

from survey.demo.seeding import SeedReport, seed
from survey.model import Account, Campaign
from survey.serving.log_file import LOG_FILE, logging_to
from survey.serving.preflight import look_over, most_open_files, stop_or_tell
from survey.serving.server import run_server, tell_standing
from survey.serving.setup import tell_setup_token
from survey.site.address import announce, announced, is_public, is_this_machine
from survey.site.installation import Site, upgrade_site
from survey.site.locks import serving_alone

_MAIN = (Campaign, Account)


@click.command()
@click.option("--empty", is_flag=True, help="do not load the demonstration county")
@click.option(
    "--host",
    default="0.0.0.0",  # noqa: S104 - to be tried from a telephone; what is public is served by serve
    show_default=True,
    help="address to listen on; 127.0.0.1: this computer alone",
)
@click.option("--port", default=8000, show_default=True, help="port to listen on")
def start(*, empty: bool, host: str, port: int) -> None:
    """Prepare the database, load the demonstration county into an empty one, and serve.

    Example: survey start --empty
    """
    site = upgrade_site(os.environ)
    site = replace(site, settings=announced(site.settings, os.environ, host=host, port=port))
    findings = look_over(site, host=host, open_files=most_open_files())
    if stop_or_tell([finding for finding in findings if finding.fatal], click.echo):
        sys.exit(1)
    with serving_alone(site.settings.home, host=host, port=port):
        announce(site.settings)
        if not empty and _is_empty(site):
            click.echo(
                "首次启动：正在载入演示县安澜县（模拟数据） / loading the demonstration county",
                err=True,
            )
            _tell_demonstration(seed(site))
        tell_setup_token(site)
        tell_standing(site, partial(click.echo, err=True))
        _tell_next(site)
        site.database.close()
        with logging_to(site.settings.home):
            run_server(host=host, port=port, workers=2, log_json=site.settings.log_json)
    click.echo("已停止 / stopped")


def _tell_next(site: Site) -> None:
    """Say where to go from here, how to stop it, and what the address is good for."""
    url, home = site.settings.base_url, site.settings.home
    click.echo(f"居民入口 / residents: {url}/")
    click.echo(f"工作人员入口 / for officials: {url}/office/")
    click.echo(f"数据目录 / data: {home}    日志 / log: {home / LOG_FILE}")
    if is_this_machine(url):
        zh = "这个网址只有本机能打开；要用手机试，请连上网络后不加 --host 重新启动"
        en = "only this computer can open it; to try a telephone, connect it and leave out --host"
    elif is_public(url):
        zh, en = "居民的手机可以打开这个网址", "residents' telephones can open it"
    else:
        zh = "同一网络（如同一无线网）内的手机可以打开；只供试用，正式评议须用公网 https 网址"
        en = "a telephone on the same network can open it: to try; a real campaign needs https"
    click.echo(f"{zh} / {en}")
    click.echo(
        "下一步：用浏览器打开工作人员入口，登录后看“概况”；停止：按 Ctrl+C\n"
        "next: open the officials' address in a browser, sign in, read 概况 (Overview); "
        "to stop: Ctrl+C"
    )


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
