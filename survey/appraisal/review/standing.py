"""What people decided, as the statistics take it: a verdict and a part of one for each answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from survey.appraisal.record.reviewed import DecidedCase, ReviewRecord
from survey.model import Campaign, ReviewCase
from survey.problems import Refused
from survey.stats.arrays import FloatArray
from survey.stats.campaign.verdicts import ScreeningVerdict
from survey.two_persons.case_log import NOTHING_SAID, CaseVerdict, log_digest
from survey.two_persons.case_standing import read_standings

_NONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A case as far as it concerns scoring, and what stands of it."""

    number: int
    kind: str
    unit_code: str
    group_code: str
    responses: tuple[int, ...]
    verdict: CaseVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLog:
    """All that people decided in a campaign, and its digest; empty where nothing was."""

    digest: str
    cases: tuple[Ruled, ...]

    @property
    def rules_answers(self) -> bool:
        """Whether any answer is decided on: a case may be about none in particular."""
        return any(case.responses for case in self.cases)

    def record(self) -> ReviewRecord | None:
        """Return what a run keeps of it; None where nothing was ever decided."""
        if not self.digest:
            return None
        return ReviewRecord(
            log_digest=self.digest,
            cases=tuple(
                DecidedCase(
                    number=case.number,
                    kind=case.kind,
                    unit_code=case.unit_code,
                    group_code=case.group_code,
                    n=len(case.responses),
                    verdict=case.verdict,
                )
                for case in self.cases
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """For each answer of a sample, what people decided and the part of one it counts as."""

    verdicts: NDArray[np.int8]
    counted_as: FloatArray


def find_case(session: Session, *, campaign: Campaign, number: int) -> ReviewCase:
    """Return a case file by its number; raises Refused if there is none."""
    query = sa.select(ReviewCase).where(
        ReviewCase.campaign_id == campaign.id, ReviewCase.number == number
    )
    found = session.scalar(query)
    if found is None:
        raise Refused.of(
            zh=f"没有第 {number} 号案卷；请在“复核”页面查看",
            en=f"there is no case {number}; the page of cases lists them",
        )
    return found


def read_decisions(session: Session, *, campaign: Campaign) -> DecisionLog:
    """Return what stands of all cases now, in the order of their numbers."""
    standings = read_standings(session, campaign=campaign)
    digest = log_digest(standings)
    if not digest:
        return DecisionLog(digest="", cases=())
    query = sa.select(ReviewCase).where(ReviewCase.campaign_id == campaign.id)
    return DecisionLog(
        digest=digest,
        cases=tuple(
            ruled(case, verdict)
            for case in session.scalars(query.order_by(ReviewCase.number))
            if (verdict := standings.get(case.number, NOTHING_SAID).verdict) is not None
        ),
    )


def ruled(case: ReviewCase, verdict: CaseVerdict) -> Ruled:
    """Return a case as a verdict on it concerns scoring."""
    return Ruled(
        number=case.number,
        kind=case.kind,
        unit_code=case.unit_code,
        group_code=case.group_code,
        responses=tuple(case.responses),
        verdict=verdict,
    )


def decisions_for(cases: Sequence[Ruled], ids: NDArray[np.int64]) -> Decisions | None:
    """Return the verdicts on the answers with these ids; None where there are none.

    Where an answer belongs to several cases the strictest word holds: left out, else counted as
    part of one (the smallest part), else counted. So the order of the decisions does not matter.
    """
    found = [case for case in cases if case.responses]
    if not found:
        return None
    order = np.argsort(ids, kind="stable")
    rows = {
        case.number: order[np.searchsorted(ids, sorted(case.responses), sorter=order)]
        for case in found
    }
    verdicts = np.full(ids.size, _NONE, dtype=np.int8)
    counted_as = np.ones(ids.size)
    for case in found:
        kept = ScreeningVerdict.EXCLUDE if case.verdict == "exclude" else ScreeningVerdict.KEEP
        verdicts[rows[case.number]] = np.maximum(verdicts[rows[case.number]], kept)
    for case in found:
        if case.verdict == "one":
            counting = rows[case.number][verdicts[rows[case.number]] == ScreeningVerdict.KEEP]
            part = 1.0 / max(counting.size, 1)
            counted_as[counting] = np.minimum(counted_as[counting], part)
    return Decisions(verdicts=verdicts, counted_as=counted_as)
