"""How far residents', group and unit scores are from the truth in counties nobody tuned to.

    python -m bench.anchor [COUNTIES] [--first NUMBER]

Through `appraise`: residents as the product's simulation draws them (plain nonresponse, no
attack), by settings of its own that differ from those of `survey simulate`; and four more groups
of invited people about every unit, 14 to 60 answers each. A unit's groups differ by a standard
deviation of 1 to 4 points besides what they have in common. Seeds are the numbers of the
counties; borrowing was tried out on those from 100 to 147, and nothing chosen on any other. Each
is scored as the product is delivered, with slopes pooled over a class, with groups that borrow
from one another, with both, and with these where scores of last time are known: of nine units in
ten, and of all of them correlated .7 with this time's truth.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import stdtrit

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.campaign.corrections import BorrowingPlan, CalibrationPlan
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.sample import NONE, Sample
from survey.stats.pipeline.appraise import appraise
from survey.stats.simulation.answering import Behaviour, invite, volunteer
from survey.stats.simulation.campaign import campaign_of
from survey.stats.simulation.county import POINTS, Setting, build_county
from survey.stats.simulation.groups import GroupOpinions, draw_opinions, points_of
from survey.stats.simulation.plans import PLANS

KIND = PLANS["sittings"]
CORRELATION, KNOWN = 0.7, 0.9  # of scores of last time with this time's truth, and of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A campaign and what is true of its units: of each group, shape (u, g), and of the unit.

    `last` is the score of last time, by unit.
    """

    plan: Plan
    sample: Sample
    truth: FloatArray
    unit_truth: FloatArray
    last: tuple[tuple[str, float], ...]


def setting(number: int) -> Setting:
    """Return a kind of county by its number."""
    rng = np.random.default_rng([number, 13])
    old = rng.uniform(3.0, 9.0)
    return Setting(
        n_people=int(rng.integers(60, 121)) * 1000,
        n_towns=int(rng.integers(10, 24)),
        n_departments=int(rng.integers(12, 36)),
        unit_sd=rng.uniform(3.5, 6.0),
        resident_sd=rng.uniform(7.0, 11.0),
        noise_sd=rng.uniform(14.0, 19.0),
        level=rng.uniform(60.0, 74.0),
        age_share=tuple(rng.dirichlet(40 * np.array([0.16, 0.25, 0.29, 0.18, 0.12]))),
        age_effect=(-old / 2, -old / 3, 0.0, 0.6 * old, old),
        age_open=(
            rng.uniform(0.4, 0.9),
            0.4,
            0.0,
            rng.uniform(-1.4, -0.6),
            rng.uniform(-2.2, -1.2),
        ),
        occupation_effect=tuple(rng.normal(0, 2, 6)),
        occupation_open=tuple(rng.normal(0, 0.25, 6)),
        n_codes=int(rng.integers(25, 60)) * 100,
        n_open=int(rng.integers(40, 100)) * 100,
    )


def draw(number: int) -> Drawn:
    """Draw a county and who answered."""
    rng = np.random.default_rng([number, 14])
    county = build_county(setting(number), rng)
    behaviour = Behaviour()
    invited, opened = invite(county, behaviour, rng), volunteer(county, behaviour, rng)
    campaign = campaign_of(county, invited, opened, silence=None, kind=KIND)
    opinions = draw_opinions(county.truth, np.array([group.above for group in KIND.groups]), rng)
    more = _answers(opinions, KIND.answers("invited", county.of_class), rng)
    truth = np.column_stack([county.truth, opinions.truth])
    weight = np.array(KIND.weights)[county.of_class] / 100
    unit_truth = (weight * truth).sum(axis=1)
    codes = [unit.unit_code for unit in campaign.plan.units]
    return Drawn(
        plan=campaign.plan,
        sample=_together(campaign.sample, *more),
        truth=truth,
        unit_truth=unit_truth,
        last=_last(codes, unit_truth, np.random.default_rng([number, 15])),
    )


def _last(
    codes: list[str], truth: FloatArray, rng: np.random.Generator
) -> tuple[tuple[str, float], ...]:
    """Draw what was released last time; one unit in ten was not rated then."""
    now = (truth - truth.mean()) / truth.std()
    then = CORRELATION * now + np.sqrt(1 - CORRELATION**2) * rng.standard_normal(truth.size)
    there = rng.random(truth.size) < KNOWN
    score = truth.mean() + truth.std() * then
    return tuple((codes[u], round(float(score[u]), 2)) for u in np.flatnonzero(there))


def _answers(
    opinions: GroupOpinions, size: IndexArray, rng: np.random.Generator
) -> tuple[IndexArray, IndexArray, IndexArray]:
    domain = np.repeat(np.arange(size.size), size.ravel())
    value = opinions.latent.ravel()[domain] + opinions.spread * rng.standard_normal(domain.size)
    unit, group = np.divmod(domain, size.shape[1])
    return unit, group + 1, 1 + np.searchsorted(POINTS, points_of(value))


def _together(sample: Sample, unit: IndexArray, group: IndexArray, items: IndexArray) -> Sample:
    """Add invited people, each a rater of one unit, from a device and network of their own."""
    n = unit.size
    new = np.arange(n)
    columns = {
        "response_id": np.char.add("S", new.astype(np.str_)), "unit": unit, "group": group,
        "channel": np.zeros(n), "items": items[:, None], "sex": np.full(n, 2),
        "age": np.full(n, 2), "residence": np.full(n, NONE), "township": np.zeros(n),
        "duration_ms": np.full(n, 60_000) + 37 * new,
        "submitted_at": sample.submitted_at.min() + 83 * new, "device": 10**7 + new,
        "network": 10**7 + new, "token": np.full(n, NONE), "own_staff": np.zeros(n),
        "rater": 10**7 + new,
    }  # fmt: skip
    joined: dict[str, Any] = {}
    for name, values in columns.items():
        before = getattr(sample, name)
        kept = values if name == "response_id" else values.astype(before.dtype)
        joined[name] = np.concatenate([before, kept])
    return replace(sample, **joined)


WAYS: dict[str, dict[str, Any]] = {
    "default": {},
    "pooled slopes": {"calibration": CalibrationPlan(method="pooled_slopes")},
    "borrowing": {"borrowing": BorrowingPlan(method="groups")},
    "both": {
        "calibration": CalibrationPlan(method="pooled_slopes"),
        "borrowing": BorrowingPlan(method="groups"),
    },
}
LAST_TIME = ("borrowing", "both")  # ways that can look at last time's scores, too
LAST = ", last"
ALL_WAYS = (*WAYS, *(way + LAST for way in LAST_TIME))
COLUMNS = ("residents", "groups", "units", "of default", "res. held", "groups held", "units held")
TARGETS = ("<= 1.30", "<= 1.9", "", "<= .94", ".93-.97", ".93-.97", ".93-.97")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Errors, and whether 95 % intervals hold, of group scores (u, g) and of units (u,)."""

    groups: FloatArray
    groups_held: FloatArray
    units: FloatArray
    units_held: FloatArray


def score_county(drawn: Drawn, way: str) -> Found:
    """Score a county in one of ``ALL_WAYS`` and hold the figures against the truth."""
    wanted = replace(drawn.plan, **WAYS[way.removesuffix(LAST)])
    if way.endswith(LAST):
        looked = replace(wanted.borrowing, covariate="last_release", earlier=drawn.last)
        wanted = replace(wanted, borrowing=looked)
    found = appraise(wanted, drawn.sample)
    score = np.array([figure.score for figure in found.groups]).reshape(drawn.truth.shape)
    se = np.array([figure.se for figure in found.groups]).reshape(drawn.truth.shape)
    n = np.array([figure.n for figure in found.groups]).reshape(drawn.truth.shape)
    estimate = np.array([figure.estimate for figure in found.units], dtype=float)
    lower = np.array([figure.lower for figure in found.units], dtype=float)
    upper = np.array([figure.upper for figure in found.units], dtype=float)
    off = score - drawn.truth
    return Found(
        groups=off,
        groups_held=(np.abs(off) <= stdtrit(n - 1 + 20.0, 0.975) * se).astype(float),
        units=estimate - drawn.unit_truth,
        units_held=((lower <= drawn.unit_truth) & (drawn.unit_truth <= upper)).astype(float),
    )


def _plain(drawn: Drawn) -> FloatArray:
    """Return the errors of plain means of the residents' answers, and of nothing else."""
    first = drawn.sample.group == 0
    points = np.array(POINTS)[drawn.sample.items[first, 0] - 1]
    unit, size = drawn.sample.unit[first], drawn.unit_truth.size
    mean = np.bincount(unit, points, size) / np.bincount(unit, minlength=size)
    return np.asarray(mean - drawn.truth[:, 0])


def _error(values: list[FloatArray]) -> float:
    return float(np.sqrt(np.mean(np.concatenate([part.ravel() for part in values]) ** 2)))


def _figures(found: list[Found], units_by_default: float) -> tuple[float, ...]:
    units = _error([one.units for one in found])
    held = np.concatenate([one.groups_held for one in found])
    return (
        _error([one.groups[:, 0] for one in found]),
        _error([one.groups for one in found]),
        units,
        units / units_by_default,
        float(held[:, 0].mean()),
        float(held.mean()),
        float(np.concatenate([one.units_held for one in found]).mean()),
    )


def _print(name: str, figures: tuple[float, ...]) -> None:
    print(f"{name:15}" + "".join(f"{figure:>13.3f}" for figure in figures), flush=True)


def main() -> None:
    """Print root mean squared errors, and how many of the 95 % intervals hold."""
    asked = argparse.ArgumentParser()
    asked.add_argument("counties", nargs="?", type=int, default=12)
    asked.add_argument("--first", type=int, default=200)
    options = asked.parse_args()
    found: dict[str, list[Found]] = {way: [] for way in ALL_WAYS}
    plain: list[FloatArray] = []
    for number in range(options.first, options.first + options.counties):
        drawn = draw(number)
        plain.append(_plain(drawn))
        for way, so_far in found.items():
            so_far.append(score_county(drawn, way))
        errors = (_error([so_far[-1].units]) for so_far in found.values())
        print(f"county {number}: units" + "".join(f"{error:>7.2f}" for error in errors), flush=True)
    print("\n" + " " * 15 + "".join(f"{column:>13}" for column in COLUMNS))
    print(f"{'to reach':15}" + "".join(f"{target:>13}" for target in TARGETS))
    by_default = _error([one.units for one in found["default"]])
    for way, of_way in found.items():
        _print(way, _figures(of_way, by_default))
    print(f"plain means of residents' answers: {_error(plain):.3f}")


if __name__ == "__main__":
    main()
