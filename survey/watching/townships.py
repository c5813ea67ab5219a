"""From which townships answers come: answers of people living there beside how many live there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Area, Campaign, CampaignUnit
from survey.watching.tally import Tally

_THIN = 0.5  # of the county's answers per inhabitant


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """One township, in the scheme's order."""

    area: Area
    n: int
    per_thousand: float
    is_thin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All townships, the county's mean, and answers of people who do not live in the county."""

    townships: tuple[Township, ...]
    per_thousand: float
    elsewhere: int


def coverage(
    session: Session, *, campaign: Campaign, units: Sequence[CampaignUnit], tally: Tally
) -> Coverage:
    """Return the answers about some units by where who gave them lives."""
    ids = {unit.unit_id for unit in units}
    by_area = Counter[int]()
    for who, n in tally.people.items():
        if who.unit_id in ids:
            by_area[who.area] += n
    areas = session.scalars(
        sa.select(Area).where(Area.campaign_id == campaign.id).order_by(Area.position)
    ).all()
    inhabitants = sum(area.resident_population for area in areas)
    here = sum(by_area[area.position] for area in areas)
    mean = 1000 * here / inhabitants if inhabitants else 0.0
    return Coverage(
        townships=tuple(_township(area, by_area[area.position], mean) for area in areas),
        per_thousand=mean,
        elsewhere=sum(by_area.values()) - here,
    )


def _township(area: Area, n: int, mean: float) -> Township:
    per_thousand = 1000 * n / area.resident_population if area.resident_population else 0.0
    return Township(area=area, n=n, per_thousand=per_thousand, is_thin=per_thousand < _THIN * mean)
