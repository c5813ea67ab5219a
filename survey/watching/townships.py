"""From which townships answers come: answers of people living there beside how many live there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.fieldwork.counting import FEWEST_TOLD
from survey.model import Area, Campaign, CampaignUnit
from survey.watching.tally import people
from survey.watching.withheld import told

_THIN = 0.5  # of the county's answers per inhabitant
_ELSEWHERE = -1  # no place of a township


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """One township, in the scheme's order; its answers in tens, None where they are not told."""

    area: Area
    n: int | None
    per_thousand: float | None
    is_thin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All townships, the county's mean, and answers of people who do not live in the county."""

    townships: tuple[Township, ...]
    per_thousand: float
    elsewhere: int | None


def coverage(session: Session, *, campaign: Campaign, units: Sequence[CampaignUnit]) -> Coverage:
    """Return the answers about some units by where who gave them lives."""
    by_area = Counter[int]()
    for alike, n in people(session, campaign, units, "area").items():
        by_area[int(alike.value)] += n
    areas = session.scalars(
        sa.select(Area).where(Area.campaign_id == campaign.id).order_by(Area.position)
    ).all()
    inhabitants = sum(area.resident_population for area in areas)
    here = {area.position: by_area[area.position] for area in areas}
    counts = told({**here, _ELSEWHERE: sum(by_area.values()) - sum(here.values())})
    mean = 1000 * sum(counts[place] or 0 for place in here) / inhabitants if inhabitants else 0.0
    return Coverage(
        townships=tuple(_township(area, counts[area.position], mean) for area in areas),
        per_thousand=mean,
        elsewhere=counts[_ELSEWHERE],
    )


def _township(area: Area, n: int | None, mean: float) -> Township:
    """Return a township; one whose answers are not told is thin where even ten would be few."""
    thousands = area.resident_population / 1000
    seen = FEWEST_TOLD if n is None else n
    return Township(
        area=area,
        n=n,
        per_thousand=None if n is None else n / thousands if thousands else 0.0,
        is_thin=seen < _THIN * mean * thousands,
    )
