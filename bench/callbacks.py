"""Verification calls: the risk of confirming what is not so, and how many calls it takes.

    python -m bench.callbacks [UNITS]

Units of points 100/80/60/30/0 (standard deviation 21). *At the boundary* false answers move the
score by just more than d points, chosen by an adversary: the best answers, any, those of the most
weight, or the worst ones; somebody looks after every call and stops when it suits him, so a unit
counts as wrongly confirmed if it is at any time. *Calls*: units with no, 1 % and 2 % false answers,
until d is confirmed in both directions. Weights: all alike, or lognormal (0.3, clipped to 0.3–3).
The seeds are the number of the setting and the unit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.callbacks import CalledAnswers, InvitedFrame
from survey.stats.callbacks.betting import draws_of, growth, wealth

POINTS = np.array([100.0, 80.0, 60.0, 30.0, 0.0])
SHARES = np.array([0.27, 0.45, 0.195, 0.07, 0.015])  # mean 76.8, standard deviation 21.1
RISK = 0.05
SPREADS = {"alike": 0.0, "lognormal": 0.3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit's invited answers: their points, and what each can do."""

    points: FloatArray
    frame: InvitedFrame


def unit_of(rng: np.random.Generator, spread: float) -> Unit:
    """Return a unit of 120 to 600 answers."""
    n = int(rng.integers(120, 601))
    points = rng.choice(POINTS, n, p=SHARES)
    weight = np.clip(np.exp(spread * rng.standard_normal(n)), 0.3, 3.0)
    weight /= weight.sum()
    frame = InvitedFrame(raises=weight * points, lowers=weight * (100 - points), size=np.ones(n))
    return Unit(points=points, frame=frame)


Choice = Callable[[Unit, np.random.Generator], tuple[FloatArray, IndexArray]]


def _best(unit: Unit, rng: np.random.Generator) -> tuple[FloatArray, IndexArray]:
    return unit.frame.raises, np.lexsort((rng.random(unit.points.size), -unit.points))


def _any(unit: Unit, rng: np.random.Generator) -> tuple[FloatArray, IndexArray]:
    return unit.frame.raises, rng.permutation(unit.points.size)


def _heaviest(unit: Unit, rng: np.random.Generator) -> tuple[FloatArray, IndexArray]:
    return unit.frame.raises, np.argsort(-unit.frame.raises, kind="stable")


def _worst(unit: Unit, rng: np.random.Generator) -> tuple[FloatArray, IndexArray]:
    return unit.frame.lowers, np.argsort(-unit.frame.lowers, kind="stable")


CHOICES: dict[str, Choice] = {
    "best": _best,
    "any": _any,
    "heaviest": _heaviest,
    "worst": _worst,
}


def just_beyond(moves: FloatArray, order: IndexArray, most: float) -> BoolArray:
    """Return the fewest of the answers, in this order, that move the score by more than d."""
    enough = int(np.searchsorted(np.cumsum(moves[order]), most, side="right")) + 1
    false = np.zeros(moves.size, dtype=np.bool_)
    false[order[:enough]] = True
    return false


def drawn(rng: np.random.Generator, false: BoolArray, can: BoolArray) -> CalledAnswers:
    """Return all answers in a random order; ``can`` (n,) be reached or not."""
    place = rng.permutation(false.size)
    return CalledAnswers(place=place, reached=can[place], false=false[place])


def confirmed_ever(unit: Unit, calls: CalledAnswers, most: float) -> bool:
    """Say whether d is confirmed at any time, by whoever looks after every call."""
    ways = (unit.frame.raises, unit.frame.lowers)
    return all(wealth(draws_of(unit.frame, calls, moves), most) * RISK >= 1 for moves in ways)


def calls_needed(unit: Unit, calls: CalledAnswers, most: float) -> int:
    """Return after how many calls d is confirmed; more than all where it never is."""
    needed = 0
    for moves in (unit.frame.raises, unit.frame.lowers):
        draws = draws_of(unit.frame, calls, moves)
        stake = np.exp(growth(draws, most)).mean(axis=0)
        won = np.flatnonzero(stake * RISK >= 1)
        needed = max(needed, int(won[0]) + 1 if won.size else calls.place.size + 1)
    return needed


def risk(setting: int, most: float, choice: Choice, spread: float, units: int) -> float:
    """Return the share of units at the boundary that are confirmed at any time."""
    wrong = 0
    for number in range(units):
        rng = np.random.default_rng([31, setting, number])
        unit = unit_of(rng, spread)
        moves, order = choice(unit, rng)
        # What is said holds of those who can be reached: so must the boundary.
        can = rng.random(order.size) < (0.7 if number % 2 else 1.0)
        order = np.concatenate([order[can[order]], order[~can[order]]])
        false = just_beyond(moves, order, most)
        wrong += confirmed_ever(unit, drawn(rng, false, can | false), most)
    return wrong / units


def calls_to_confirm(
    setting: int, most: float, rate: float, spread: float, units: int
) -> FloatArray:
    """Return the quartiles of the calls until d is confirmed, with a share of false answers."""
    needed = []
    for number in range(units):
        rng = np.random.default_rng([37, setting, number])
        unit = unit_of(rng, spread)
        false = rng.random(unit.points.size) < rate
        needed.append(calls_needed(unit, drawn(rng, false, np.ones_like(false)), most))
    return np.quantile(np.array(needed, dtype=np.float64), [0.25, 0.5, 0.75])


def main() -> None:
    """Print the risk at the boundary and the calls needed."""
    units = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    print(f"{units} units a row; risk limit {RISK:g}; half of the units reach seven in ten")
    setting = 0
    for most in (5.0, 8.0):
        for name, choice in CHOICES.items():
            for weights, spread in SPREADS.items():
                setting += 1
                share = risk(setting, most, choice, spread, units)
                print(f"boundary {most:g} points, {name:<9}{weights:<10} confirmed {share:.4f}",
                      flush=True)  # fmt: skip
    setting = 0
    for most in (5.0, 8.0):
        for rate in (0.0, 0.01, 0.02):
            for weights, spread in SPREADS.items():
                setting += 1
                low, middle, high = calls_to_confirm(setting, most, rate, spread, units)
                print(
                    f"at most {most:g} points, {100 * rate:g} % false, {weights:<10}"
                    f"calls {middle:.0f} (quartiles {low:.0f}, {high:.0f})",
                    flush=True,
                )


if __name__ == "__main__":
    main()
