"""A reader who wants to know what is not shown: from what is shown alone, by linear programmes."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_array

from survey.publication.answered import ALL, Answered


def widths(read: Answered) -> dict[tuple[str, str, str], float]:
    """Return of each number not shown how far apart its least and largest possible value are.

    Written by itself: every answer is of one unit, group and channel, so that the attacker looks
    for counts by all three at once.
    """
    units = sorted({unit for unit, _ in read.units} - {ALL})
    groups = sorted({group for _, group in read.units} - {ALL})
    channels = sorted({channel for _, channel in read.channels} - {ALL})
    at = {
        (unit, group, channel): number
        for number, (unit, group, channel) in enumerate(
            (u, g, c) for u in units for g in groups for c in channels
        )
    }
    counted: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for (unit, group, channel), number in at.items():
        for u in (unit, ALL):
            for g in (group, ALL):
                counted["unit", u, g].append(number)
        for g in (group, ALL):
            for c in (channel, ALL):
                counted["channel", g, c].append(number)
    figures: Mapping[tuple[str, str, str], int | None] = {
        **{("unit", *name): n for name, n in read.units.items()},
        **{("channel", *name): n for name, n in read.channels.items()},
    }
    shown = [name for name, n in figures.items() if n is not None]
    known = lil_array((len(shown) + 1, len(at)))
    known[0, :] = 1.0
    for row, name in enumerate(shown, 1):
        known[row, counted[name]] = 1.0
    sums = np.array([read.total, *(figures[name] for name in shown)], dtype=float)
    found = {}
    for name in figures.keys() - set(shown):
        wanted = np.zeros(len(at))
        wanted[counted[name]] = 1.0
        low, high = (
            linprog(sign * wanted, A_eq=known.tocsr(), b_eq=sums, bounds=(0, None))
            for sign in (1, -1)
        )
        assert low.success
        assert high.success
        found[name] = -high.fun - low.fun
    return found
