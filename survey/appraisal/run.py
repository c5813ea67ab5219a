"""Scoring a closed campaign: load, appraise, keep the figures and the verdicts."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import __version__, audit
from survey.appraisal import load
from survey.appraisal.changes import compare, question_digest
from survey.appraisal.record import AppraisalRecord, keeping
from survey.appraisal.runs import read_record, wait_for_turn
from survey.clock import Clock
from survey.fieldwork.campaigns import STATE_ZH
from survey.ledger.records import run_digest, verdict_digest
from survey.model import Appraisal, Campaign, Release, Verdict
from survey.problems import Problem, Refused
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.verdicts import Screening, ScreeningVerdict
from survey.stats.pipeline.appraise import appraise

_SCORABLE = ("closed", "scored", "released")


def score_campaign(session: Session, *, campaign: Campaign, by: str, clock: Clock) -> Appraisal:
    """Run the pipeline over a closed campaign and keep it as a new appraisal.

    A released campaign may be scored again: its releases stay as they are until a new one
    supersedes them. Raises Refused for a campaign that is still in draft or open.
    """
    wait_for_turn(session, campaign=campaign)
    if campaign.plan is None or campaign.state not in _SCORABLE:
        raise Refused([_not_closed(campaign)])
    plan = Plan.from_dict(campaign.plan)
    loaded = load.sample(session, campaign=campaign, plan=plan)
    result = appraise(plan, loaded.sample)
    record = keeping.record_of(
        result,
        response_id=loaded.sample.response_id,
        facts=keeping.Facts(
            campaign=campaign.code,
            simulated=campaign.simulated,
            question_digest=question_digest(campaign.questionnaire.content),
            inputs={"responses": loaded.digest},
        ),
    )
    earlier = _released_before(session, campaign)
    if earlier is not None:
        record = replace(record, changes=compare(record, earlier))
    appraisal = Appraisal(
        campaign_id=campaign.id,
        run_at=clock(),
        run_by=by,
        plan_digest=plan.digest(),
        data_digest=loaded.digest,
        code_version=__version__,
        content=record.to_dict(),
        verdict_digest="",
    )
    appraisal.content_digest = run_digest(appraisal)
    session.add(appraisal)
    session.flush()
    _keep_verdicts(session, appraisal, loaded, result.screening)
    appraisal.verdict_digest = verdict_digest(session, appraisal.id)
    campaign.state = "scored"
    audit.record(
        session,
        by=by,
        at=appraisal.run_at,
        action="campaign.score",
        subject=campaign.code,
        appraisal=appraisal.id,
        plan_digest=appraisal.plan_digest,
        data_digest=appraisal.data_digest,
        content_digest=appraisal.content_digest,
        verdict_digest=appraisal.verdict_digest,
    )
    return appraisal


def _released_before(session: Session, campaign: Campaign) -> AppraisalRecord | None:
    """Return the figures released last of the campaign that ended last before this one began."""
    query = (
        sa.select(Appraisal)
        .join(Release, Release.appraisal_id == Appraisal.id)
        .join(Campaign, Campaign.id == Appraisal.campaign_id)
        .where(Campaign.ends_at < campaign.starts_at, Campaign.id != campaign.id)
        .order_by(Campaign.ends_at.desc(), Release.number.desc())
        .limit(1)
    )
    found = session.scalar(query)
    record = read_record(found) if found else None
    # Runs of an older version did not say what they were measured with.
    return record if record and record.question_digest else None


def _keep_verdicts(
    session: Session, appraisal: Appraisal, loaded: load.LoadedSample, screening: Screening
) -> None:
    rows = [
        {
            "appraisal_id": appraisal.id,
            "response_id": int(loaded.ids[row]),
            "verdict": ScreeningVerdict(verdict).name.lower(),
            "rules": ";".join(screening.rules_of(row)),
        }
        for row, verdict in enumerate(screening.verdict.tolist())
        if verdict != ScreeningVerdict.KEEP
    ]
    if rows:
        session.execute(sa.insert(Verdict), rows)


def _not_closed(campaign: Campaign) -> Problem:
    return Problem(
        field=campaign.code,
        zh=f"评议活动当前为“{STATE_ZH[campaign.state]}”，结束后才能计分；"
        "请先运行 survey campaign close",
        en=f"the campaign is {campaign.state}; it can be scored once closed "
        "(survey campaign close)",
    )
