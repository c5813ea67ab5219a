"""The `survey` command: one group, each command kept in the room it belongs to."""

import io
import os
import sys

import click
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from survey import __version__, starting
from survey.access.commands import user
from survey.app import create_app
from survey.appraisal.anonymity.anonymise_command import anonymise
from survey.appraisal.commands import appraise, release, score
from survey.appraisal.keys_command import keys
from survey.approvals.commands import decline, proposals
from survey.collecting.commands import collect
from survey.demo.commands import demo
from survey.drafting.commands import amend, items
from survey.exchange.commands import export, folder
from survey.feedback.commands import comments
from survey.fieldwork.commands import campaign
from survey.fieldwork.invitations.commands import code
from survey.fieldwork.papers.commands import poster
from survey.ledger.watch import look_before_writing
from survey.problems import Problem, Refused
from survey.rehearsal.commands import rehearse_command
from survey.respond.commands import ledger
from survey.serving.commands import serve
from survey.simulate.commands import simulate
from survey.simulate.fieldwork_commands import simulate_fieldwork
from survey.site import faults
from survey.site.installation import guard_writing, upgrade_site
from survey.stats.errors import StatsError
from survey.verification.commands import verify
from survey.weigh.commands import weigh
from survey.wording import problem_of


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def survey() -> None:
    """公评 Gongping: plan, run, score and release a public review."""


@survey.command()
def init() -> None:
    """Make the home folder, keys and database, or upgrade them.

    Example: SURVEY_HOME=/srv/review survey init
    """
    with upgrade_site(os.environ) as site:
        click.echo(f"{site.settings.home}")


survey.add_command(starting.start)
survey.add_command(serve)
survey.add_command(demo)
survey.add_command(campaign)
campaign.add_command(rehearse_command(create_app))
campaign.add_command(items)
campaign.add_command(amend)
survey.add_command(poster)
survey.add_command(code)
survey.add_command(collect)
survey.add_command(user)
survey.add_command(comments)
survey.add_command(appraise)
survey.add_command(score)
survey.add_command(weigh)
survey.add_command(simulate)
survey.add_command(simulate_fieldwork)
survey.add_command(release)
survey.add_command(export)
survey.add_command(folder)
survey.add_command(ledger)
survey.add_command(verify)
survey.add_command(keys)
survey.add_command(proposals)
survey.add_command(decline)
survey.add_command(anonymise)

guard_writing(look_before_writing)


def main() -> None:
    """Run the command; what is refused is said in both languages and ends with exit code 1."""
    _speak_on_any_console()
    try:
        survey()
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    except StatsError as error:
        click.echo(problem_of(error).both(), err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(_unusable(error).both(), err=True)
        sys.exit(1)
    except OperationalError as error:
        click.echo(_unreachable(error).both(), err=True)
        sys.exit(1)
    except SQLAlchemyError as error:
        click.echo(f"{faults.where(error)}\n{_untold(error).both()}", err=True)
        sys.exit(1)


def _speak_on_any_console() -> None:
    """Let signs that a console cannot show stand as their numbers, and the command do its work."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _unusable(error: OSError) -> Problem:
    reason = error.strerror or str(error)
    return Problem(
        file=str(error.filename or ""),
        zh=f"无法读写（{reason}）；请检查文件夹是否存在、是否有权限、磁盘是否已满",
        en=f"cannot be read or written ({reason}); check that the folder exists, "
        "that you may write there and that the disk is not full",
    )


def _unreachable(error: OperationalError) -> Problem:
    reason = str(error.orig).strip().splitlines()[0]
    return Problem(
        field="SURVEY_DATABASE",
        zh=f"数据库无法使用（{reason}）；请核对设置，新安装的请先运行 survey init",
        en=f"the database cannot be used ({reason}); check the settings, and run `survey init` "
        "if this is a new installation",
    )


def _untold(error: SQLAlchemyError) -> Problem:
    """Return that the database refused something, without the row that it quotes."""
    kind = faults.kind_of(error)
    return Problem(
        field="SURVEY_DATABASE",
        zh=f"数据库拒绝了写入或查询（{kind}）；数据未改动。请保留以上代码位置并报告",
        en=f"the database refused a statement ({kind}); nothing was changed. Keep the lines of "
        "code above and report them",
    )
