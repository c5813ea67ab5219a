"""Verification calls, and visits to units, against what the audit says of them."""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import digest_of
from survey.ledger.visited import visit_decision_digest, visit_digest
from survey.model import (
    VISIT_OUTCOMES,
    CallDraw,
    CallOutcome,
    CallRound,
    Campaign,
    OnSiteDecision,
    OnSitePhoto,
    OnSiteVisit,
)
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered


def draws_digest(session: Session, drawn: CallRound) -> str:
    """Return the digest of a round: its seed, and which codes it drew for which units."""
    query = sa.select(
        *(CallDraw.id, CallDraw.unit_id, CallDraw.position, CallDraw.code_id, CallDraw.batch),
        *(CallDraw.serial, CallDraw.group_code),
    ).where(CallDraw.round_id == drawn.id)
    rows = [list(row) for row in session.execute(query.order_by(CallDraw.id))]
    return digest_of([drawn.number, drawn.class_code, drawn.seed, rows])


def outcomes_digest(outcomes: Sequence[CallOutcome]) -> str:
    """Return the digest of what was entered at once."""
    return digest_of([[each.id, each.draw_id, each.outcome, each.recorded_by] for each in outcomes])


def check_calls(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find rounds and outcomes that nobody recorded, and recorded ones that are gone or differ."""
    return [*_rounds(session, campaign, deeds), *_outcomes(session, campaign, deeds)]


def _rounds(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    said = {
        (entry["detail"]["round"], entry["detail"]["digest"])
        for entry in deeds.of(campaign, "call.draw")
    }
    query = sa.select(CallRound).where(CallRound.campaign_id == campaign.id)
    found = {(each.number, draws_digest(session, each)) for each in session.scalars(query)}
    return [
        altered(
            "calls",
            f"第 {number} 轮回访抽取的号码与操作记录不符：被改动，或被删除、添加",
            f"what round {number} of verification calls drew is not what the audit says",
        )
        for number in sorted({each[0] for each in found ^ said})
    ]


def _outcomes(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Compare what each sheet entered; between them, and after the last, nothing may stand."""
    query = (
        sa.select(CallOutcome)
        .join(CallDraw, CallDraw.id == CallOutcome.draw_id)
        .join(CallRound, CallRound.id == CallDraw.round_id)
        .where(CallRound.campaign_id == campaign.id)
        .order_by(CallOutcome.id)
    )
    left = list(session.scalars(query))
    problems = []
    for entry in deeds.of(campaign, "call.record"):
        told = entry["detail"]
        mine = [each for each in left if told["first"] <= each.id <= told["last"]]
        left = [each for each in left if not told["first"] <= each.id <= told["last"]]
        if len(mine) != told["count"] or outcomes_digest(mine) != told["digest"]:
            problems.append(_entered_otherwise(entry["id"]))
    if left:
        problems.append(
            altered(
                "calls",
                f"有 {len(left)} 条回访结果没有操作记录",
                f"{len(left)} outcomes of verification calls have no entry in the audit",
            )
        )
    return problems


def _entered_otherwise(number: int) -> Problem:
    return altered(
        "calls",
        f"操作记录第 {number} 条所录入的回访结果被改动，或被删除、添加",
        f"the outcomes of verification calls that entry {number} of the audit entered were changed,"
        " removed or added to",
    )


def check_visits(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find visits, photographs and decisions that are not what the audit says was recorded."""
    query = sa.select(OnSiteVisit).where(OnSiteVisit.campaign_id == campaign.id)
    visits = session.scalars(query.order_by(OnSiteVisit.number)).all()
    return [
        *_visits_entered(campaign, visits, deeds),
        *_photos(session, visits),
        *_visits_decided(session, campaign, deeds),
    ]


def _visits_entered(
    campaign: Campaign, visits: Sequence[OnSiteVisit], deeds: Deeds
) -> list[Problem]:
    said = {
        (entry["detail"]["visit"], entry["detail"]["digest"])
        for entry in deeds.of(campaign, "visit.enter")
    }
    found = {(visit.number, visit_digest(visit, salt=campaign.record_salt)) for visit in visits}
    return [
        altered(
            "visits",
            f"第 {number} 号察访记录与操作记录不符：内容被改动，或被删除、添加",
            f"visit {number} is not what the audit says was entered",
        )
        for number in sorted({each[0] for each in found ^ said})
    ]


def _photos(session: Session, visits: Sequence[OnSiteVisit]) -> list[Problem]:
    return [
        altered(
            "visits",
            f"第 {visit.number} 号察访记录的照片与录入时不符：被调换，或被删除、添加",
            f"the photograph of visit {visit.number} is not what was entered",
        )
        for visit in visits
        if _photo_digest(session, visit) != visit.photo_digest
    ]


def _photo_digest(session: Session, visit: OnSiteVisit) -> str | None:
    content = session.scalar(sa.select(OnSitePhoto.content).where(OnSitePhoto.visit_id == visit.id))
    return None if content is None else hashlib.sha256(content).hexdigest()


def _visits_decided(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    said = {
        tuple(entry["detail"][name] for name in ("visit", "position", "digest"))
        for outcome in VISIT_OUTCOMES
        for entry in deeds.of(campaign, f"visit.{outcome}")
    }
    query = (
        sa.select(OnSiteDecision, OnSiteVisit.number)
        .join(OnSiteVisit, OnSiteVisit.id == OnSiteDecision.visit_id)
        .where(OnSiteVisit.campaign_id == campaign.id)
    )
    salt = campaign.record_salt
    found = {
        (number, each.position, visit_decision_digest(each, number=number, salt=salt))
        for each, number in session.execute(query)
    }
    return [
        altered(
            "visits",
            f"第 {number} 号察访记录的第 {position} 次决定与操作记录不符：被改动，或被删除、添加",
            f"decision {position} on visit {number} is not what the audit says was decided",
        )
        for number, position in sorted({each[:2] for each in found ^ said})
    ]
