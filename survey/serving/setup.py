"""What the console tells before the server serves: how the first account is made."""

import click

from survey import codes
from survey.access.accounts import any_account
from survey.access.first_account import setup_token
from survey.site.installation import Site


def tell_setup_token(site: Site) -> None:
    """Print what makes the first administrator, as long as there is no account."""
    with site.database.reading() as session:
        if any_account(session):
            return
    token = codes.grouped(setup_token(site.keys.web()))
    click.echo(f"创建第一个管理员 / make the first account: {site.settings.base_url}/office/first")
    click.echo(f"设置口令 / setup token: {token}")
