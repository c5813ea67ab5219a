"""Scoring a closed campaign: load, appraise, keep the figures and the verdicts."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import __version__, audit
from survey.appraisal import load
from survey.appraisal.callbacks.calls import calls_of
from survey.appraisal.callbacks.verified import asked_of, verified_units, with_calls
from survey.appraisal.changes import compare, question_digest
from survey.appraisal.inputs.batches import unlike, unlike_notice
from survey.appraisal.inputs.reading import Inputs, read_inputs
from survey.appraisal.record import AppraisalRecord, keeping
from survey.appraisal.review import filing
from survey.appraisal.review.filing import Filed, case_files, is_filed, read_outside
from survey.appraisal.review.found import Outside
from survey.appraisal.review.replay import replay
from survey.appraisal.review.since import since
from survey.appraisal.review.standing import DecisionLog, read_decisions
from survey.appraisal.runs import latest_appraisal, need_scorable, read_record, wait_for_turn
from survey.canonical import JsonObject
from survey.clock import Clock
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.jobs.steps import Tell, say_nothing
from survey.ledger.book import lock_tail, read_frontier
from survey.ledger.records import digest_of_verdicts, run_digest
from survey.model import Appraisal, Campaign, Release, Verdict
from survey.problems import Problem, Refused
from survey.site.installation import Site
from survey.site.laid_out import LaidOut
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.verdicts import Screening, ScreeningVerdict

_Verdict = tuple[int, str, str]  # of which answer, what, by which rules
_TABLE = Verdict.metadata.tables["verdict"]
_COLUMNS = ("response_id", "verdict", "rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """All that a run is made from, as of one moment."""

    inputs: Inputs
    outside: Outside
    log: DecisionLog
    earlier: AppraisalRecord | None
    newest: Appraisal | None
    are_filed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Computed:
    """A run that is not kept yet, and the state of the campaign it was made of."""

    read: _Read
    record: AppraisalRecord
    plan: JsonObject
    verdicts: list[_Verdict]
    verdict_digest: str
    cases: list[Filed]


def score_campaign(
    site: Site,
    *,
    campaign_code: str,
    by: str,
    tell: Tell = say_nothing,
    confirm: Callable[[], None] = lambda: None,
) -> Appraisal:
    """Run the pipeline over a closed campaign and keep it as a new appraisal.

    It is the replay of what people decided on cases until now; what they have not decided on is
    as the rules have it. A released campaign may be scored again: its releases stay as they are
    until a new one supersedes them. What takes long is done outside the transaction that keeps
    the result, so that nobody waits for it; that one is sealed. `tell` is told each step; `confirm`
    is called before anything is kept, and what it raises forbids that.
    Raises Refused for a campaign that is still in draft or open, and where answers, plan or
    decisions changed meanwhile.
    """
    tell("read")
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        need_scorable(campaign)
        read = _read(session, campaign, site.clock)
    tell("compute")
    computed = _compute(campaign, read)
    confirm()
    tell("keep")
    verdicts = LaidOut(_TABLE, _COLUMNS, computed.verdicts)
    with site.database.writing_laid_out(verdicts) as session:
        campaign = find_campaign(session, campaign_code)
        appraisal = _keep(session, campaign, computed, verdicts, by=by, clock=site.clock)
        seal_ledger(site, session, campaign, "score")
    return appraisal


def _read(session: Session, campaign: Campaign, clock: Clock) -> _Read:
    newest = latest_appraisal(session, campaign=campaign)
    return _Read(
        outside=read_outside(session, campaign=campaign, at=clock()),
        log=read_decisions(session, campaign=campaign),
        earlier=_released_before(session, campaign),
        newest=newest,
        are_filed=is_filed(session, campaign=campaign, run=newest),
        inputs=read_inputs(session, campaign=campaign),
    )


def _compute(campaign: Campaign, read: _Read) -> _Computed:
    inputs, loaded = read.inputs, read.inputs.loaded
    result, verified = replay(inputs, read.log.cases), None
    undecided = None if read.log.rules_answers else result
    if inputs.calls is not None:
        verified = verified_units(
            inputs.calls, result=result, ids=loaded.ids, asked=asked_of(campaign)
        )
        result = with_calls(result, verified)
    unlike_ones = [unlike_notice(inputs, one, campaign.timezone) for one in unlike(inputs)]
    record = keeping.record_of(
        replace(result, notices=(*result.notices, *unlike_ones)),
        response_id=loaded.sample.response_id,
        facts=keeping.Facts(
            campaign=campaign.code,
            simulated=campaign.simulated,
            question_digest=question_digest(campaign.questionnaire.content),
            inputs=inputs.digests,
            review=read.log.record(),
        ),
    )
    if verified is not None:
        record = replace(record, calls=verified)
    if read.earlier is not None:
        record = replace(record, changes=compare(record, read.earlier))
    verdicts = _verdicts(loaded, result.screening)
    return _Computed(
        read=read,
        record=record,
        plan=campaign.plan or {},
        verdicts=verdicts,
        verdict_digest=digest_of_verdicts(verdicts),
        cases=_cases(campaign, read, undecided),
    )


def _cases(campaign: Campaign, read: _Read, undecided: AppraisalResult | None) -> list[Filed]:
    """Return what is found where nobody has decided anything: a decision must not move a finding.

    Where decisions stand, the same answers were looked at before them, unless by another program.
    """
    inputs = read.inputs
    if undecided is None:
        if read.are_filed and read.newest and read.newest.data_digest == inputs.loaded.digest:
            return []
        undecided = replay(inputs, ())
    return case_files(undecided, inputs, read.outside, campaign=campaign)


def _keep(
    session: Session,
    campaign: Campaign,
    computed: _Computed,
    verdicts: LaidOut,
    *,
    by: str,
    clock: Clock,
) -> Appraisal:
    wait_for_turn(session, campaign=campaign)
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
    need_scorable(campaign)
    read = computed.read
    root = read_frontier(session, campaign_id=campaign.id).root()
    now = root, read_decisions(session, campaign=campaign), calls_of(session, campaign=campaign)
    then = read.inputs.root, read.log, read.inputs.calls
    if (campaign.plan, now) != (computed.plan, then):
        raise Refused([_changed_meanwhile(campaign)])
    appraisal = Appraisal(
        campaign_id=campaign.id,
        run_at=clock(),
        run_by=by,
        plan_digest=computed.record.plan_digest,
        data_digest=read.inputs.loaded.digest,
        code_version=__version__,
        content=computed.record.to_dict(),
        verdict_digest=computed.verdict_digest,
    )
    appraisal.content_digest = run_digest(appraisal)
    session.add(appraisal)
    session.flush()
    verdicts.put(session, appraisal_id=appraisal.id)
    filing.keep(session, computed.cases, campaign=campaign, appraisal=appraisal, by=by)
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
        **since(computed.record, read.newest),
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


def _verdicts(loaded: load.LoadedSample, screening: Screening) -> list[_Verdict]:
    rows = np.flatnonzero(screening.verdict != ScreeningVerdict.KEEP)
    names = {int(each): each.name.lower() for each in ScreeningVerdict}
    return list(
        zip(
            loaded.ids[rows].tolist(),
            [names[verdict] for verdict in screening.verdict[rows].tolist()],
            [";".join(rules) for rules in screening.rules_of_each(rows)],
            strict=True,
        )
    )


def _changed_meanwhile(campaign: Campaign) -> Problem:
    return Problem(
        field=campaign.code,
        zh="计分期间答卷、方案、认定或回访结果发生了变化，结果没有保存；不是刚刚有人认定或登记的，"
        "请先运行 survey ledger audit 查明原因，再重新计分",
        en="answers, plan, decisions or calls changed while it was scored and nothing was kept;"
        " unless somebody has just decided on a case or entered a call find out why by"
        " `survey ledger audit`, then score again",
    )
