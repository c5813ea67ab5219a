"""Scoring a closed campaign: load, appraise, keep the figures and the verdicts."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import __version__, audit
from survey.appraisal import load
from survey.appraisal.callbacks.calls import CampaignCalls, calls_of
from survey.appraisal.callbacks.verified import asked_of, verified_units, with_calls
from survey.appraisal.changes import compare, question_digest
from survey.appraisal.record import AppraisalRecord, keeping
from survey.appraisal.runs import need_scorable, read_record, wait_for_turn
from survey.clock import Clock, local_day
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.answered import AnsweredBatches, answered_batches
from survey.fieldwork.reminders.invited_people import people_listed
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.book import lock_tail, read_frontier
from survey.ledger.records import digest_of_verdicts, run_digest
from survey.model import Appraisal, Campaign, Release, Verdict
from survey.problems import Problem, Refused
from survey.site.installation import Site
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalNotice
from survey.stats.campaign.verdicts import Screening, ScreeningVerdict
from survey.stats.integrity import unlike_batches
from survey.stats.notices import Notice
from survey.stats.pipeline.appraise import appraise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Computed:
    """A run that is not kept yet, and the state of the campaign it was made of."""

    content: dict[str, Any]
    plan: dict[str, Any]
    plan_digest: str
    data_digest: str
    ledger_root: bytes
    verdicts: list[dict[str, Any]]
    verdict_digest: str


def score_campaign(site: Site, *, campaign_code: str, by: str) -> Appraisal:
    """Run the pipeline over a closed campaign and keep it as a new appraisal.

    A released campaign may be scored again: its releases stay as they are until a new one
    supersedes them. What takes long is done outside the transaction that keeps the result, so
    that nobody waits for it; that one is sealed. Raises Refused for a campaign that is still in
    draft or open, and where answers or plan changed meanwhile.
    """
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        need_scorable(campaign)
        root = read_frontier(session, campaign_id=campaign.id).root()
        earlier = _released_before(session, campaign)
        plan = Plan.from_dict(campaign.plan or {})
        loaded = load.sample(session, campaign=campaign, plan=plan)
        people = people_listed(session, campaign=campaign, plan=plan)
        invited = load.invitations(people, campaign=campaign, plan=plan, response_ids=loaded.ids)
        issued = answered_batches(session, campaign=campaign, response_ids=loaded.ids)
        calls = calls_of(session, campaign=campaign)
    computed = _compute(
        campaign,
        plan=plan,
        loaded=loaded,
        invited=invited,
        issued=issued,
        earlier=earlier,
        calls=calls,
        root=root,
    )
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        appraisal = _keep(session, campaign, computed, by=by, clock=site.clock)
        seal_ledger(site, session, campaign, "score")
    return appraisal


def _compute(
    campaign: Campaign,
    *,
    plan: Plan,
    loaded: load.LoadedSample,
    invited: load.LoadedInvitations | None,
    issued: AnsweredBatches,
    earlier: AppraisalRecord | None,
    calls: CampaignCalls | None,
    root: bytes,
) -> _Computed:
    result = appraise(plan, loaded.sample, invitations=invited.invitations if invited else None)
    verified = None
    if calls is not None:
        verified = verified_units(calls, result=result, ids=loaded.ids, asked=asked_of(campaign))
        result = with_calls(result, verified)
    result = replace(
        result, notices=(*result.notices, *_unlike(plan, loaded, issued, campaign.timezone))
    )
    record = keeping.record_of(
        result,
        response_id=loaded.sample.response_id,
        facts=keeping.Facts(
            campaign=campaign.code,
            simulated=campaign.simulated,
            question_digest=question_digest(campaign.questionnaire.content),
            inputs={
                **({"calls": calls.digest} if calls else {}),
                **({"invitations": invited.digest} if invited else {}),
                "responses": loaded.digest,
            },
        ),
    )
    if verified is not None:
        record = replace(record, calls=verified)
    if earlier is not None:
        record = replace(record, changes=compare(record, earlier))
    verdicts = _verdicts(loaded, result.screening)
    return _Computed(
        content=record.to_dict(),
        plan=campaign.plan or {},
        plan_digest=plan.digest(),
        data_digest=loaded.digest,
        ledger_root=root,
        verdicts=verdicts,
        verdict_digest=digest_of_verdicts(
            (each["response_id"], each["verdict"], each["rules"]) for each in verdicts
        ),
    )


def _unlike(
    plan: Plan, loaded: load.LoadedSample, issued: AnsweredBatches, timezone: str
) -> list[AppraisalNotice]:
    """Return a notice for each batch of codes that is answered unlike comparable ones."""
    if not issued.batches:
        return []
    kinds = [
        (
            (one.class_code, one.group_code, one.channel),
            (one.group_code, one.channel),
            (one.group_code,),
        )
        for one in issued.batches
    ]
    columns = [
        np.unique([repr(kind) for kind in column], return_inverse=True)[1]
        for column in zip(*kinds, strict=True)
    ]
    found = unlike_batches(
        strata=np.stack(columns, axis=1).astype(np.intp),
        issued=issued.issued,
        withdrawn=issued.withdrawn,
        batch=issued.batch,
        waited=issued.waited,
        items=loaded.sample.items,
        best=len(plan.points) - 1,
    )
    return [
        AppraisalNotice(
            unit_code=issued.batches[one.batch].unit_code,
            group_code=issued.batches[one.batch].group_code,
            notice=Notice(
                "codes_unlike",
                measure=one.measure,
                issued=one.issued,
                answered=one.answered,
                share=one.share,
                usual=one.usual_share,
                day=local_day(issued.batches[one.batch].issued_at, timezone),
                by=issued.batches[one.batch].issued_by,
            ),
        )
        for one in found
    ]


def _keep(
    session: Session, campaign: Campaign, computed: _Computed, *, by: str, clock: Clock
) -> Appraisal:
    wait_for_turn(session, campaign=campaign)
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
    need_scorable(campaign)
    root = read_frontier(session, campaign_id=campaign.id).root()
    if campaign.plan != computed.plan or root != computed.ledger_root:
        raise Refused([_changed_meanwhile(campaign)])
    appraisal = Appraisal(
        campaign_id=campaign.id,
        run_at=clock(),
        run_by=by,
        plan_digest=computed.plan_digest,
        data_digest=computed.data_digest,
        code_version=__version__,
        content=computed.content,
        verdict_digest=computed.verdict_digest,
    )
    appraisal.content_digest = run_digest(appraisal)
    session.add(appraisal)
    session.flush()
    if computed.verdicts:
        rows = [{"appraisal_id": appraisal.id, **verdict} for verdict in computed.verdicts]
        session.execute(sa.insert(Verdict), rows)
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


def _verdicts(loaded: load.LoadedSample, screening: Screening) -> list[dict[str, Any]]:
    return [
        {
            "response_id": int(loaded.ids[row]),
            "verdict": ScreeningVerdict(verdict).name.lower(),
            "rules": ";".join(screening.rules_of(row)),
        }
        for row, verdict in enumerate(screening.verdict.tolist())
        if verdict != ScreeningVerdict.KEEP
    ]


def _changed_meanwhile(campaign: Campaign) -> Problem:
    return Problem(
        field=campaign.code,
        zh="计分期间答卷或方案发生了变化，结果没有保存；请先运行 survey ledger audit 查明原因，"
        "再重新计分",
        en="answers or plan changed while it was scored and nothing was kept; find out why by "
        "`survey ledger audit`, then score again",
    )
