"""Units named as surely above or below a line: how many are wrong, how many rank sets would name.

    python -m bench.decisions [CAMPAIGNS [FIRST SETTING]]
    python -m bench.decisions times

Everything goes through `appraise`. Invited counties: independent answers at levels counties
report. Simulated counties: open answers beside invited ones, people who rate several units, so
that errors have something in common. Each campaign's line is a score in the midst of the units, or
the mean of the class; rank sets are asked which units surely are in the upper and in the lower
half. The seeds are the setting's number and the campaign's. `times` is the processor's seconds for
200 and 3,000 units beside the rank sets of 200.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.campaign.decisions import (
    DecisionFigure,
    DecisionsPlan,
    LineKind,
    ThresholdPlan,
)
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from survey.stats.ranking import decide, rank_sets
from survey.stats.simulation.answering import Behaviour, invite, volunteer
from survey.stats.simulation.campaign import campaign_of
from survey.stats.simulation.county import Setting, build_county
from tests.stats.invited_county import invited_county

RATE = 0.05
DRAWS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A campaign and the true scores of its units."""

    plan: Plan
    sample: Sample
    truth: FloatArray


def invited(seed: list[int], *, level: float, n: int, n_units: int) -> Case:
    county = invited_county(seed, level=level, n=n, n_groups=1, n_units=n_units)
    return Case(plan=county.plan, sample=county.sample, truth=county.truth[:, 0])


def simulated(seed: list[int], *, selection: float, n_codes: int = 6_000) -> Case:
    rng = np.random.default_rng(seed)
    county = build_county(Setting(n_codes=n_codes), rng)
    behaviour = Behaviour(selection=selection)
    campaign = campaign_of(
        county, invite(county, behaviour, rng), volunteer(county, behaviour, rng), silence=None
    )
    return Case(plan=campaign.plan, sample=campaign.sample, truth=county.truth)


SETTINGS: dict[str, Callable[[list[int]], Case]] = {
    "invited, 20 units, level 78, 30 each": lambda s: invited(s, level=78, n=30, n_units=20),
    "invited, 60 units, level 84, 60 each": lambda s: invited(s, level=84, n=60, n_units=60),
    "simulated, no selection": lambda s: simulated(s, selection=0.0),
    "simulated, selection 1": lambda s: simulated(s, selection=1.0),
    "simulated, selection 2, half the codes": lambda s: simulated(s, selection=2.0, n_codes=3_000),
}


def appraised(case: Case) -> AppraisalResult:
    """Return the result with every class held against its mean and a score in its midst."""
    middle = float(np.round(np.median(case.truth)))
    decisions = DecisionsPlan(
        thresholds=tuple(
            ThresholdPlan(class_code=each.class_code, score=line)
            for each in case.plan.classes
            for line in (None, middle)
        ),
        error_rate=RATE,
    )
    return appraise(replace(case.plan, decisions=decisions, rank_draws=DRAWS), case.sample)


@dataclass(slots=True)
class Counts:
    """Sums over classes and campaigns."""

    lists: int = 0
    named: int = 0
    strict: int = 0
    wrong_share: float = 0.0
    sided: float = 0.0
    any_wrong: int = 0
    by_rank_sets: int = 0
    ranks_wrong: int = 0

    def add(self, result: AppraisalResult, kind: LineKind, truth: dict[str, float]) -> None:
        of = {unit.unit_code: unit.class_code for unit in result.units}
        for class_code in {each.class_code for each in result.plan.classes}:
            told = [
                each
                for each in result.decisions
                if of[each.unit_code] == class_code and each.kind == kind
            ]
            if told:
                self._add(result, class_code, told, truth)

    def _add(
        self,
        result: AppraisalResult,
        class_code: str,
        told: list[DecisionFigure],
        truth: dict[str, float],
    ) -> None:
        mean = float(np.mean([truth[each.unit_code] for each in told]))
        named = [each for each in told if each.side]
        wrong = [each for each in named if _wrong(each, truth[each.unit_code], mean)]
        self.lists += 1
        self.named += len(named)
        self.strict += sum(each.strict for each in named)
        self.wrong_share += len(wrong) / max(len(named), 1)
        self.sided += max(
            sum(each.side == side for each in wrong)
            / max(sum(each.side == side for each in named), 1)
            for side in ("above", "below")
        )
        self.any_wrong += any(each.strict for each in wrong)
        self._by_ranks(result, class_code, truth)

    def _by_ranks(self, result: AppraisalResult, class_code: str, truth: dict[str, float]) -> None:
        units = [u for u in result.units if u.class_code == class_code and u.rank is not None]
        half = len(units) / 2
        true = sorted((truth[unit.unit_code] for unit in units), reverse=True)
        for unit in units:
            place = 1 + true.index(truth[unit.unit_code])
            upper, lower = (unit.rank_upper or 0) <= half, (unit.rank_lower or 0) > half
            self.by_rank_sets += upper or lower
            self.ranks_wrong += (upper and place > half) or (lower and place <= half)


def _wrong(told: DecisionFigure, truth: float, mean: float) -> bool:
    line = mean if told.kind == "class_mean" else told.threshold
    return (truth < line) if told.side == "above" else (truth >= line)


def hold(campaigns: int, first: int) -> None:
    """Print how many units are named, how many of them wrongly, and what rank sets name."""
    print(f"{campaigns} campaigns each; per class and line, error rate {RATE:g}")
    print(f"{'setting':<40}{'line':>12}{'named':>8}{'wrong share':>12}{'strictly':>10}"
          f"{'any wrong':>11}{'rank sets':>11}{'ratio':>7}{'strict':>8}")  # fmt: skip
    for number, (name, draw) in list(enumerate(SETTINGS.items()))[first:]:
        counts: dict[LineKind, Counts] = {"class_mean": Counts(), "score": Counts()}
        for campaign in range(campaigns):
            case = draw([29, number, campaign])
            truth = {
                unit.unit_code: float(true)
                for unit, true in zip(case.plan.units, case.truth, strict=True)
            }
            result = appraised(case)
            for kind, count in counts.items():
                count.add(result, kind, truth)
        for kind, count in counts.items():
            lists, ranks = count.lists, max(count.by_rank_sets, 1)
            print(
                f"{name:<40}{kind:>12}{count.named / lists:>8.2f}{count.wrong_share / lists:>12.4f}"
                f"{count.strict / lists:>10.2f}{count.any_wrong / lists:>11.3f}"
                f"{count.by_rank_sets / lists:>11.2f}{count.named / ranks:>7.1f}"
                f"{count.strict / ranks:>8.1f}",
                flush=True,
            )


def times() -> None:
    """Print the seconds of one line, errors shared by all units, beside those of rank sets."""
    for p in (200, 3_000):
        rng = np.random.default_rng([29, p])
        covariance = 2.0 * np.eye(p) + 0.5
        estimate = 80 + 5 * rng.standard_normal(p)
        start = time.process_time()
        decide(
            estimate=estimate, covariance=covariance, line=80.0, rng=rng, freedom=np.full(p, 60.0)
        )
        taken = time.process_time() - start
        print(f"{p} units: {taken:.2f} s", end="")
        if p == 200:
            start = time.process_time()
            rank_sets(scores=estimate, covariance=covariance, rng=rng)
            ranked = time.process_time() - start
            print(f"; their rank sets {ranked:.2f} s, {ranked / taken:.0f} times", end="")
        print(flush=True)


def main() -> None:
    if sys.argv[1:] == ["times"]:
        times()
    else:
        given = [int(word) for word in sys.argv[1:]]
        hold(given[0] if given else 200, given[1] if len(given) > 1 else 0)


if __name__ == "__main__":
    main()
