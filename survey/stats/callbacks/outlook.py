"""How many more calls it will take."""

from __future__ import annotations

import math

import numpy as np

from survey.stats.callbacks.betting import FRACTIONS, Draws, growth


def further_calls(
    draws: Draws, *, most: float, risk: float, n_left: int, rate: float = 0.0
) -> int | None:
    """Return how many more people must be reached, if as many as ``rate`` of them were false.

    Parameters
    ----------
    draws : Draws
        So far.
    most : float
        Points to be confirmed.
    risk : float in (0, 1)
    n_left : int
        Answers not drawn yet.
    rate : float in [0, 1]
        Share of false ones among them, each of the mean loss found so far (half the largest
        before any is).

    Returns
    -------
    int or None
        None where not even all that are left suffice.

    Notes
    -----
    The stake is let grow by its mean logarithm; every answer that is left has their mean size.
    """
    if most - draws.found_after >= draws.left_after * draws.largest:
        return 0
    seen = draws.loss[draws.loss > 0]
    loss = float(seen.mean()) if seen.size else draws.largest / 2
    size = draws.left_after / max(n_left, 1)
    steps = np.arange(n_left)
    left = draws.left_after - size * steps
    found = draws.found_after + rate * loss * size * steps
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = 1 - (most - found) / (left * draws.largest)
        after = mean <= 0
        own = np.log(1 - FRACTIONS[:, None] + FRACTIONS[:, None] / mean)
        kept = 1 - loss / draws.largest
        other = np.log(1 - FRACTIONS[:, None] + FRACTIONS[:, None] * kept / mean)
        each = own if rate == 0 else (1 - rate) * own + rate * other
    start = growth(draws, most)[:, -1:] if draws.loss.size else np.zeros((FRACTIONS.size, 1))
    with np.errstate(invalid="ignore", over="ignore"):
        stake = np.exp(start + np.cumsum(each, axis=1)).mean(axis=0)
    won = np.flatnonzero((stake * risk >= 1) | after)
    if won.size:
        return int(won[0]) + (0 if after[won[0]] else 1)
    whole = draws.found_after + rate * loss * size * n_left
    return n_left if whole <= most and math.isfinite(whole) else None
