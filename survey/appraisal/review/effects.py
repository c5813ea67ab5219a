"""What a unit's score would be if a case were decided one way or the other."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal.inputs.reading import Inputs, read_inputs
from survey.appraisal.review.replay import replay
from survey.appraisal.review.standing import (
    DecisionLog,
    find_case,
    read_decisions,
    ruled,
)
from survey.appraisal.runs import latest_appraisal, need_scorable
from survey.fieldwork.campaigns import find_campaign
from survey.jobs.steps import Tell, say_nothing
from survey.model import Appraisal, Campaign, ReviewCase, ReviewEffect
from survey.problems import Refused
from survey.site.installation import Site
from survey.two_persons.case_log import CaseVerdict
from survey.two_persons.proposals import require_official

_WEIGHED: tuple[CaseVerdict, ...] = ("keep", "exclude", "one")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A case and the run it is weighed against, with what that run was made from."""

    case: ReviewCase
    run_id: int
    log: DecisionLog
    inputs: Inputs


def weigh_case(
    site: Site, *, campaign_code: str, number: int, by: str, tell: Tell = say_nothing
) -> None:
    """Compute the unit's score with a case counted, left out and counted as one, and keep it.

    The rest is as in the newest run, so that a run after exactly this decision gives these very
    scores. What takes long is done outside the transaction. Raises Refused where something was
    decided since that run, for a case without answers, and for officials who may not decide.
    """
    with site.database.reading() as session:
        require_official(session, username=by, action="review.decide")
        campaign = find_campaign(session, campaign_code)
        need_scorable(campaign)
        case = find_case(session, campaign=campaign, number=number)
        run = _comparable_run(session, campaign, case)
        if effect_of(session, case=case, run_id=run.id) is not None:
            return
        tell("read")
        asked = _Asked(
            case=case,
            run_id=run.id,
            log=read_decisions(session, campaign=campaign),
            inputs=read_inputs(session, campaign=campaign),
        )
    tell("compute")
    scores = {verdict: _score(asked, verdict) for verdict in _WEIGHED}
    tell("keep")
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        _keep(session, site, campaign, asked, scores, by=by)


def need_comparable(session: Session, *, campaign: Campaign, number: int) -> None:
    """Raise Refused where a case cannot be weighed now."""
    need_scorable(campaign)
    _comparable_run(session, campaign, find_case(session, campaign=campaign, number=number))


def effect_of(session: Session, *, case: ReviewCase, run_id: int | None) -> ReviewEffect | None:
    """Return what was computed of a case for a run, or None."""
    return session.get(ReviewEffect, (case.id, run_id)) if run_id else None


def is_current(session: Session, *, campaign: Campaign, run: Appraisal) -> bool:
    """Say whether a run was made under all that is decided now."""
    log = read_decisions(session, campaign=campaign)
    return bool(((run.content.get("review") or {}).get("log_digest") or "") == log.digest)


def _comparable_run(session: Session, campaign: Campaign, case: ReviewCase) -> Appraisal:
    run = latest_appraisal(session, campaign=campaign)
    if run is None or not is_current(session, campaign=campaign, run=run):
        raise Refused.of(
            field=campaign.code,
            zh="最近一次计分之后又有新的认定；请先重新计分，再试算",
            en="something was decided since the newest run; score again first",
        )
    if not case.n:
        raise Refused.of(
            field=str(case.number),
            zh="这个案卷不涉及具体的答卷，没有可以试算的",
            en="this case is about no answers in particular: there is nothing to compute",
        )
    return run


def _score(asked: _Asked, verdict: CaseVerdict) -> str | None:
    """Return the unit's published score with this verdict on the case."""
    others = [case for case in asked.log.cases if case.number != asked.case.number]
    result = replay(asked.inputs, [*others, ruled(asked.case, verdict)])
    units = {unit.unit_code: unit.score for unit in result.units}
    score = units[asked.case.unit_code]
    return None if score is None else str(score)


def _keep(
    session: Session,
    site: Site,
    campaign: Campaign,
    asked: _Asked,
    scores: dict[CaseVerdict, str | None],
    *,
    by: str,
) -> None:
    session.execute(sa.select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    if effect_of(session, case=asked.case, run_id=asked.run_id) is not None:
        return  # another was quicker
    told = {f"score_{verdict}": score for verdict, score in scores.items()}
    session.add(ReviewEffect(case_id=asked.case.id, appraisal_id=asked.run_id, **told))
    audit.record(
        session,
        by=by,
        at=site.clock(),
        action="review.weigh",
        subject=campaign.code,
        case=asked.case.number,
        appraisal=asked.run_id,
        **told,
    )
