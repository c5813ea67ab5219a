"""`survey code`: one-time codes from the command line."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from survey.clock import local_minute
from survey.draw.drawn_from import DrawnFrom
from survey.draw.drawn_list import read_list
from survey.fieldwork import campaigns
from survey.fieldwork.draws.recorded import require_recorded
from survey.fieldwork.invitations import beyond_plan
from survey.fieldwork.invitations.balance.command import balance
from survey.fieldwork.invitations.batches import Batch as Issued
from survey.fieldwork.invitations.batches import batches_of
from survey.fieldwork.invitations.beyond_plan import Batch, PreparedFiles
from survey.fieldwork.invitations.chances import drawn_at
from survey.fieldwork.invitations.covered import chosen_units, named_units
from survey.fieldwork.invitations.second_body.commands import make, take
from survey.fieldwork.invitations.whole_plan import Wanted as OfPlan
from survey.fieldwork.invitations.whole_plan import batches_wanted, issue_batches
from survey.fieldwork.invitations.withdrawing import WITHDRAW_CODES, arguments
from survey.fieldwork.papers.files import KINDS, Kind
from survey.fieldwork.readiness.telling import tell_before
from survey.model import Campaign
from survey.problems import Problem, Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.site.installation import Site, open_site
from survey.two_persons.by_two import done_or_exit
from survey.two_persons.deed import Done, Matter
from survey.two_persons.proposals import Proposed, propose_or_approve
from survey.web.downloads import pack
from survey.web.request import LANGUAGES


@click.group()
def code() -> None:
    """One-time codes of invitations.

    Example: survey code issue ANLAN-2026-GZPY --unit A01 --group G2 --count 60 --out codes.csv
    """


_FILE = click.Path(dir_okay=False, path_type=Path)
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@code.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--unit", "unit_code", default="", help="The unit to be rated, e.g. A01.")
@click.option("--units", "unit_codes", default="", help="Several, in one sitting: A01,B03.")
@click.option("--class", "class_code", default="", help="All of a class, in one sitting: A.")
@click.option("--all", "whole_plan", is_flag=True, help="All that the plan still wants, as a zip.")
@click.option("--group", "group_code", default="", help="Who is invited, e.g. G2.")
@click.option("--count", type=int, help="How many codes.")
@click.option("--drawn", type=_EXISTING, help="List of `survey draw`: a code for each drawn.")
@click.option("--stratum", default="", help="With --drawn: whose codes, as the list writes it.")
@click.option("--channel", default="", help="How they are sent; the scheme's first if not given.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Their last day, if not the end.")
@click.option(
    "--out", required=True, type=_FILE, help="The list of codes, as CSV; with --all the zip."
)
@click.option("--sheets", type=_FILE, help="The same codes as cards, ten to a page, as PDF.")
@click.option("--letters", type=_FILE, help="The same codes as letters, one to a page, as PDF.")
@click.option("--texts", type=_FILE, help="The same codes as text messages, as CSV.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh", show_default=True)
@click.option("--by", default="", help="The account that issues, proposes or approves.")
@click.option("--reason", default="", help="Why beyond the plan: shown to whoever approves.")
def issue(campaign_id: str, *, out: Path, whole_plan: bool, **options: Any) -> None:
    """Issue one-time codes and write them to files, the only places they are kept in clear.

    With --units or --class each code lets one person rate several units in one sitting. More
    codes than the plan wants answers take two: one proposes, another approves.

    Example: survey code issue ANLAN-2026-GZPY --unit A01 --group G2 --count 60 --out codes.csv
    --sheets cards.pdf

    With --drawn there is a code for each person drawn of a unit, group and stratum; with which
    chance they were drawn stays with the batch and counts in the scores.

    Example: survey code issue ANLAN-2026-GZPY --drawn drawn.csv --unit A01 --group G2
    --stratum 城镇 --out codes.csv

    With --all each unit gets a folder with list, cards, letters and messages of each group;
    --group and --units narrow it down.

    Example: survey code issue ANLAN-2026-GZPY --class A --group G4 --count 40 --out codes.csv

    Example: survey code issue ANLAN-2026-GZPY --all --out codes.zip
    """
    wanted = _Wanted(list=out, **options)
    if whole_plan:
        _issue_whole_plan(campaign_id, wanted)
        return
    if not wanted.group_code or (wanted.count is None) == (wanted.drawn is None):
        raise click.UsageError(
            "须有 --group，及 --count、--drawn 之一 / give --group, and --count or --drawn"
        )
    if wanted.drawn and not wanted.unit_code:
        raise click.UsageError("--drawn 只用于 --unit / goes with --unit alone")
    if [wanted.unit_code, wanted.unit_codes, wanted.class_code].count("") != 2:
        raise click.UsageError("--unit、--units、--class 三者选一 / give one of the three")
    _check_new(list(wanted.files.values()))
    with open_site(os.environ) as site:
        batch, prepared = _prepare(site, campaign_id, wanted)
        papers = (paper.content for paper in prepared.papers)
        made = dict(zip(wanted.files.values(), papers, strict=True))
        with _kept_only_if_issued(made):
            outcome = _store(site, campaign_id, wanted, batch, prepared)
            done_or_exit(beyond_plan.ISSUE_BEYOND_PLAN, outcome)
    click.echo(f"{batch.count} 个评议码 codes → {', '.join(map(str, made))}", err=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What was asked for on the command line."""

    unit_code: str
    unit_codes: str
    class_code: str
    group_code: str
    count: int | None
    drawn: Path | None
    stratum: str
    channel: str
    until: datetime | None
    list: Path
    sheets: Path | None
    letters: Path | None
    texts: Path | None
    lang: str
    by: str
    reason: str

    @property
    def files(self) -> dict[Kind, Path]:
        """The files wanted, by what they are."""
        found: dict[Kind, Path | None] = {
            "list": self.list,
            "sheets": self.sheets,
            "letters": self.letters,
            "texts": self.texts,
        }
        return {kind: path for kind, path in found.items() if path}


def _prepare(site: Site, campaign_id: str, wanted: _Wanted) -> tuple[Batch, PreparedFiles]:
    with site.database.reading() as session:
        found = campaigns.find_campaign(session, campaign_id)
        tell_before(session, site=site, campaign=found, deed="code")
        batch = _batch(session, found, wanted)
        arguments = beyond_plan.arguments_of(batch)
        matter = Matter(session=session, site=site, campaign=found, arguments=arguments)
        return batch, beyond_plan.prepare(matter)


def _batch(session: Session, found: Campaign, wanted: _Wanted) -> Batch:
    units = chosen_units(
        session,
        campaign=found,
        unit_code=wanted.unit_code,
        unit_codes=wanted.unit_codes,
        class_code=wanted.class_code,
        group_code=wanted.group_code,
    )
    drawn = _stratum(session, found, wanted) if wanted.drawn else None
    return Batch(
        units=tuple(units),
        group_code=wanted.group_code,
        channel=wanted.channel or _first_invited(found),
        count=drawn.drawn if drawn else wanted.count or 0,
        drawn=drawn,
        until=wanted.until.date() if wanted.until else None,
        lang=wanted.lang,
        files=tuple(wanted.files),
    )


def _stratum(session: Session, found: Campaign, wanted: _Wanted) -> DrawnFrom:
    """Return the stratum of a drawn list that codes are for.

    Raises Refused where it has none, and where the list is of no draw on record.
    """
    assert wanted.drawn is not None
    key = (wanted.unit_code, wanted.group_code, wanted.stratum)
    strata = {(s.unit_code, s.group_code, s.stratum): s for s in read_list(wanted.drawn)}
    file = wanted.drawn.name
    require_recorded(session, campaign=found, strata=strata.values(), file=file)
    if key not in strata:
        there = "；".join(" ".join(filter(None, each)) for each in strata)
        raise Refused.of(
            file=file,
            field="stratum",
            zh=f"名单里没有 {' '.join(filter(None, key))}；有的是：{there}",
            en=f"the list has no {' '.join(filter(None, key))}; it has: {there}",
        )
    return strata[key]


def _store(
    site: Site, campaign_id: str, wanted: _Wanted, batch: Batch, prepared: PreparedFiles
) -> Proposed | Done:
    with site.database.writing() as session:
        return beyond_plan.issue_or_propose(
            session,
            site=site,
            campaign=campaigns.find_campaign(session, campaign_id),
            batch=batch,
            by=wanted.by,
            reason=wanted.reason,
            prepared=prepared,
        )


def _issue_whole_plan(campaign_id: str, wanted: _Wanted) -> None:
    if wanted.count is not None or wanted.drawn or wanted.class_code or len(wanted.files) > 1:
        raise click.UsageError(
            "--all 不与 --drawn、--count、--class、--sheets、--letters、--texts 同用"
            " / goes without them"
        )
    _check_new([wanted.list])
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            found = campaigns.find_campaign(session, campaign_id)
            tell_before(session, site=site, campaign=found, deed="code")
            batches = batches_wanted(
                session, site=site, campaign=found, wanted=_of_plan(session, found, wanted)
            )
        papers = issue_batches(site, campaign_code=campaign_id, batches=batches, by=wanted.by)
        wanted.list.touch(mode=0o600)
        with wanted.list.open("wb") as file:
            pack(file, ((paper.name, paper.content) for paper in papers))
    n = sum(batch["count"] for batch in batches)
    click.echo(f"{len(batches)} 批 batches，{n} 个评议码 codes → {wanted.list}", err=True)


def _of_plan(session: Session, found: Campaign, wanted: _Wanted) -> OfPlan:
    codes = ",".join(filter(None, (wanted.unit_code, wanted.unit_codes)))
    units = named_units(session, found, codes) if codes else []
    groups = {group.code for group in found.groups}
    if wanted.group_code and wanted.group_code not in groups:
        raise Refused.of(
            field="group",
            zh=f"本次评议没有评议对象“{wanted.group_code}”",
            en=f"there is no group {wanted.group_code!r} in this campaign",
        )
    return OfPlan(
        unit_codes=tuple(unit.unit.code for unit in units),
        group_codes=(wanted.group_code,) if wanted.group_code else (),
        channel=wanted.channel or _first_invited(found),
        until=wanted.until.date() if wanted.until else None,
        lang=wanted.lang,
        files=KINDS,
    )


@code.command()
@click.argument("campaign_id", metavar="ID")
def batches(campaign_id: str) -> None:
    """List what was issued: number of the batch, when, by whom, for what, how many.

    Example: survey code batches ANLAN-2026-GZPY
    """
    with open_site(os.environ) as site, site.database.reading() as session:
        found = campaigns.find_campaign(session, campaign_id)
        drawn = drawn_at(session, campaign=found)
        for batch in batches_of(session, campaign=found):
            units = ",".join(unit.unit.code for unit in batch.units)
            at = local_minute(batch.issued_at, found.timezone)
            click.echo(
                f"{batch.number:>8}  {at}  {batch.issued_by}  {units}  {batch.group_code}"
                f"  {batch.channel}  {batch.issued}{_drawn(drawn.get(batch.issued_at))}"
                f"{_withdrawn(batch, found)}"
            )


def _drawn(said: Mapping[str, Any] | None) -> str:
    if said is None:
        return ""
    return f"  抽取 drawn {said['stratum'] or '–'} {said['drawn']}/{said['people']}"


def _withdrawn(batch: Issued, found: Campaign) -> str:
    gone = batch.withdrawal
    if gone is None:
        return ""
    at = local_minute(gone.at, found.timezone)
    return f"  已停用 withdrawn {at} {gone.proposed_by}, {gone.approved_by}: {gone.reason}"


@code.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--batch", required=True, type=int, help="Its number, as `survey code batches` says.")
@click.option("--by", required=True, help="The account that proposes it, or approves it.")
@click.option("--reason", default="", help="Why: kept on record; whoever proposes must say it.")
def withdraw(campaign_id: str, *, batch: int, by: str, reason: str) -> None:
    """Let the unused codes of a batch open nothing more: proposed by one, approved by another.

    Example: survey code withdraw ANLAN-2026-GZPY --batch 61 --by zhang.min --reason 名单遗失
    """
    with open_site(os.environ) as site:
        with site.database.writing() as session:
            outcome = propose_or_approve(
                session,
                site=site,
                deed=WITHDRAW_CODES,
                campaign=campaigns.find_campaign(session, campaign_id),
                arguments=arguments(batch),
                by=by,
                reason=reason,
            )
        done = done_or_exit(WITHDRAW_CODES, outcome)
    click.echo(f"{campaign_id}  {done.said.zh} {done.said.en}")


code.add_command(balance)
code.add_command(make)
code.add_command(take)


@contextmanager
def _kept_only_if_issued(made: Mapping[Path, bytes]) -> Iterator[None]:
    """Write the files before their codes open anything, and remove them where none shall."""
    written: list[Path] = []
    try:
        for path, content in made.items():
            path.touch(mode=0o600)
            written.append(path)
            path.write_bytes(content)
        yield
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _check_new(paths: Sequence[Path]) -> None:
    problems = [
        Problem(
            file=str(path),
            zh="文件已存在；为免覆盖已发出的评议码，请另取文件名",
            en="exists already; choose another name so that no issued codes are lost",
        )
        for path in paths
        if path.exists()
    ]
    if problems:
        raise Refused(problems)


def _first_invited(found: Campaign) -> str:
    return next(iter(scheme_of(found).invited_channels), "")
