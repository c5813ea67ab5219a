"""What the page and its workbook show of a unit: the year's totals of ratings beside its score."""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.scores import UnitScore
from survey.appraisal.release import latest_release
from survey.model import RATING_LEVELS, Campaign, CampaignUnit, ServiceRatings
from survey.service_ratings.taking import COUNTS, ratings_of

FEWEST_FOR_SHARE = 30  # a share of fewer says little, and looks as exact as any


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRatings:
    """A unit with its ratings by month and in all, and its score where it is released."""

    taking_part: CampaignUnit
    months: tuple[ServiceRatings, ...]
    total: Counter[str]
    score: UnitScore | None

    @property
    def n(self) -> int:
        """All ratings."""
        return sum(self.total[level] for level in RATING_LEVELS)

    @property
    def bad(self) -> int:
        """Those of the last two of the five levels, 差评."""
        return self.total["bad"] + self.total["very_bad"]

    @property
    def good_share(self) -> float | None:
        """The part that is not bad; None where there are too few to tell."""
        return (self.n - self.bad) / self.n if self.n >= FEWEST_FOR_SHARE else None

    @property
    def put_right_share(self) -> float | None:
        """The part of the bad ones that was put right; None where there was none."""
        return self.total["put_right"] / self.bad if self.bad else None


def units_rated(
    session: Session, *, campaign: Campaign, units: Collection[CampaignUnit]
) -> list[UnitRatings]:
    """Return units in the scheme's order, not ranked: other matters stand behind each figure."""
    found = ratings_of(session, campaign=campaign)
    release = latest_release(session, campaign=campaign)
    document = ScoreDocument.from_dict(json.loads(release.document)) if release else None
    scores = {unit.unit_code: unit for unit in document.units} if document else {}
    return [
        _rated(entry, [row for row in found if row.unit_id == entry.unit_id], scores)
        for entry in units
    ]


def _rated(
    entry: CampaignUnit, months: list[ServiceRatings], scores: dict[str, UnitScore]
) -> UnitRatings:
    total: Counter[str] = Counter()
    for row in months:
        total.update({name: getattr(row, name) for name in COUNTS})
    return UnitRatings(
        taking_part=entry,
        months=tuple(months),
        total=total,
        score=scores.get(entry.unit.code),
    )
