"""Invited people who answer five items at a level a county really reports, and coached ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

from survey.stats.campaign.plan import Plan
from survey.stats.campaign.sample import Sample
from survey.stats.simulation.captures import Capture, capture_codes, coach
from tests.stats.small_county import MORNING, POINTS, small_plan, small_sample

K, GROUPS = 5, 4
ICC = 0.6  # of the items of one sheet
CUTS = np.array([-2.0, -1.3, -0.5, 0.5])  # between the five answers
_WORTH = np.array(POINTS[1:])
UNIT, GROUP = 3, 1  # whom the tests coach


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedCounty:
    """The plan, the answers, and the true score of every unit and group."""

    plan: Plan
    sample: Sample
    truth: NDArray[np.float64]

    def rows(self, unit: int = UNIT, group: int = GROUP) -> NDArray[np.intp]:
        here = (self.sample.unit == unit) & (self.sample.group == group)
        return np.flatnonzero(here)


def level_of(latent: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean points of people around a latent opinion."""
    below = ndtr(CUTS - np.asarray(latent)[..., None])
    edges = np.concatenate([np.zeros((*below.shape[:-1], 1)), below], axis=-1)
    shares = np.diff(edges, axis=-1, append=1.0)
    return np.asarray(shares @ _WORTH)


def usual_opinion(level: float) -> float:
    """Return the latent opinion around which people give so many points."""
    return float(brentq(lambda latent: float(level_of(np.array(latent))) - level, -4, 6))


def invited_county(
    seed: int | list[int],
    *,
    level: float,
    n: int | tuple[int, int],
    n_units: int = 12,
    n_groups: int = GROUPS,
    spread: tuple[float, float] = (0.25, 0.15),
    tail: float | None = None,
    agreement: float = 0.0,
) -> InvitedCounty:
    """Return a county: ``n`` answers of each unit and group, or between two numbers.

    ``spread`` is that of units, and of groups about a unit, in standard deviations of an opinion;
    Student's with ``tail`` degrees of freedom, else normal. ``agreement`` is by how much units
    differ in the logarithm of how far their people lie apart.
    """
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> NDArray[np.float64]:
        if tail is None:
            return rng.standard_normal(shape)
        return rng.standard_t(tail, shape) * np.sqrt((tail - 2) / tail)

    latent = (
        usual_opinion(level) + spread[0] * draw(n_units, 1) + spread[1] * draw(n_units, n_groups)
    )
    size = np.full(latent.shape, n) if isinstance(n, int) else rng.integers(*n, latent.shape)
    domain = np.repeat(np.arange(latent.size), size.ravel())
    unit, group = np.divmod(domain, n_groups)
    apart = np.sqrt(ICC) * rng.standard_normal((domain.size, 1))
    if agreement:
        apart = apart * np.exp(agreement * rng.standard_normal((n_units, 1)))[unit]
    opinion = latent[unit, group, None] + apart
    opinion = opinion + np.sqrt(1 - ICC) * rng.standard_normal((domain.size, K))
    moment = MORNING + rng.integers(0, 20 * 86_400, domain.size)
    return InvitedCounty(
        plan=small_plan(
            n_units=n_units, coefficients=(100 / K,) * K, groups=(100 / n_groups,) * n_groups,
            rank_draws=20,
        ),
        sample=small_sample(
            (1 + np.searchsorted(CUTS, opinion)).tolist(), unit=unit, group=group,
            channel=np.ones(domain.size), submitted_at=moment,
        ),
        truth=level_of(latent),
    )  # fmt: skip


def coached(
    county: InvitedCounty, pattern: str, *, share: float = 1.0, unit: int = UNIT, group: int = GROUP
) -> InvitedCounty:
    """Return the county with a share of one group told to tick all 5, all 4, or 5 and 4."""
    rows = county.rows(unit, group)
    rng = np.random.default_rng(round(share * rows.size))
    return replace(
        county, sample=coach(county.sample, rows=rows, share=share, pattern=pattern, rng=rng)
    )


def captured(
    county: InvitedCounty, kind: Capture, *, share: float, seed: int, unit: int = UNIT
) -> InvitedCounty:
    """Return the county with a share of one unit's codes answered by its own people."""
    rows = np.flatnonzero(county.sample.unit == unit)
    rng = np.random.default_rng(seed)
    return replace(
        county,
        sample=capture_codes(county.sample, rows=rows, share=share, kind=kind, best=5, rng=rng),
    )


def in_one_hall(county: InvitedCounty, *, unit: int = UNIT, group: int = GROUP) -> InvitedCounty:
    """Return the county with one honest group at one place, within three quarters of an hour."""
    rows = county.rows(unit, group)
    network, moment = county.sample.network.copy(), county.sample.submitted_at.copy()
    network[rows] = county.sample.n_responses
    moment[rows] = MORNING + 6 * 86_400 + np.linspace(0, 45 * 60, rows.size).astype(np.int64)
    return replace(county, sample=replace(county.sample, network=network, submitted_at=moment))
