"""What was looked into of a unit's answers: verification calls, and cases that people decide."""

from collections import Counter, defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.record import AppraisalRecord
from survey.appraisal.record.reported import CallsReported, CasesReported
from survey.model import Campaign, ReviewCase

_DECIDED = ("keep", "exclude", "one")


def calls_of_units(record: AppraisalRecord) -> dict[str, CallsReported]:
    """Return by its code what calls said of each unit with a score; of none before the first."""
    return {
        unit.unit_code: CallsReported(
            state=unit.state if unit.n_drawn else "none",
            most=f"{unit.most:g}",
            reached=unit.n_reached,
            n_false=unit.n_false,
            further=unit.further if unit.state == "open" else None,
        )
        for unit in record.calls or ()
        if unit.scored
    }


def cases_of_units(
    session: Session, campaign: Campaign, record: AppraisalRecord
) -> dict[str, CasesReported]:
    """Return by its code how the cases of each unit stand, of those that have any.

    A case is decided as far as the scores have the decision: one made since is not.
    """
    review = record.review.cases if record.review else ()
    verdicts = {case.number: case.verdict for case in review}
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    query = sa.select(ReviewCase.number, ReviewCase.unit_code)
    for number, unit_code in session.execute(query.where(ReviewCase.campaign_id == campaign.id)):
        verdict = verdicts.get(number, "")
        found[unit_code][verdict if verdict in _DECIDED else "undecided"] += 1
    return {
        unit_code: CasesReported(
            keep=counted["keep"],
            exclude=counted["exclude"],
            one=counted["one"],
            undecided=counted["undecided"],
        )
        for unit_code, counted in found.items()
    }
