"""What in the data shows that a step of the calendar is done: nobody ticks it off by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.callbacks.calls import drawn_calls
from survey.appraisal.leaders_approval import approvals
from survey.appraisal.on_site.standing import read_visits
from survey.feedback.listing import LATE_STATES
from survey.fieldwork.bulletins.due import bulletin_days
from survey.fieldwork.counting import codes_in_use
from survey.fieldwork.reminders.recording import waves_of
from survey.model import (
    Appraisal,
    AuditEntry,
    Campaign,
    Case,
    Entrance,
    Release,
)
from survey.two_persons.deed import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Whether a step is done, since when where the data tells, and what there is to see."""

    done: bool
    said: Said
    at: datetime | None = None


def _load(session: Session, campaign: Campaign) -> Evidence:
    n = len(campaign.units)
    return Evidence(
        done=True,
        at=_last_deed(session, campaign, "campaign.load"),
        said=Said(zh=f"方案、问卷和 {n} 个单位已载入", en=f"plan and {n} units loaded"),
    )


def _codes(session: Session, campaign: Campaign) -> Evidence:
    """Each unit must have a poster that hangs or a code in use."""
    hung = sa.select(Entrance.unit_id).where(
        Entrance.campaign_id == campaign.id,
        Entrance.kind == "poster",
        Entrance.withdrawn_at.is_(None),
    )
    coded = {codes.unit_id for codes in codes_in_use(session, campaign) if codes.n}
    reached = coded.union(session.scalars(hung))
    n, lacking = len(campaign.units), [u for u in campaign.units if u.unit_id not in reached]
    if not lacking:
        said = Said(zh=f"{n} 个单位都有海报或评议码", en=f"all {n} units have a poster or codes")
        return Evidence(done=True, said=said)
    first = lacking[0].unit
    said = Said(
        zh=f"还有 {len(lacking)} 个单位没有海报或评议码（{first.code} {first.name_zh} 等）",
        en=f"{len(lacking)} units have neither poster nor codes ({first.code} {first.name_en}, …)",
    )
    return Evidence(done=False, said=said)


def _open(_session: Session, campaign: Campaign) -> Evidence:
    if campaign.opened_at:
        said = Said(zh="评议已开启", en="the campaign was opened")
    else:
        said = Said(zh="评议尚未开启", en="the campaign is not open yet")
    return Evidence(done=campaign.opened_at is not None, at=campaign.opened_at, said=said)


def _reminders(session: Session, campaign: Campaign) -> Evidence:
    waves = waves_of(session, campaign=campaign)
    if not waves:
        return Evidence(done=False, said=Said(zh="还没有催办过", en="nobody was reminded yet"))
    n = len(waves)
    said = Said(zh=f"已催办 {n} 次，最近一次", en=f"reminded {n} times, last")
    return Evidence(done=True, at=waves[-1].at, said=said)


def _bulletins(session: Session, campaign: Campaign) -> Evidence:
    """Each of the scheme's days must have its bulletin; one made up for later is one."""
    days = bulletin_days(session, campaign=campaign)
    issued = [each.bulletin for each in days if each.bulletin]
    return Evidence(
        done=bool(days) and len(issued) == len(days),
        at=issued[-1].issued_at if issued else None,
        said=Said(
            zh=f"进度通报应发 {len(days)} 期，已发 {len(issued)} 期",
            en=f"{len(issued)} of {len(days)} bulletins were issued",
        ),
    )


def _close(_session: Session, campaign: Campaign) -> Evidence:
    if campaign.closed_at:
        said = Said(zh="评议已结束", en="the campaign was closed")
    else:
        said = Said(zh="评议尚未结束", en="the campaign is not closed yet")
    return Evidence(done=campaign.closed_at is not None, at=campaign.closed_at, said=said)


def _calls(session: Session, campaign: Campaign) -> Evidence:
    """Numbers must have been drawn, and each must have its outcome."""
    drawn = [call for calls in drawn_calls(session, campaign=campaign).values() for call in calls]
    waiting = sum(call.outcome is None for call in drawn)
    if not drawn:
        return Evidence(done=False, said=Said(zh="还没有回访过", en="nobody was called yet"))
    n = len(drawn)
    if waiting:
        said = Said(
            zh=f"回访抽出 {n} 个号码，{waiting} 个还没有结果",
            en=f"{n} numbers drawn for verification calls, {waiting} without an outcome",
        )
        return Evidence(done=False, said=said)
    said = Said(
        zh=f"回访抽出的 {n} 个号码都有结果，最近一次录入",
        en=f"all {n} numbers drawn for verification calls have an outcome, last entered",
    )
    return Evidence(done=True, at=_last_deed(session, campaign, "call.record"), said=said)


def _visits(session: Session, campaign: Campaign) -> Evidence:
    """Each unit must have been visited, and each record confirmed or withdrawn."""
    visits = read_visits(session, campaign=campaign)
    visited = {one.entry.unit_id for one in visits if one.state != "withdrawn"}
    n, waiting = len(campaign.units), sum(one.state == "waiting" for one in visits)
    left = n - len(visited)
    said = Said(
        zh=f"察访了 {len(visited)} 个单位，还有 {left} 个没有去；{waiting} 条记录待确认",
        en=f"{len(visited)} units visited, {left} not yet; {waiting} records not confirmed",
    )
    at = _last_deed(session, campaign, "visit.enter")
    return Evidence(done=bool(visits) and not left and not waiting, at=at, said=said)


def _score(session: Session, campaign: Campaign) -> Evidence:
    query = sa.select(sa.func.max(Appraisal.run_at)).where(Appraisal.campaign_id == campaign.id)
    run_at = session.scalar(query)
    if run_at is None:
        return Evidence(done=False, said=Said(zh="尚未计分", en="no scores yet"))
    return Evidence(done=True, at=run_at, said=Said(zh="已计分", en="scored"))


def _release(session: Session, campaign: Campaign) -> Evidence:
    number, frozen_at = _newest_release(session, campaign)
    if frozen_at is None:
        return Evidence(done=False, said=Said(zh="结果尚未发布", en="nothing is released yet"))
    said = Said(zh=f"已发布第 {number} 版", en=f"release {number}")
    return Evidence(done=True, at=frozen_at, said=said)


def _approve(session: Session, campaign: Campaign) -> Evidence:
    """Look for the leading group's approval of the newest release; older ones do not count."""
    number, _frozen_at = _newest_release(session, campaign)
    approval = approvals(session, campaign=campaign).get(number)
    if approval is None:
        said = Said(zh="尚未记录领导小组的审定", en="no approval of the leading group on record")
        return Evidence(done=False, said=said)
    on, paper = approval.approved_on.isoformat(), approval.document_number
    said = Said(zh=f"{on} 审定（{paper}）", en=f"approved on {on} ({paper})")
    return Evidence(done=True, at=approval.at, said=said)


def _export(session: Session, campaign: Campaign) -> Evidence:
    """Only the newest release is what must be handed over."""
    _number, frozen_at = _newest_release(session, campaign)
    exported = _last_deed(session, campaign, "release.export")
    if frozen_at and exported and exported >= frozen_at:
        said = Said(zh="最新一版已导出", en="the newest release was exported")
        return Evidence(done=True, at=exported, said=said)
    return Evidence(done=False, said=Said(zh="最新一版尚未导出", en="not exported yet"))


def _newest_release(session: Session, campaign: Campaign) -> tuple[int, datetime | None]:
    """Return number and time alone: a release and a run hold megabytes of figures."""
    query = sa.select(Release.number, Release.frozen_at).where(Release.campaign_id == campaign.id)
    row = session.execute(query.order_by(Release.number.desc()).limit(1)).first()
    return (row.number, row.frozen_at) if row else (0, None)


def _cases(session: Session, campaign: Campaign) -> Evidence:
    """Words without a deadline are only counted, and wait for nobody."""
    waits = (Case.campaign_id == campaign.id, Case.due_on.is_not(None))
    query = sa.select(sa.func.count()).select_from(Case)
    n = session.scalar(query.where(*waits, Case.state.in_(LATE_STATES))) or 0
    if n:
        return Evidence(done=False, said=Said(zh=f"{n} 件意见待办", en=f"{n} cases are open"))
    done = campaign.closed_at is not None
    return Evidence(done=done, said=Said(zh="没有待办的意见", en="no case is open"))


# By the name a scheme gives in `shown_by`.
EVIDENCE: dict[str, Callable[[Session, Campaign], Evidence]] = {
    "load": _load,
    "codes": _codes,
    "open": _open,
    "reminders": _reminders,
    "bulletins": _bulletins,
    "close": _close,
    "visits": _visits,
    "calls": _calls,
    "score": _score,
    "release": _release,
    "approve": _approve,
    "export": _export,
    "cases": _cases,
}


def _last_deed(session: Session, campaign: Campaign, action: str) -> datetime | None:
    query = sa.select(sa.func.max(AuditEntry.at))
    return session.scalar(query.filter_by(action=action, subject=campaign.code))
