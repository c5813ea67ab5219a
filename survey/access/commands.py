"""`survey user`: accounts from the command line."""

import os

import click

from survey import audit
from survey.access import accounts
from survey.model import ROLES
from survey.site.installation import open_site


@click.group()
def user() -> None:
    """Accounts of officials.

    Example: survey user add zhangsan --name 张三 --role office_admin
    """


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="The official's own name.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--class", "class_code", help="For a class_group: the class it reads.")
@click.option("--unit", "unit_code", help="For a unit_liaison: the own unit.")
def add(
    username: str, *, name: str, role: str, class_code: str | None, unit_code: str | None
) -> None:
    """Make an account and print its one-time password.

    Example: survey user add lisi --name 李四 --role unit_liaison --unit A01
    """
    with open_site(os.environ) as site, site.database.writing() as session:
        password = accounts.create_account(
            session,
            username=username,
            name=name,
            role=role,
            by=audit.SYSTEM,
            clock=site.clock,
            class_code=class_code,
            unit_code=unit_code,
        )
    click.echo(password)
    click.echo("请转告本人并在登录后修改 / pass it on; to be changed after signing in", err=True)


@user.command()
@click.argument("username")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--class", "class_code", help="For a class_group: the class it reads.")
@click.option("--unit", "unit_code", help="For a unit_liaison: the own unit.")
def role(username: str, role: str, *, class_code: str | None, unit_code: str | None) -> None:
    """Give an account another role.

    Example: survey user role lisi class_group --class A
    """
    with open_site(os.environ) as site, site.database.writing() as session:
        accounts.change_role(
            session,
            account=accounts.require_account(session, username=username),
            role=role,
            by=audit.SYSTEM,
            clock=site.clock,
            class_code=class_code,
            unit_code=unit_code,
        )
    click.echo(f"{username} {role}")


@user.command()
@click.argument("username")
def disable(username: str) -> None:
    """Shut an account out at once; what it did stays on record.

    Example: survey user disable lisi
    """
    with open_site(os.environ) as site, site.database.writing() as session:
        account = accounts.require_account(session, username=username)
        accounts.disable_account(session, account=account, by=audit.SYSTEM, clock=site.clock)
    click.echo(f"{username} disabled")
