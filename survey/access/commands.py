"""`survey user`: accounts from the command line."""

import os

import click
from sqlalchemy.orm import Session

from survey import audit
from survey.access import accounts, passwords, people, second_word, sessions
from survey.clock import CHINA, local_minute
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
    made = passwords.one_time()
    with open_site(os.environ) as site, site.database.writing() as session:
        password = accounts.create_account(
            session,
            username=username,
            name=name,
            role=role,
            by=audit.SYSTEM,
            clock=site.clock,
            password=made,
            class_code=class_code,
            unit_code=unit_code,
        )
        waits = _waits(session, username)
    _tell_password(password)
    _tell_waiting(username, waits)


@user.command("list")
def list_() -> None:
    """List accounts: name, role, scope, whether a second factor is set up, whether shut out.

    Example: survey user list
    """
    with open_site(os.environ) as site, site.database.reading() as session:
        for person in people.all_people(session):
            account = person.account
            words = (
                account.username,
                account.name,
                account.role,
                account.class_code or (person.unit.code if person.unit else "-"),
                "totp" if person.factor_since else "-",
                "disabled" if account.disabled_at else "enabled",
            )
            click.echo("\t".join(words))


@user.command()
@click.argument("username")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--class", "class_code", help="For a class_group: the class it reads.")
@click.option("--unit", "unit_code", help="For a unit_liaison: the own unit.")
def role(username: str, role: str, *, class_code: str | None, unit_code: str | None) -> None:
    """Give an account another role; every open session of the account ends.

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
        waits = _waits(session, username)
    click.echo(f"{username} {role}")
    _tell_waiting(username, waits)


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


@user.command()
@click.argument("username")
def enable(username: str) -> None:
    """Let an account in again.

    Example: survey user enable lisi
    """
    with open_site(os.environ) as site, site.database.writing() as session:
        account = accounts.require_account(session, username=username)
        accounts.enable_account(session, account=account, by=audit.SYSTEM, clock=site.clock)
        waits = _waits(session, username)
    click.echo(f"{username} {'waits' if waits is not None else 'enabled'}")
    _tell_waiting(username, waits)


@user.command()
@click.argument("username")
@click.option("--by", required=True, help="The account that confirms: another's than who did it.")
def confirm(username: str, *, by: str) -> None:
    """Confirm what somebody else did to an account; it may sign in from then on.

    Example: survey user confirm lisi --by wang
    """
    with open_site(os.environ) as site, site.database.writing() as session:
        account = accounts.require_account(session, username=username)
        second_word.confirm(session, account=account, by=by, clock=site.clock)
    click.echo(f"{username} enabled")


@user.command()
@click.argument("username")
@click.option("--by", required=True, help="The account that declines.")
def decline(username: str, *, by: str) -> None:
    """Leave an account shut that somebody made or changed.

    Example: survey user decline lisi --by wang
    """
    with open_site(os.environ) as site, site.database.writing() as session:
        account = accounts.require_account(session, username=username)
        second_word.decline(session, account=account, by=by, clock=site.clock)
    click.echo(f"{username} disabled")


@user.command()
@click.argument("username")
def reset(username: str) -> None:
    """Print a new one-time password; every open session of the account ends.

    Example: survey user reset lisi
    """
    made = passwords.one_time()
    with open_site(os.environ) as site, site.database.writing() as session:
        account = accounts.require_account(session, username=username)
        accounts.reset_password(
            session, account=account, password=made, by=audit.SYSTEM, clock=site.clock
        )
        waits = _waits(session, username)
    _tell_password(made.text)
    _tell_waiting(username, waits)


@user.command("reset-totp")
@click.argument("username")
def reset_totp(username: str) -> None:
    """Take the second factor of a lost telephone away; every open session of the account ends.

    Example: survey user reset-totp lisi
    """
    with open_site(os.environ) as site, site.database.writing() as session:
        account = accounts.require_account(session, username=username)
        had = accounts.reset_second_factor(
            session, account=account, by=audit.SYSTEM, clock=site.clock
        )
        waits = _waits(session, username)
    click.echo(f"{username} {'reset' if had else 'had none'}")
    _tell_waiting(username, waits)


@user.command("sessions")
@click.argument("username")
def list_sessions(username: str) -> None:
    """List where an account is signed in: since when, last seen, browser.

    Example: survey user sessions lisi
    """
    with open_site(os.environ) as site, site.database.reading() as session:
        account = accounts.require_account(session, username=username)
        for each in sessions.list_open(session, account=account, at=site.clock()):
            moments = (local_minute(at, CHINA) for at in (each.created_at, each.seen_at))
            click.echo("\t".join((*moments, each.browser or "-")))


@user.command("end-sessions")
@click.argument("username")
def end_sessions(username: str) -> None:
    """Sign an account out everywhere.

    Example: survey user end-sessions lisi
    """
    with open_site(os.environ) as site, site.database.writing() as session:
        account = accounts.require_account(session, username=username)
        n_ended = sessions.sign_out_everywhere(
            session, account=account, by=audit.SYSTEM, clock=site.clock
        )
    click.echo(f"{username} {n_ended}")


def _waits(session: Session, username: str) -> list[str] | None:
    """Return who can confirm what waits on an account; None where nothing waits."""
    account = accounts.require_account(session, username=username)
    found = second_word.waiting(session, account=account)
    if found is None:
        return None
    return [one.username for one in second_word.may_confirm(session, found=found)]


def _tell_waiting(username: str, able: list[str] | None) -> None:
    if able is None:
        return
    click.echo(
        f"账号 {username} 须由另一人确认后才能登录：在“待批事项”页面，"
        f"或 survey user confirm {username} --by 本人账号；"
        f"可确认的账号：{'、'.join(able) or '无'}\n"
        f"{username} is shut until another person confirms it, on the page of proposals or by"
        f" `survey user confirm`; who can: {', '.join(able) or 'nobody now'}",
        err=True,
    )


def _tell_password(password: str) -> None:
    click.echo(password)
    hours = accounts.ONE_TIME_HOURS
    click.echo(
        f"请转告本人，{hours}小时内登录并修改，过期作废 / pass it on; it opens the account within"
        f" {hours} hours, to be changed after signing in",
        err=True,
    )
