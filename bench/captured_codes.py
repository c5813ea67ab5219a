"""Captured codes: how many units are found, and how many honest ones are named.

    python -m bench.captured_codes [CAMPAIGNS] [bound | honest | captured]

Everything goes through `appraise`: honest campaigns first, then a part of two units' codes
answered by their own people, spread over the groups by chance, at honest moments and on honest
devices. Kinds of county: the settings of `survey simulate` (one item, one group, 60 units, invited
people alone), and five items answered by four groups at levels counties report; also counties whose
units differ much, have heavy tails, or in which people of one unit lie further apart than those of
another. The seeds are the numbers of the campaigns.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri

from survey.stats.campaign.corrections import RatersPlan
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.integrity.captured_shape import sheet_classes
from survey.stats.integrity.honest_shape import fit_honest_shape
from survey.stats.pipeline.appraise import appraise
from survey.stats.simulation.captures import Capture, capture_codes
from survey.stats.simulation.drawing import draw_repeat, generator
from survey.stats.simulation.scenarios import SCENARIOS
from tests.stats.invited_county import invited_county

SHARES = (0.05, 0.1, 0.2)
KINDS: tuple[Capture, ...] = ("full", "careful")
CAPTURED = 3, 14  # two of the 26 or 60 units, each by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A campaign before any codes are captured."""

    plan: Plan
    sample: Sample

    def codes(self) -> set[str]:
        return {self.plan.units[unit].unit_code for unit in CAPTURED}


def simulated(setting: str) -> Callable[[int], Case]:
    """Return what draws campaigns of one of the simulation's settings, invited answers alone."""

    def draw(k: int) -> Case:
        scenario = replace(SCENARIOS["plain"], changes={"n_open": 0})
        rng = generator(seed=7, county=k // 4, repeat=k)
        drawn = draw_repeat(
            scenario, setting=setting, plan="residents", seed=7, county=k // 4, rng=rng
        ).campaign()
        # Raking and raters take most of the time, and the finding does not hang on them.
        groups = tuple(
            replace(group, weighting="none", margins=(), trim_lower=None, trim_upper=None)
            for group in drawn.plan.groups
        )
        plan = replace(drawn.plan, rank_draws=20, groups=groups, raters=RatersPlan(method="none"))
        return Case(plan=plan, sample=drawn.sample)

    return draw


def five_items(**wanted: object) -> Callable[[int], Case]:
    """Return what draws campaigns of four groups and five items."""

    def draw(k: int) -> Case:
        drawn = invited_county([5, k], n_units=26, **wanted)  # type: ignore[arg-type]
        return Case(plan=drawn.plan, sample=drawn.sample)

    return draw


COUNTIES: dict[str, Callable[[int], Case]] = {
    "simulated, tuning": simulated("tuning"),
    "simulated, varied": simulated("varied"),
    "simulated, ageing": simulated("ageing"),
    "simulated, last": simulated("last"),
    "five items, level 66": five_items(level=66, n=(20, 50)),
    "five items, level 72": five_items(level=72, n=(20, 50)),
    "five items, level 78": five_items(level=78, n=(20, 50)),
    "five items, level 84": five_items(level=84, n=(20, 50)),
    "five items, level 90": five_items(level=90, n=(20, 50)),
    "five items, level 78, large": five_items(level=78, n=(60, 100)),
}
HONEST: dict[str, Callable[[int], Case]] = COUNTIES | {
    "units that differ much": five_items(level=75, n=(20, 50), spread=(0.6, 0.3)),
    "heavy tails": five_items(level=75, n=(20, 50), spread=(0.4, 0.3), tail=4),
    "more or less agreed": five_items(level=75, n=(20, 50), agreement=0.2),
}


def with_captured(case: Case, kind: Capture, share: float, seed: int) -> Sample:
    """Return the answers with a share of two units' codes answered by their own people."""
    rng, sample = np.random.default_rng(seed), case.sample
    for unit in CAPTURED:
        rows = np.flatnonzero(sample.unit == unit)
        sample = capture_codes(
            sample, rows=rows, share=share, kind=kind, best=len(case.plan.points) - 1, rng=rng
        )
    return sample


def named(result: AppraisalResult) -> set[str]:
    return {figure.unit_code for figure in result.captured}


def main() -> None:
    campaigns = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    parts = sys.argv[2:] or ["bound", "honest", "captured"]
    if "bound" in parts:
        bound()
    if "honest" in parts:
        honest(campaigns)
    if "captured" in parts:
        power_of_all(campaigns)


def honest(campaigns: int) -> None:
    """Print how many honest units are named."""
    print("honest units named; campaigns that name any")
    for name, draw in HONEST.items():
        runs = [named(appraise(case.plan, case.sample)) for case in map(draw, range(campaigns))]
        n_units = len(draw(0).plan.units)
        units = sum(len(run) for run in runs) / campaigns / n_units
        print(f"{name:>28} {units:8.2%} {np.mean([bool(run) for run in runs]):8.1%}", flush=True)


def power_of_all(campaigns: int) -> None:
    """Print how many captured units are found."""
    print("units captured: found; mean share told; true share within what is told, of those found")
    for name, draw in COUNTIES.items():
        for kind in KINDS:
            cells = [power(draw, kind, share, campaigns) for share in SHARES]
            print(f"{name:>28} {kind:>8}" + "".join(cells), flush=True)


def bound(draws: int = 5) -> None:
    """Print what a test of the shape finds at most that leaves the level free.

    It knows the shape of honest answers at every level, that units differ in nothing else, and what
    captors answer and how often; one honest unit in a hundred is named.
    """
    print("at most, by the shape alone, where all about honest people but the level is known")
    for name, draw in COUNTIES.items():
        for kind in KINDS:
            found = [[reach(draw(k), kind, share) for k in range(draws)] for share in SHARES]
            cells = [
                f"  {share:4.0%}: {np.mean(each):5.0%}"
                for share, each in zip(SHARES, found, strict=True)
            ]
            print(f"{name:>28} {kind:>8}" + "".join(cells), flush=True)


def reach(case: Case, kind: str, share: float) -> float:
    """Return the power of the efficient score for a share, averaged over the captured units."""
    sample, n_units = case.sample, len(case.plan.units)
    excess, honest, mixed = np.zeros((3, n_units))
    for group in np.unique(sample.group):
        rows = np.flatnonzero(sample.group == group)
        classes = sheet_classes(sample.items[rows], case.plan.points)
        if classes is None:
            continue
        counts = np.zeros((n_units, classes.size))
        np.add.at(counts, (sample.unit[rows], classes.of_row), 1.0)
        shape, captured = fit_honest_shape(counts), classes.captured[kind]
        chance, slope = shape.chances(shape.level), shape.slopes(shape.level)
        weight = np.log(1 - share + share * captured / chance)
        weight -= (chance * weight).sum(axis=1, keepdims=True)
        by_level = (chance * weight * slope).sum(axis=1) / (chance * slope**2).sum(axis=1)
        weight -= slope * by_level[:, None]
        among = (1 - share) * chance + share * captured
        n, mean = counts.sum(axis=1), (among * weight).sum(axis=1)
        excess += n * mean
        honest += n * (chance * weight**2).sum(axis=1)
        mixed += n * ((among * weight**2).sum(axis=1) - mean**2)
    z = (excess - ndtri(0.99) * np.sqrt(honest)) / np.sqrt(mixed)
    return float(ndtr(z[list(CAPTURED)]).mean())


def power(draw: Callable[[int], Case], kind: Capture, share: float, campaigns: int) -> str:
    """Return the figures of one cell as they are printed."""
    shares, inside = [], []
    for k in range(campaigns):
        case = draw(k)
        result = appraise(case.plan, with_captured(case, kind, share, k))
        for figure in result.captured:
            if figure.unit_code in case.codes():
                shares.append(figure.share)
                inside.append(figure.share_lower <= share <= figure.share_upper)
    told = f"{np.mean(shares):4.0%} {np.mean(inside):5.0%}" if shares else f"{'-':>4} {'-':>5}"
    number = campaigns * len(CAPTURED)
    return f"  {share:4.0%}: {len(shares) / number:5.0%} {told}"


if __name__ == "__main__":
    main()
