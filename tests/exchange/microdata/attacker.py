"""A reader who holds the microdata beside the public page and looks for numbers of few people."""

from collections import Counter, defaultdict
from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_array

from survey.publication.answered import ALL, Answered

Way = tuple[str, str, str]
WITHHELD = "withheld"
OPEN, INVITED = 0, 1


def told_apart(
    page: Answered,
    rows: Counter[tuple[str, str, int]],
    invited: dict[str, bool],
    is_wanted: Callable[[Way], bool],
) -> dict[Way, float]:
    """Return how closely each way in of a unit and group can be told, and each hidden number.

    `rows` count the microdata by unit, group and entry. By a linear programme over answers by unit,
    group and channel: what the page shows, and how many rows of the file say the same.
    """
    units = sorted({unit for unit, _ in page.units} - {ALL})
    groups = sorted({group for _, group in page.units} - {ALL})
    at = {
        way: number
        for number, way in enumerate((u, g, c) for u in units for g in groups for c in invited)
    }
    known, sums = _known(page, rows, invited, at)
    wanted: dict[Way, list[int]] = defaultdict(list)
    for (unit, group, channel), number in at.items():
        wanted[unit, group, f"entry {int(invited[channel])}"].append(number)
        if page.units[unit, group] is None:
            wanted[unit, group, "all"].append(number)
        if page.channels.get((group, channel), 0) is None:
            wanted[ALL, group, channel].append(number)
    return {name: _width(known, sums, places) for name, places in wanted.items() if is_wanted(name)}


def _known(
    page: Answered,
    rows: Counter[tuple[str, str, int]],
    invited: dict[str, bool],
    at: dict[Way, int],
) -> tuple[lil_array, np.ndarray]:
    counted: list[tuple[list[int], float]] = [([*at.values()], page.total)]
    for (unit, group), n in page.units.items():
        if n is not None:
            places = [at[way] for way in at if unit in {way[0], ALL} and group in {way[1], ALL}]
            counted.append((places, n))
    for (group, channel), n in page.channels.items():
        if n is not None:
            places = [at[way] for way in at if group in {way[1], ALL} and channel in {way[2], ALL}]
            counted.append((places, n))
    shown = {(unit, group) for unit, group, _entry in rows if group != WITHHELD}
    for unit, group in shown:
        for entry in (OPEN, INVITED):
            places = [
                at[way] for way in at if way[:2] == (unit, group) and invited[way[2]] == entry
            ]
            # Where all of a unit and group say how they came, this is how many came so.
            if not rows[unit, group, -2]:
                counted.append((places, rows[unit, group, entry]))
    known = lil_array((len(counted), len(at)))
    for row, (places, _n) in enumerate(counted):
        if places:
            known[row, places] = 1.0
    return known.tocsr(), np.array([n for _places, n in counted], dtype=float)


def _width(known: lil_array, sums: np.ndarray, places: list[int]) -> float:
    wanted = np.zeros(known.shape[1])
    wanted[places] = 1.0
    low, high = (
        linprog(sign * wanted, A_eq=known, b_eq=sums, bounds=(0, None)) for sign in (1, -1)
    )
    assert low.success
    assert high.success
    return -high.fun - low.fun
