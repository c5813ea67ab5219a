"""What a city has of its counties: their newest releases, a year at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.record import ScoreDocument
from survey.city.rolling import CityClass, Weights, roll_counties_up
from survey.model import CountyKey, CountyRelease
from survey.problems import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A county's newest release of a campaign, with what it says."""

    county: str
    release: CountyRelease
    document: ScoreDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class CityYear:
    """A year of a city: its classes over all counties, and what they are made of."""

    year: int
    years: tuple[int, ...]
    weighted: bool
    releases: tuple[InForce, ...]
    classes: tuple[CityClass, ...]

    @property
    def simulated(self) -> bool:
        """Whether the figures come from invented answers."""
        return any(each.document.simulated for each in self.releases)


def read_year(
    session: Session, *, year: int | None = None, weights: Weights | None = None
) -> CityYear | None:
    """Return a year of the city, the newest unless one is given; None of nothing taken yet.

    Of a county with several campaigns in a year the one whose fieldwork ended last is shown.

    Raises Refused for a year of which nothing is there, and as `roll_counties_up` does.
    """
    found = in_force(session)
    years = tuple(sorted({each.document.campaign.year for each in found}, reverse=True))
    if not years:
        return None
    wanted = years[0] if year is None else year
    if wanted not in years:
        raise Refused.of(
            field="year",
            zh=f"没有 {wanted} 年度的发布；有的年度：{'、'.join(map(str, years))}",
            en=f"there is no release of {wanted}; there are those of {', '.join(map(str, years))}",
        )
    newest = {
        each.county: each
        for each in sorted(found, key=lambda each: each.document.campaign.fieldwork.end)
        if each.document.campaign.year == wanted
    }
    releases = [newest[county] for county in sorted(newest)]
    documents = {each.county: each.document for each in releases}
    return CityYear(
        year=wanted,
        years=years,
        weighted=weights is not None,
        releases=tuple(releases),
        classes=tuple(roll_counties_up(documents, weights=weights)),
    )


def in_force(session: Session) -> Sequence[InForce]:
    """Return the newest release of each campaign of each county."""
    query = sa.select(CountyKey.county, CountyRelease).join(
        CountyRelease, CountyRelease.key_id == CountyKey.id
    )
    newest: dict[tuple[str, str], CountyRelease] = {}
    for county, release in session.execute(query.order_by(CountyRelease.number)):
        newest[county, release.campaign] = release
    return [
        InForce(
            county=county,
            release=release,
            document=ScoreDocument.from_dict(json.loads(release.document)),
        )
        for (county, _campaign), release in newest.items()
    ]
