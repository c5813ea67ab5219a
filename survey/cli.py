"""The `survey` command: one group, each command kept in the room it belongs to.

A room is loaded when its command is given: all of them together take seconds.
"""

import io
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from functools import cache, partial
from pkgutil import resolve_name
from typing import cast

import click

from survey import __version__
from survey.problems import Problem, Refused
from survey.serving.loading import load
from survey.site import faults
from survey.stats.errors import StatsError
from survey.wording import problem_of

# Where each command is, and the first paragraph of its own help, told without loading its room.
_COMMANDS = {
    "airgap": (
        "survey.airgap.commands:airgap",
        "Carry released scores to another network in one direction, by a folder or a stick.",
    ),
    "anonymise": (
        "survey.appraisal.anonymity.anonymise_command:anonymise",
        "Drop receipts, salts, codes and marks of a released campaign's answers: wanted by two.",
    ),
    "appraise": (
        "survey.appraisal.commands:appraise",
        "Score the answers of a FOLDER of files, without a database.",
    ),
    "backup": (
        "survey.backup.commands:backup",
        "Write all of this installation to FILE, sealed by a passphrase, while residents answer.",
    ),
    "campaign": ("survey.fieldwork.commands:campaign", "Load, open, close and watch a campaign."),
    "check-document": (
        "survey.reports.commands:check_document",
        "Hold every numeral of a document (.docx) against the release it was made of.",
    ),
    "city": (
        "survey.city.commands:city",
        "Take counties' releases in a city, and roll them up where plans match.",
    ),
    "code": ("survey.fieldwork.invitations.commands:code", "One-time codes of invitations."),
    "collect": (
        "survey.collecting.commands:collect",
        "Enter answers of telephone interviews and paper sheets from FILE, a CSV or .xlsx.",
    ),
    "comments": (
        "survey.feedback.commands:comments",
        "Keep or erase what residents wrote in their own words.",
    ),
    "decline": (
        "survey.approvals.commands:decline",
        "Decline a proposal, or withdraw one's own; nothing is done.",
    ),
    "demo": (
        "survey.demo.commands:demo",
        "Load 安澜县, let simulated residents answer, close, score, release, print the scores.",
    ),
    "draw": (
        "survey.draw.commands:draw",
        "Draw invited people from ROSTER by a public seed; or fix the roster before.",
    ),
    "drill": (
        "survey.drill.commands:drill",
        "Rehearse a lost disk, a lost key, a banned host and a poster fraud, and time each step.",
    ),
    "export": (
        "survey.exchange.commands:export",
        "Write the released scores of a campaign to a file.",
    ),
    "folder": (
        "survey.exchange.commands:folder",
        "Write a closed campaign as the folder that `survey appraise` scores, to the same figures.",
    ),
    "init": (
        "survey.site.init_command:init",
        "Make the home folder, keys and database, or upgrade them.",
    ),
    "keys": (
        "survey.appraisal.keys_command:keys",
        "Show and destroy the keys of campaigns' device and network marks.",
    ),
    "ledger": (
        "survey.respond.commands:ledger",
        "Check and sign the tamper-evident ledger of answers.",
    ),
    "microdata": (
        "survey.exchange.microdata.commands:microdata",
        "Write the answers of a release one by one, coarsened so that they tell of nobody.",
    ),
    "poster": (
        "survey.fieldwork.papers.commands:poster",
        "Write posters as PDF; units without one get one for the first group they are asked by.",
    ),
    "proposals": (
        "survey.approvals.commands:proposals",
        "List what was proposed, in one campaign or in all; what waits comes first.",
    ),
    "publish": (
        "survey.publication.commands:publish",
        "Make the newest release public at /p/ID: proposed by one, approved by another.",
    ),
    "release": (
        "survey.appraisal.commands:release",
        (
            "Freeze the newest scores of a campaign and sign them: "
            "proposed by one, approved by another."
        ),
    ),
    "restore": (
        "survey.backup.commands:restore",
        "Bring an installation back from FILE, check it, and say what it lacks.",
    ),
    "score": (
        "survey.appraisal.commands:score",
        "Score a closed campaign and print the table; or all of them, on several processes.",
    ),
    "serve": ("survey.serving.commands:serve", "Serve residents and officials."),
    "simulate": (
        "survey.simulate.commands:simulate",
        "Simulate counties whose true scores are known, and print how far the scores are off.",
    ),
    "simulate-fieldwork": (
        "survey.simulate.fieldwork_commands:simulate_fieldwork",
        "Simulate fieldworks, forecast each on every morning, and print how often that held.",
    ),
    "start": (
        "survey.starting:start",
        "Prepare the database, load the demonstration county into an empty one, and serve.",
    ),
    "user": ("survey.access.commands:user", "Accounts of officials."),
    "verify": (
        "survey.exchange.verify_command:verify",
        "Compare all that is stored with what was sealed; or check FILEs, without a database.",
    ),
    "weigh": (
        "survey.weigh.commands:weigh",
        "Weight the rows of DATA (CSV or .xlsx) as PLAN (TOML) says, and estimate with errors.",
    ),
    "witness": (
        "survey.witness.commands:witness",
        "See ledgers grow, on a machine that is not the office's, and cosign what only grew.",
    ),
}
# Of these rooms, too, but said after `survey campaign`.
_OF_A_CAMPAIGN = {
    "items": "survey.drafting.commands:items",
    "amend": "survey.drafting.commands:amend",
    "common": "survey.drafting.commands:common",
}
# They open no installation, so that none has to be looked at before a writing.
_OF_FILES = frozenset(
    _COMMANDS[name][0] for name in ("draw", "simulate", "simulate-fieldwork", "weigh", "witness")
)

_Load = Callable[[], click.Command]


class _OnDemand(Mapping[str, click.Command]):
    """Commands by name, each loaded with its room when it is asked for."""

    def __init__(self, load: Mapping[str, _Load]) -> None:
        self._load = dict(load)

    def __getitem__(self, name: str) -> click.Command:
        return self._load[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._load)

    def __len__(self) -> int:
        return len(self._load)


def _on_demand(load: Mapping[str, _Load]) -> MutableMapping[str, click.Command]:
    # click would let commands be added; nobody does.
    return cast(MutableMapping[str, click.Command], _OnDemand(load))


class _Survey(click.Group):
    """Lists its commands without loading them."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command is for."""
        told = {name: click.Command(name, help=text) for name, (_, text) in _COMMANDS.items()}
        click.Group(commands=told).format_commands(ctx, formatter)


@cache
def _loaded(where: str) -> click.Command:
    """Load a command, and let every installation that one opens be looked at before a writing."""
    command: click.Command = load(where)
    if where not in _OF_FILES:
        _guard_writing()
    if isinstance(command, click.Group) and command.name == "campaign":
        others = {name: partial(_loaded, inner) for name, inner in _OF_A_CAMPAIGN.items()}
        own = {name: partial(command.commands.__getitem__, name) for name in command.commands}
        command.commands = _on_demand({**own, **others, "rehearse": _rehearse})
    return command


@cache
def _guard_writing() -> None:
    look = resolve_name("survey.ledger.watch:look_before_writing")
    resolve_name("survey.site.installation:guard_writing")(look)


@cache
def _rehearse() -> click.Command:
    make = resolve_name("survey.rehearsal.commands:rehearse_command")
    command: click.Command = make(resolve_name("survey.app:create_app"))
    return command


@click.group(
    cls=_Survey,
    commands=_on_demand({name: partial(_loaded, where) for name, (where, _) in _COMMANDS.items()}),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
def survey() -> None:
    """公评 Gongping: plan, run, score and release a public review."""


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
    except Exception as error:
        told = _of_the_database(error)
        if told is None:
            raise
        click.echo(told, err=True)
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


def _of_the_database(error: Exception) -> str | None:
    """Return what a database's error says to people; none of another error."""
    from sqlalchemy import exc  # noqa: PLC0415 - loaded long ago where there is such an error

    if isinstance(error, exc.OperationalError):
        return _unreachable(error.orig).both()
    if isinstance(error, exc.SQLAlchemyError):
        return f"{faults.where(error)}\n{_untold(error).both()}"
    return None


def _unreachable(cause: BaseException | None) -> Problem:
    reason = str(cause).strip().splitlines()[0]
    return Problem(
        field="SURVEY_DATABASE",
        zh=f"数据库无法使用（{reason}）；请核对设置，新安装的请先运行 survey init",
        en=f"the database cannot be used ({reason}); check the settings, and run `survey init` "
        "if this is a new installation",
    )


def _untold(error: Exception) -> Problem:
    """Return that the database refused something, without the row that it quotes."""
    kind = faults.kind_of(error)
    return Problem(
        field="SURVEY_DATABASE",
        zh=f"数据库拒绝了写入或查询（{kind}）；数据未改动。请保留以上代码位置并报告",
        en=f"the database refused a statement ({kind}); nothing was changed. Keep the lines of "
        "code above and report them",
    )
