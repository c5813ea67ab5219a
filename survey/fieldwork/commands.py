"""`survey campaign`: fieldwork from the command line."""

import os
import sys
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import local_minute
from survey.fieldwork import campaigns, closing, extending, given_county, opening, progress
from survey.fieldwork.readiness.telling import ahead, tell_before
from survey.model import Campaign
from survey.scheme.stored import stored_folder
from survey.scheme.workbook.writing import workbook_of_county
from survey.site.config import read_settings
from survey.site.installation import Site, open_site, prepare_site
from survey.two_persons.by_two import done_or_exit
from survey.two_persons.deed import Done, Matter
from survey.two_persons.proposals import Proposed, propose_or_approve
from survey.verification.whole import require_whole

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
@click.argument(
    "given", metavar="FOLDER|FILE.xlsx|FILE.zip", type=click.Path(exists=True, path_type=Path)
)
@click.option("--simulated", is_flag=True, help="Label everything as demonstration data.")
def load(given: Path, *, simulated: bool) -> None:
    """Load units, scheme, margins and questionnaire as a draft campaign.

    They are in a folder, whose tables may be CSV or .xlsx, in one zip archive of it, or in one
    workbook as `survey campaign workbook` writes it.

    Example: survey campaign load survey/demo/anlan --simulated
    """
    home = read_settings(os.environ).home
    is_new = not home.exists()
    with given_county.source_in(given) as source, prepare_site(os.environ) as site:
        if is_new:
            click.echo(f"已新建系统：{home} / a new installation was made in {home}", err=True)
        loaded = given_county.load(site, source=source, by=audit.SYSTEM, simulated=simulated)
    click.echo(loaded.code)


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def workbook(campaign_id: str, *, out: Path) -> None:
    """Write a campaign as one workbook, which `survey campaign load` takes back.

    Example: survey campaign workbook ANLAN-2026-GZPY --out plan.xlsx
    """
    with open_site(os.environ) as site, site.database.reading() as session:
        found = campaigns.find_campaign(session, campaign_id)
        out.write_bytes(workbook_of_county(stored_folder(session, found)))
    click.echo(str(out))


@campaign.command(name="open")
@click.argument("campaign_id", metavar="ID")
@click.option("--by", default="", help="The account that proposes or approves; else the system.")
def open_(campaign_id: str, *, by: str) -> None:
    """Freeze the plan and let residents answer.

    Officials do it by two (--by); without a name it is on record as done by the system.

    Example: survey campaign open ANLAN-2026-GZPY --by zhang.min
    """
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            draft = campaigns.find_campaign(session, campaign_id)
            campaigns.need_state(draft, "draft")
            tell_before(session, site=site, campaign=draft, deed="open")
        if by:
            _open_by_two(site, campaign_id, by)
        else:
            opening.open_in_order(site, campaign_code=campaign_id, by=audit.SYSTEM)
        with site.database.reading() as session:
            opened = campaigns.find_campaign(session, campaign_id)
    click.echo(f"{opened.code} {opened.state} plan {opened.plan_digest}")


def _open_by_two(site: Site, campaign_id: str, by: str) -> None:
    with site.database.reading() as session:
        draft = campaigns.find_campaign(session, campaign_id)
        told = opening.told_before(session, campaign=draft)
        matter = Matter(session=session, site=site, campaign=draft, arguments={})
        prepared = opening.OPEN.prepare(matter)
    with site.database.writing() as session:
        outcome = propose_or_approve(
            session,
            site=site,
            deed=opening.OPEN,
            campaign=campaigns.find_campaign(session, campaign_id),
            arguments={},
            by=by,
            prepared=prepared,
            told=told,
        )
    done_or_exit(opening.OPEN, outcome)


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
