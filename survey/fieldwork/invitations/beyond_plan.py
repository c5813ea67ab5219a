"""Codes within the plan's number are one person's to issue, those beyond it take two.

The plan says how many answers each unit should get of each group. So many codes anyone may
check; whoever issues more could answer them himself.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.canonical import canonical
from survey.draw.drawn_from import DrawnFrom, told
from survey.fieldwork.entrances import not_past, planned, require_unit
from survey.fieldwork.invitations.issuing import (
    Prepared,
    check_batch,
    is_issued,
    prepare_batch,
    store_batch,
)
from survey.fieldwork.papers.files import KINDS, Kind, make_file, suffix
from survey.fieldwork.readiness.checklist import require_ready
from survey.model import Campaign, CampaignUnit, CodeBatch, CoveredUnit
from survey.problems import Problem, Refused
from survey.site.database import end_read
from survey.site.installation import Site
from survey.two_persons.deed import Deed, Done, Facts, Matter, Paper, Persons, Said
from survey.two_persons.proposals import Proposed, propose_or_approve, require_official


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Codes wanted at once: what their holders rate, who they are, how they get them."""

    units: tuple[CampaignUnit, ...]
    group_code: str
    channel: str
    count: int
    until: date | None
    lang: str
    files: tuple[Kind, ...]
    drawn: DrawnFrom | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedFiles:
    """Codes drawn and put on paper, before they open anything."""

    codes: Prepared
    papers: tuple[Paper, ...]


def issued(session: Session, *, unit: CampaignUnit, group_code: str) -> int:
    """Return how many codes for a unit a group has been given, those of sittings among them.

    Codes withdrawn unused are nobody's: others may be issued in their place.
    """
    several = sa.select(CoveredUnit.invitation_id).where(
        CoveredUnit.campaign_id == unit.campaign_id, CoveredUnit.unit_id == unit.unit_id
    )
    batch = CodeBatch
    query = sa.select(sa.func.sum(batch.issued - batch.withdrawn)).where(
        batch.campaign_id == unit.campaign_id,
        batch.group_code == group_code,
        sa.or_(batch.unit_id == unit.unit_id, batch.first_code.in_(several)),
    )
    return session.scalar(query) or 0


def is_beyond_plan(session: Session, *, campaign: Campaign, batch: Batch) -> bool:
    """Say whether a batch takes any of its units beyond the plan's number.

    The campaign is held, so that two batches issued at once are counted one after the other.
    """
    _hold(session, campaign)
    return any(
        issued(session, unit=unit, group_code=batch.group_code) + batch.count
        > planned(session, unit=unit, group_code=batch.group_code)
        for unit in batch.units
    )


def _hold(session: Session, campaign: Campaign) -> None:
    held = sa.select(Campaign.id).where(Campaign.id == campaign.id)
    session.execute(held.with_for_update(key_share=True))


def issue_or_propose(
    session: Session,
    *,
    site: Site,
    campaign: Campaign,
    batch: Batch,
    by: str,
    reason: str,
    prepared: PreparedFiles,
) -> Proposed | Done:
    """Issue a batch within the plan's number; propose one beyond it, or approve the same.

    Codes that the same form has issued are handed out again: its first answer may not have come.
    Raises Refused for a batch beyond the plan that nobody is named for.
    """
    arguments = arguments_of(batch)
    matter = Matter(session=session, site=site, campaign=campaign, arguments=arguments)
    done = issue_within(matter, batch, prepared, by=by, reason=reason)
    if done is not None:
        return done
    if not by:
        raise Refused([_needs_two()])
    return propose_or_approve(
        session,
        site=site,
        deed=ISSUE_BEYOND_PLAN,
        campaign=campaign,
        arguments=arguments,
        by=by,
        reason=reason,
        prepared=prepared,
    )


def issue_within(
    matter: Matter, batch: Batch, prepared: PreparedFiles, *, by: str, reason: str = ""
) -> Done | None:
    """Issue a batch, or give it again that was issued before; None where it is beyond the plan."""
    session, campaign = matter.session, matter.campaign
    check(matter, batch)
    _hold(session, campaign)
    if is_issued(session, prepared.codes):
        return _again(matter, prepared, by=by)
    if is_beyond_plan(session, campaign=campaign, batch=batch):
        return None
    if by:
        require_official(session, username=by, action="invitation.issue")
    return _issue(matter, prepared, by=by or audit.SYSTEM, reason=reason)


def arguments_of(batch: Batch) -> Facts:
    """Return a batch and the files it is wanted in as the arguments of its deed."""
    return {
        "units": [unit.unit.code for unit in batch.units],
        "group": batch.group_code,
        "channel": batch.channel,
        "count": batch.count,
        "until": batch.until.isoformat() if batch.until else None,
        "lang": batch.lang,
        "files": [kind for kind in KINDS if kind in batch.files],
        **({"drawn": told(batch.drawn)} if batch.drawn else {}),
    }


def batch_of(matter: Matter) -> Batch:
    """Return the batch that a deed's arguments say."""
    given: Any = matter.arguments
    return Batch(
        units=tuple(
            require_unit(matter.session, campaign=matter.campaign, unit_code=code)
            for code in given["units"]
        ),
        group_code=given["group"],
        channel=given["channel"],
        count=given["count"],
        until=date.fromisoformat(given["until"]) if given["until"] else None,
        lang=given["lang"],
        files=tuple(given["files"]),
        drawn=_drawn(given),
    )


def _drawn(given: Any) -> DrawnFrom | None:
    if "drawn" not in given:
        return None
    [unit_code] = given["units"]
    return DrawnFrom(unit_code=unit_code, group_code=given["group"], **given["drawn"])


def check(matter: Matter, batch: Batch) -> None:
    """Refuse a batch that could not be issued."""
    check_batch(
        matter.session,
        matter.campaign,
        batch.units,
        group_code=batch.group_code,
        channel=batch.channel,
        count=batch.count,
    )
    not_past(matter.campaign, batch.until, matter.site.clock())


def _basis(matter: Matter) -> Facts:
    batch = batch_of(matter)
    check(matter, batch)
    return {
        unit.unit.code: {
            "issued": issued(matter.session, unit=unit, group_code=batch.group_code),
            "planned": planned(matter.session, unit=unit, group_code=batch.group_code),
        }
        for unit in batch.units
    }


def _told(matter: Matter) -> list[Said]:
    batch = batch_of(matter)
    rated = "、".join(unit.unit.code for unit in batch.units)
    until = matter.arguments["until"]
    lines = [
        Said(
            zh=f"发放 {batch.count} 个一次性评议码：单位 {rated}，对象 {batch.group_code}，"
            f"渠道 {batch.channel}" + (f"，有效期至 {until}" if until else ""),
            en=f"issue {batch.count} one-time codes: units {rated}, group {batch.group_code},"
            f" channel {batch.channel}" + (f", until {until}" if until else ""),
        )
    ]
    if batch.drawn:
        lines.append(_told_of_draw(batch.drawn))
    for unit in batch.units:
        before = issued(matter.session, unit=unit, group_code=batch.group_code)
        wanted = planned(matter.session, unit=unit, group_code=batch.group_code)
        lines.append(
            Said(
                zh=f"{unit.unit.code}：计划 {wanted}，已发 {before}",
                en=f"{unit.unit.code}: planned {wanted}, issued {before}",
            )
        )
    lines.append(
        Said(
            zh="批准后评议码文件由批准人下载，转交提请人发放",
            en="the approver gets the file of codes and hands it to whoever proposed it",
        )
    )
    return lines


def _told_of_draw(drawn: DrawnFrom) -> Said:
    stratum = drawn.stratum or "–"
    return Said(
        zh=f"抽中的人：分层 {stratum}，名册 {drawn.people} 人中抽 {drawn.drawn} 人",
        en=f"people drawn: stratum {stratum}, {drawn.drawn} of {drawn.people} on the roster",
    )


def prepare(matter: Matter, asked: str = "") -> PreparedFiles:
    """Draw the codes of a batch and put them on paper; they open nothing yet.

    What is `asked` for by the same words, of the same batch, are the same codes.
    """
    check(matter, batch_of(matter))
    require_ready(matter.session, site=matter.site, campaign=matter.campaign, deed="code")
    return on_paper(matter, asked=asked and f"{asked}:{canonical(matter.arguments).decode()}")


def on_paper(matter: Matter, *, asked: str) -> PreparedFiles:
    """Draw the codes of a batch found in order, and put them on paper."""
    batch = batch_of(matter)
    prepared = prepare_batch(
        matter.session,
        campaign=matter.campaign,
        units=batch.units,
        group_code=batch.group_code,
        channel=batch.channel,
        count=batch.count,
        lang=batch.lang,
        until=batch.until,
        key=matter.site.keys.intake(),
        clock=matter.site.clock,
        asked=asked,
        drawn=batch.drawn,
    )
    end_read(matter.session)
    papers = tuple(
        Paper(
            name=_file_name(matter.campaign, batch, kind),
            kind=kind,
            content=make_file(
                kind,
                prepared.codes,
                campaign=matter.campaign,
                invited=prepared.invited,
                settings=matter.site.settings,
            ),
        )
        for kind in batch.files
    )
    return PreparedFiles(codes=prepared, papers=papers)


def _carry_out(matter: Matter, persons: Persons, prepared: PreparedFiles) -> Done:
    return _issue(matter, prepared, by=persons.proposed_by, reason=persons.reason)


def _issue(matter: Matter, prepared: PreparedFiles, *, by: str, reason: str) -> Done:
    store_batch(
        matter.session,
        prepared.codes,
        campaign=matter.campaign,
        by=by,
        clock=matter.site.clock,
        reason=reason,
    )
    n = len(prepared.codes.codes)
    return Done(
        said=Said(zh=f"已发放 {n} 个评议码。", en=f"{n} codes have been issued."),
        papers=prepared.papers,
    )


def _again(matter: Matter, prepared: PreparedFiles, *, by: str) -> Done:
    audit.record(
        matter.session,
        by=by,
        at=matter.site.clock(),
        action="invitation.again",
        subject=matter.campaign.code,
        count=len(prepared.codes.codes),
    )
    return Done(
        said=Said(zh="同一批评议码，没有另发。", en="The same batch; no more were issued."),
        papers=prepared.papers,
    )


def _needs_two() -> Problem:
    return Problem(
        field="count",
        zh="超出方案计划数，须两人办理：先由一人提请（加 --by 账号），再由另一人用同一命令批准",
        en="goes beyond the plan's number and takes two: one proposes it (--by USERNAME), another"
        " approves it by the same command",
    )


def _file_name(campaign: Campaign, batch: Batch, kind: Kind) -> str:
    """Return the name of a batch's file."""
    units = batch.units
    rated = units[0].unit.code if len(units) == 1 else f"{len(units)}x"
    return f"{campaign.code}-{rated}-{batch.group_code}-{batch.count}-{kind}.{suffix(kind)}"


ISSUE_BEYOND_PLAN = Deed(
    kind="code.issue",
    name=Said(zh="超计划发放评议码", en="Issue codes beyond the plan"),
    propose="invitation.issue",
    basis=_basis,
    told=_told,
    carry_out=_carry_out,
    prepare=prepare,
)
