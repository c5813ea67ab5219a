"""Whether a visit counts is decided by two persons; what was decided is added, never changed."""

from __future__ import annotations

from dataclasses import dataclass

from survey import audit
from survey.appraisal.on_site.standing import VisitStanding, find_visit, in_points
from survey.appraisal.on_site.words import DEED, OUTCOMES, STATES
from survey.clock import local_day
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.visited import visit_decision_digest, visit_digest
from survey.model import OnSiteDecision, VisitOutcome
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    """A visit and what is to become of it."""

    standing: VisitStanding
    outcome: VisitOutcome


def _decided(matter: Matter) -> _Decided:
    """Return what is to be decided; raises Refused where it cannot be."""
    number = int(matter.arguments["visit"])
    standing = find_visit(matter.session, campaign=matter.campaign, number=number)
    outcome = _outcome(str(matter.arguments["outcome"]))
    if standing.state in {"withdrawn", outcome}:
        state = STATES[standing.state]
        raise Refused.of(
            field=str(number),
            zh=f"第 {number} 号察访记录{state.zh}，不能再次办理；填错了请重新录入一条",
            en=f"visit {number}: {state.en.lower()}; it is decided already. Enter another one where"
            " it is wrong",
        )
    return _Decided(standing=standing, outcome=outcome)


def _outcome(asked: str) -> VisitOutcome:
    for outcome in OUTCOMES:
        if outcome == asked:
            return outcome
    raise Refused.of(field="outcome", zh="请选择确认或撤销", en="choose to confirm or withdraw")


def _basis(matter: Matter) -> Facts:
    found = _decided(matter)
    salt = matter.campaign.record_salt
    return {
        "outcome": found.outcome,
        "digest": visit_digest(found.standing.visit, salt=salt),
        "decided": len(found.standing.decisions),
    }


def _told(matter: Matter) -> list[Said]:
    found = _decided(matter)
    visit, unit = found.standing.visit, found.standing.entry.unit
    items = [
        item
        for item in scheme_of(matter.campaign).on_site.items
        if visit.findings.get(item.item_id) == "not_met"
    ]
    points, outcome = in_points(visit.deduction), OUTCOMES[found.outcome]
    missing_zh = "、".join(item.zh for item in items) or "无"
    missing_en = "; ".join(item.en for item in items) or "none"
    return [
        Said(
            zh=f"第 {visit.number} 号察访记录（{unit.code} {unit.name_zh}，{visit.visited_on}，"
            f"{visit.place}）：{outcome.zh}",
            en=f"visit {visit.number} to {unit.code} {unit.name_en} on {visit.visited_on},"
            f" {visit.place}. {outcome.en}",
        ),
        Said(
            zh=f"不符合：{missing_zh}；扣 {points} 分",
            en=f"not met: {missing_en}; {points} points",
        ),
        Said(
            zh="扣分单列一行，不改变得分、区间和名次；已发布的结果不变，下一次发布按当时的记录列出",
            en="a line of its own: score, interval and rank stay. What is released stays; the next"
            " release lists what counts by then",
        ),
    ]


def _carry_out(matter: Matter, persons: Persons, _prepared: object) -> Done:
    session, campaign, found = matter.session, matter.campaign, _decided(matter)
    visit = found.standing.visit
    decision = OnSiteDecision(
        visit_id=visit.id,
        position=len(found.standing.decisions) + 1,
        outcome=found.outcome,
        at=matter.site.clock(),
        by=persons.proposed_by,
        approved_by=persons.approved_by,
        reason=persons.reason,
    )
    session.add(decision)
    session.flush()
    audit.record(
        session,
        by=persons.approved_by,
        at=decision.at,
        action=f"visit.{found.outcome}",
        subject=campaign.code,
        visit=visit.number,
        unit=found.standing.entry.unit.code,
        position=decision.position,
        digest=visit_decision_digest(decision, number=visit.number, salt=campaign.record_salt),
    )
    seal_ledger(matter.site, session, campaign, "visit")
    return Done(said=_said(found, local_day(decision.at, campaign.timezone)))


def _said(found: _Decided, day: str) -> Said:
    number = found.standing.visit.number
    if found.outcome == "confirmed":
        return Said(
            zh=f"第 {number} 号察访记录已于 {day} 确认，扣分单列。",
            en=f"visit {number} is confirmed on {day}; its deduction is a line of its own.",
        )
    return Said(
        zh=f"第 {number} 号察访记录已于 {day} 撤销，不扣分。",
        en=f"visit {number} is withdrawn on {day} and takes nothing away.",
    )


DECIDE_VISIT = Deed(
    kind=DEED,
    name=Said(zh="察访记录确认或撤销", en="Confirm or withdraw a visit"),
    propose="visit.run",
    basis=_basis,
    told=_told,
    carry_out=_carry_out,
    needs_reason=lambda basis: basis["outcome"] == "withdrawn",
)
