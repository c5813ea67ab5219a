"""Turns the result of an appraisal into the record that is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from survey import __version__
from survey.appraisal.record.appraisal import (
    AppraisalRecord,
    NoticeRecord,
    ResponseCounts,
    StepScores,
    SuspicionRecord,
    VerdictCounts,
    Versions,
)
from survey.appraisal.record.reviewed import ReviewRecord
from survey.stats.campaign.open_figures import SuspicionFigures, SuspicionReport
from survey.stats.campaign.result import METHOD_VERSION, AppraisalNotice, AppraisalResult
from survey.stats.campaign.verdicts import Screening, ScreeningVerdict
from survey.wording import CAMPAIGN_NAMES, Words, say, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a run was made from, which its figures do not say; `inputs` are digests by name."""

    campaign: str
    simulated: bool
    question_digest: str
    inputs: dict[str, str]
    review: ReviewRecord | None = None


def record_of(
    result: AppraisalResult, *, response_id: NDArray[np.str_], facts: Facts
) -> AppraisalRecord:
    """Return the record of a result; ``response_id`` names its rows."""
    import scipy

    return AppraisalRecord(
        campaign=facts.campaign,
        simulated=facts.simulated,
        question_digest=facts.question_digest,
        inputs=facts.inputs,
        versions=Versions(
            gongping=__version__,
            method=METHOD_VERSION,
            numpy=np.__version__,
            scipy=scipy.__version__,
        ),
        plan_digest=result.plan.digest(),
        plan=result.plan,
        responses=_counts(result.screening),
        steps=tuple(
            StepScores(
                name=step.name,
                unit_scores={
                    unit.unit_code: score
                    for unit, score in zip(result.plan.units, step.unit_scores, strict=True)
                },
            )
            for step in result.steps
        ),
        units=result.units,
        groups=result.groups,
        notices=tuple(_notice(notice) for notice in result.notices),
        channels=result.channels,
        open_bias=result.open_bias,
        channel_mix=result.channel_mix,
        cases=tuple(_suspicion(case, response_id) for case in result.cases),
        publication=result.publication,
        robustness=result.robustness,
        nonresponse=result.nonresponse,
        sensitivity=result.sensitivity,
        decisions=result.decisions or None,
        captured=result.captured,
        review=facts.review,
        item_differences=result.item_differences or None,
        borrowing=result.borrowing or None,
    )


def _counts(screening: Screening) -> ResponseCounts:
    return ResponseCounts(
        returned=int(screening.verdict.size),
        valid=int(screening.valid.sum()),
        by_verdict=VerdictCounts(
            **{
                verdict.name.lower(): int((screening.verdict == verdict).sum())
                for verdict in ScreeningVerdict
            }
        ),
        by_rule={
            rule: int(screening.hits[:, column].sum())
            for column, rule in enumerate(screening.rule_ids)
        },
        decided=int(screening.decided.sum()),
    )


def _notice(notice: AppraisalNotice) -> NoticeRecord:
    return NoticeRecord(
        unit_code=notice.unit_code,
        group_code=notice.group_code,
        **spoken(notice.notice, names=CAMPAIGN_NAMES),
    )


def _suspicion(case: SuspicionReport, response_id: NDArray[np.str_]) -> SuspicionRecord:
    words = suspicion_words(case)
    return SuspicionRecord(
        unit_code=case.unit_code,
        kind=case.kind,
        n=case.n,
        first_at=case.first_at,
        last_at=case.last_at,
        keep=case.keep,
        certainty=case.certainty,
        score_with=case.score_with,
        score_without=case.score_without,
        alike=case.alike,
        zh=words.zh,
        en=words.en,
        responses=tuple(str(response_id[row]) for row in case.rows),
    )


def suspicion_words(case: SuspicionReport) -> Words:
    """Return a case of organised answering in words."""
    minutes = (case.last_at - case.first_at) / 60
    figures = {field.name: getattr(case, field.name) for field in fields(SuspicionFigures)}
    return say("suspicion", {**figures, "alike": case.alike, "minutes": minutes})
