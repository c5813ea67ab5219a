"""Counties side by side, class by class; figures together only where the plans are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.scores import UnitScore
from survey.city import comparing
from survey.city.comparing import Profile
from survey.problems import Problem, Refused
from survey.stats import rank_sets, roll_up
from survey.stats.estimation import RolledUp
from survey.stats.scipy_calls import ndtri
from survey.two_persons.deed import Said

Weighting = Literal["equal", "given"]
Weights = Mapping[tuple[str, str], float]  # by the county's campaign and the unit's code

_SEED = 16  # of the draws that rank sets are found by: the same releases give the same ranks
_ROUNDED = 0.01  # score and ends of an interval are rounded to two places


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyOfClass:
    """A county's figures of one class; without `figure` they stand for themselves, `why` says."""

    county: str
    campaign: str
    release: str
    title: str
    n_units: int
    n_published: int
    figure: RolledUp | None = None
    ranks: tuple[int, int] | None = None
    why: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CityClass:
    """One class over all counties, and the city's own figure where more than one is comparable."""

    code: str
    name: str
    confidence: str
    counties: tuple[CountyOfClass, ...]
    city: RolledUp | None


def roll_counties_up(
    documents: Mapping[str, ScoreDocument], *, weights: Weights | None = None
) -> list[CityClass]:
    """Return the classes of several counties' releases, by the county's name.

    Each unit counts the same, or as much as `weights` say (its population). An interval of a
    county holds whatever its units' errors have to do with each other; that of the city takes
    counties to be asked apart.

    Raises Refused where weights are given and a published unit of a comparable county has none.
    """
    codes = sorted({unit.class_code for each in documents.values() for unit in each.units})
    return [_class(code, documents, weights) for code in codes]


def _class(code: str, documents: Mapping[str, ScoreDocument], weights: Weights | None) -> CityClass:
    held = {
        county: document
        for county, document in documents.items()
        if comparing.units_of(document, code)
    }
    profiles = {county: comparing.profile_of(document, code) for county, document in held.items()}
    known = {county: profile for county, profile in profiles.items() if profile is not None}
    usual = comparing.usual(known)
    why = {
        county: _why(comparing.units_of(document, code), profiles[county], usual)
        for county, document in held.items()
    }
    # One alone is compared with nobody: its figures are in its own release.
    together = [county for county in held if not why[county]]
    figures = {
        county: _figure(held[county], code, weights) for county in together if len(together) > 1
    }
    ranks = _ranks(figures, usual)
    return CityClass(
        code=code,
        name=usual.class_name if usual else "",
        confidence=usual.confidence if usual else "",
        counties=tuple(
            replace(
                _county(county, held[county], code),
                figure=figures.get(county),
                ranks=ranks.get(county),
                why=why[county],
            )
            for county in sorted(held)
        ),
        city=_city(list(figures.values())),
    )


def _why(
    units: Sequence[UnitScore], profile: Profile | None, usual: Profile | None
) -> tuple[Said, ...]:
    if profile is None or usual is None:
        return (comparing.not_said(),)
    few = comparing.coverage(units) < comparing.LEAST_COVERED
    told = comparing.differences(profile, usual)
    return (*told, comparing.too_few(units)) if few else tuple(told)


def _county(county: str, document: ScoreDocument, code: str) -> CountyOfClass:
    units = comparing.units_of(document, code)
    return CountyOfClass(
        county=county,
        campaign=document.campaign.id,
        release=document.release.id,
        title=document.campaign.title,
        n_units=len(units),
        n_published=sum(unit.score is not None for unit in units),
    )


def _figure(document: ScoreDocument, code: str, weights: Weights | None) -> RolledUp:
    published = [unit for unit in comparing.units_of(document, code) if unit.score is not None]
    return roll_up(
        values=np.array([float(unit.score or 0) for unit in published]),
        half_widths=np.array([_half_width(unit) for unit in published]),
        weights=_weights_of(document.campaign.id, published, weights),
    )


def _half_width(unit: UnitScore) -> float:
    """Return the longer half of a unit's interval: one that ends at 0 or 100 was cut there."""
    score, lower, upper = (float(each or 0) for each in (unit.score, unit.lower, unit.upper))
    return max(score - lower, upper - score) + _ROUNDED


def _weights_of(
    campaign: str, units: Sequence[UnitScore], weights: Weights | None
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if weights is None:
        return np.ones(len(units))
    lacking = [unit.unit_code for unit in units if (campaign, unit.unit_code) not in weights]
    if lacking:
        raise Refused(
            Problem(
                field=campaign,
                zh=f"单位 {code} 没有给出权重；请补上，或改用等权",
                en=f"unit {code} has no weight; add it, or let all units count the same",
            )
            for code in lacking
        )
    return np.array([weights[campaign, unit.unit_code] for unit in units])


def _ranks(figures: Mapping[str, RolledUp], usual: Profile | None) -> dict[str, tuple[int, int]]:
    """Return the ranks that the intervals do not rule out, of all counties at once."""
    if len(figures) < 2 or usual is None:
        return {}
    confidence = float(usual.confidence)
    z = float(ndtri(0.5 + confidence / 2))
    found = rank_sets(
        scores=np.array([figure.value for figure in figures.values()]),
        covariance=np.diag([(figure.half_width / z) ** 2 for figure in figures.values()]),
        rng=np.random.default_rng(_SEED),
        confidence=confidence,
    )
    return {
        county: (int(found.lower[place]), int(found.upper[place]))
        for place, county in enumerate(figures)
    }


def _city(figures: Sequence[RolledUp]) -> RolledUp | None:
    """Return the mean of counties, each counting the same; its interval takes them as apart."""
    if len(figures) < 2:
        return None
    return roll_up(
        values=np.array([figure.value for figure in figures]),
        half_widths=np.array([figure.half_width for figure in figures]),
        weights=np.ones(len(figures)),
    )
