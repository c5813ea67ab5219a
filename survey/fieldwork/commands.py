"""`survey campaign`, `survey poster`, `survey code`: fieldwork from the command line."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import local_minute
from survey.fieldwork import campaigns, closing, entrances, extending, opening, progress
from survey.fieldwork.invitations import beyond_plan
from survey.fieldwork.invitations.beyond_plan import Batch
from survey.fieldwork.invitations.covered import chosen_units
from survey.fieldwork.loading import load_folder
from survey.fieldwork.papers import poster_pdf
from survey.fieldwork.papers.files import Kind
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.papers.poster_pdf import Size
from survey.fieldwork.readiness.checklist import require_ready
from survey.fieldwork.readiness.telling import ahead, tell_before
from survey.ledger.publication import printed_head
from survey.model import Campaign
from survey.office_files.archives import folder_in
from survey.problems import Problem, Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.site.installation import open_site
from survey.two_persons.by_two import done_or_exit
from survey.two_persons.deeds import Done, Matter
from survey.two_persons.proposals import Proposed, propose_or_approve
from survey.verification.whole import require_whole
from survey.web.request import LANGUAGES

_STANDING = {
    "met": "已达计划 met",
    "on_course": "正常 on course",
    "behind": "偏低 behind",
    "under": "未达计划 under plan",
    "short": "不足最低数 under minimum",
}


@click.group()
def campaign() -> None:
    """Load, open, close and watch a campaign.

    Example: survey campaign status ANLAN-2026-GZPY
    """


@campaign.command()
@click.argument("given", metavar="FOLDER|FILE.zip", type=click.Path(exists=True, path_type=Path))
@click.option("--simulated", is_flag=True, help="Label everything as demonstration data.")
def load(given: Path, *, simulated: bool) -> None:
    """Load units, scheme, margins and questionnaire as a draft campaign.

    They are in a folder, or in one zip archive of it; tables may be CSV or .xlsx.

    Example: survey campaign load survey/demo/anlan --simulated
    """
    with folder_in(given) as folder, open_site(os.environ) as site:
        loaded = load_folder(site, folder=folder, by=audit.SYSTEM, simulated=simulated)
    click.echo(loaded.code)


@campaign.command(name="open")
@click.argument("campaign_id", metavar="ID")
def open_(campaign_id: str) -> None:
    """Freeze the plan and let residents answer.

    Example: survey campaign open ANLAN-2026-GZPY
    """
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            draft = campaigns.find_campaign(session, campaign_id)
            campaigns.need_state(draft, "draft")
            tell_before(session, site=site, campaign=draft, deed="open")
        opened = opening.open_in_order(site, campaign_code=campaign_id, by=audit.SYSTEM)
    click.echo(f"{opened.code} {opened.state} plan {opened.plan_digest}")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--by", default="", help="Before the end: the account that proposes or approves.")
@click.option("--reason", default="", help="Why: shown to whoever approves.")
@click.option("--yes", is_flag=True, help="Do not ask again at a terminal.")
def close(campaign_id: str, *, by: str, reason: str, yes: bool) -> None:
    """End the answering for good; before the period is over two must want it.

    Example: survey campaign close ANLAN-2026-GZPY
    """
    with open_site(os.environ) as site:
        require_whole(site, campaign_id)
        with site.database.reading() as session:
            found = campaigns.find_campaign(session, campaign_id)
            campaigns.need_state(found, "open")
            early = closing.is_early(found, site.clock())
            told = closing.told_before(session, site=site, campaign=found)
            for line in told:
                click.echo(f"{line.zh} / {line.en}", err=True)
            tell_before(session, site=site, campaign=found, deed="close")
        if not early and not yes and sys.stdin.isatty():
            click.confirm(
                "结束后不能重新开启，确认结束？ closing is for good: close it?",
                abort=True,
                err=True,
            )
        outcome: Proposed | Done | None = None
        with site.database.writing() as session:
            closed = campaigns.find_campaign(session, campaign_id)
            early = closing.is_early(closed, site.clock())
            if early and by:
                outcome = propose_or_approve(
                    session,
                    site=site,
                    deed=closing.CLOSE_EARLY,
                    campaign=closed,
                    arguments={},
                    by=by,
                    reason=reason,
                    told=told,
                )
            else:
                closing.close_in_time(session, site=site, campaign=closed, by=by)
        if outcome:
            done_or_exit(closing.CLOSE_EARLY, outcome)
    click.echo(f"{closed.code} {closed.state}")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The new last day.")
@click.option("--by", required=True, help="The account that proposes it, or approves it.")
@click.option("--reason", default="", help="Why: kept on record; whoever proposes must say it.")
def extend(campaign_id: str, *, until: datetime, by: str, reason: str) -> None:
    """Give residents more time: proposed by one, approved by another.

    Example: survey campaign extend ANLAN-2026-GZPY --until 2026-12-25 --by zhang.min --reason 汛情
    """
    with open_site(os.environ) as site:
        require_whole(site, campaign_id)
        with site.database.writing() as session:
            found = campaigns.find_campaign(session, campaign_id)
            outcome = propose_or_approve(
                session,
                site=site,
                deed=extending.EXTEND,
                campaign=found,
                arguments=extending.arguments_of(until.date()),
                by=by,
                reason=reason,
            )
        done = done_or_exit(extending.EXTEND, outcome)
    click.echo(f"{campaign_id}  {done.said.zh} {done.said.en}")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
def status(campaign_id: str) -> None:
    """Print valid answers against the plan, and what is in order for what comes next.

    Example: survey campaign status ANLAN-2026-GZPY
    """
    with open_site(os.environ) as site, site.database.reading() as session:
        found = campaigns.find_campaign(session, campaign_id)
        for line in _status_lines(session, found, at=site.clock()):
            click.echo(line)
        for line in ahead(session, site=site, campaign=found):
            click.echo(line)


def _status_lines(session: Session, found: Campaign, *, at: datetime) -> list[str]:
    state = progress.read_progress(session, campaign=found, units=found.units, at=at)
    label = "  演示数据 simulated" if found.simulated else ""
    lines = [
        f"{found.code}  {found.state}{_when(found, at)}{label}",
        f"有效答卷（计划数） answers against plan: {state.valid}/{state.target}",
        f"时间已过 time passed: {state.expected:.0%}",
        "",
        f"{'unit':6} {'group':6} {'valid':>6} {'plan':>6} {'share':>6}  standing",
    ]
    lines += [
        f"{row.taking_part.unit.code:6} {cell.group_code:6} {cell.valid:>6} {cell.target:>6}"
        f" {cell.share:>6.0%}  {_STANDING[cell.standing]}"
        for row in state.units
        for cell in row.cells
    ]
    lines += [
        "",
        f"{'channel':12} {'received':>9} {'valid':>6} {'issued':>7} {'response rate':>14}",
    ]
    lines += [
        f"{row.channel:12} {row.received:>9} {row.valid:>6} {row.issued:>7}"
        f" {'-' if row.rate is None else format(row.rate, '.1%'):>14}"
        for row in state.channels
    ]
    return lines


def _when(found: Campaign, at: datetime) -> str:
    """Say of an open campaign where residents cannot answer yet, or not any more."""
    if found.is_ahead(at):
        begins = local_minute(found.starts_at, found.timezone)
        return f"  {begins} 才开始 starts then"
    if found.is_overdue(at):
        ended = local_minute(found.ends_at, found.timezone)
        return f"  评议时间 {ended} 已到，待结束 its period is over, close it"
    return ""


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--unit", "unit_code", default="", help="This unit only.")
@click.option("--size", type=click.Choice(poster_pdf.SIZES), default="a4", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh", show_default=True)
def poster(campaign_id: str, *, out: Path, unit_code: str, size: Size, lang: str) -> None:
    """Write posters as PDF; units without one get one for the first group they are asked by.

    Example: survey poster ANLAN-2026-GZPY --out posters.pdf --size a3 --lang en
    """
    with open_site(os.environ) as site:
        font = choose_font(site.settings)
        with site.database.reading() as session:
            found = campaigns.find_campaign(session, campaign_id)
            require_ready(session, site=site, campaign=found, deed="poster")
            if unit_code:
                entrances.require_unit(session, campaign=found, unit_code=unit_code)
        if found.state in entrances.STATES_WITH_ENTRANCES:
            entrances.default_posters(
                site.database,
                campaign_code=campaign_id,
                unit_code=unit_code,
                by=audit.SYSTEM,
                clock=site.clock,
            )
        with site.database.reading() as session:
            found = campaigns.find_campaign(session, campaign_id)
            rows = entrances.posters_of(
                session, campaign=found, unit_code=unit_code, withdrawn=False
            )
            tell_before(session, site=site, campaign=found, deed="poster")
            described = poster_pdf.describe(found, rows, base_url=site.settings.base_url, lang=lang)
            head = printed_head(session, campaign=found)
        pdf = poster_pdf.make_pdf(
            found, described, size=size, font=font, host=site.settings.host, lang=lang, head=head
        )
        with site.database.writing() as session:
            entrances.note_printing(
                session,
                campaign=found,
                unit_code=unit_code,
                n=len(rows),
                by=audit.SYSTEM,
                clock=site.clock,
            )
        out.write_bytes(pdf)
    click.echo(f"{len(rows)} 张海报 posters → {out}", err=True)


@click.group()
def code() -> None:
    """One-time codes of invitations.

    Example: survey code issue ANLAN-2026-GZPY --unit A01 --group G2 --count 60 --out codes.csv
    """


_FILE = click.Path(dir_okay=False, path_type=Path)


@code.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--unit", "unit_code", default="", help="The unit to be rated, e.g. A01.")
@click.option("--units", "unit_codes", default="", help="Several, in one sitting: A01,B03.")
@click.option("--class", "class_code", default="", help="All of a class, in one sitting: A.")
@click.option("--group", "group_code", required=True, help="Who is invited, e.g. G2.")
@click.option("--count", required=True, type=int, help="How many codes.")
@click.option("--channel", default="", help="How they are sent; the scheme's first if not given.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Their last day, if not the end.")
@click.option("--out", required=True, type=_FILE, help="The list of codes, as CSV.")
@click.option("--sheets", type=_FILE, help="The same codes as cards, ten to a page, as PDF.")
@click.option("--letters", type=_FILE, help="The same codes as letters, one to a page, as PDF.")
@click.option("--texts", type=_FILE, help="The same codes as text messages, as CSV.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh", show_default=True)
@click.option("--by", default="", help="The account that issues, proposes or approves.")
@click.option("--reason", default="", help="Why beyond the plan: shown to whoever approves.")
def issue(
    campaign_id: str,
    *,
    unit_code: str,
    unit_codes: str,
    class_code: str,
    group_code: str,
    count: int,
    channel: str,
    until: datetime | None,
    out: Path,
    sheets: Path | None,
    letters: Path | None,
    texts: Path | None,
    lang: str,
    by: str,
    reason: str,
) -> None:
    """Issue one-time codes and write them to files, the only places they are kept in clear.

    With --units or --class each code lets one person rate several units in one sitting. More
    codes than the plan wants answers take two: one proposes, another approves.

    Example: survey code issue ANLAN-2026-GZPY --unit A01 --group G2 --count 60 --out codes.csv
    --sheets cards.pdf

    Example: survey code issue ANLAN-2026-GZPY --class A --group G4 --count 40 --out codes.csv
    """
    if [unit_code, unit_codes, class_code].count("") != 2:
        raise click.UsageError("--unit、--units、--class 三者选一 / give one of the three")
    files: dict[Kind, Path | None] = {
        "list": out,
        "sheets": sheets,
        "letters": letters,
        "texts": texts,
    }
    wanted = {kind: path for kind, path in files.items() if path}
    _check_new(list(wanted.values()))
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            found = campaigns.find_campaign(session, campaign_id)
            tell_before(session, site=site, campaign=found, deed="code")
            batch = Batch(
                units=tuple(
                    chosen_units(
                        session,
                        campaign=found,
                        unit_code=unit_code,
                        unit_codes=unit_codes,
                        class_code=class_code,
                        group_code=group_code,
                    )
                ),
                group_code=group_code,
                channel=channel or _first_invited(found),
                count=count,
                until=until.date() if until else None,
                lang=lang,
                files=tuple(wanted),
            )
            prepared = beyond_plan.prepare(
                Matter(
                    session=session,
                    site=site,
                    campaign=found,
                    arguments=beyond_plan.arguments_of(batch),
                )
            )
        made = dict(zip(wanted.values(), (paper.content for paper in prepared.papers), strict=True))
        with _kept_only_if_issued(made):
            with site.database.writing() as session:
                outcome = beyond_plan.issue_or_propose(
                    session,
                    site=site,
                    campaign=campaigns.find_campaign(session, campaign_id),
                    batch=batch,
                    by=by,
                    reason=reason,
                    prepared=prepared,
                )
            done_or_exit(beyond_plan.ISSUE_BEYOND_PLAN, outcome)
    click.echo(f"{count} 个评议码 codes → {', '.join(map(str, made))}", err=True)


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
