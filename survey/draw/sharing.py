"""How many people of each stratum are drawn: as the plan says, held against the roster."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from survey.draw.roster import Person, Roster
from survey.draw.sizes import Line, Sizes
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import told_once
from survey.stats.arrays import FloatArray
from survey.stats.sampling import AllocationError, allocate
from survey.wording import problem_of

Key = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of a stratum's people are drawn, and how many stand in reserve."""

    drawn: int
    reserve: int


def by_stratum(roster: Roster) -> dict[Key, list[Person]]:
    """Return the people of each stratum, the strata in order."""
    found: defaultdict[Key, list[Person]] = defaultdict(list)
    for one in roster.people:
        found[one.unit_code, one.group_code, one.strata].append(one)
    return dict(sorted(found.items()))


def shares(sizes: Sizes, people: Mapping[Key, Sequence[Person]]) -> dict[Key, Share]:
    """Return how many are drawn of each stratum that has people.

    Raises Refused, by row and field of the plan, for a stratum nobody on the roster belongs to,
    and where more are wanted than there are, or fewer than one of each stratum.
    """
    found: dict[Key, Share] = {}
    for line in sizes.lines:
        found.update(_of_line(line, sizes, people))
    problems: list[Problem] = [
        each for line in sizes.lines[:1] for each in line.row.problems
    ]  # one list for all rows of the plan
    if problems:
        raise Refused(told_once(problems))
    return dict(sorted(found.items()))


def _of_line(
    line: Line, sizes: Sizes, people: Mapping[Key, Sequence[Person]]
) -> Iterator[tuple[Key, Share]]:
    pair = (line.unit_code, line.group_code)
    keys = [key for key in people if key[:2] == pair and (not line.strata or key[2] == line.strata)]
    if not keys:
        line.row.refuse(
            sizes.names[0] if line.strata else "group_code",
            zh="名册中没有这样的人；请核对名册，或删去这一行",
            en="nobody on the roster is of it; check the roster, or remove the row",
        )
        return
    if line.size is None:  # shared out by the line of the whole
        return
    counts = [len(people[key]) for key in keys]
    wanted = line.size.of(sum(counts))
    try:
        drawn = allocate(
            total=wanted,
            sizes=np.array(counts, dtype=np.intp),
            spread=_spread(line, sizes, keys),
            minimum=1 if line.strata else line.minimum,
        )
    except AllocationError as error:
        told = problem_of(error)
        line.row.refuse("size", zh=told.zh, en=told.en)
        return
    for key, count, n in zip(keys, counts, drawn.tolist(), strict=True):
        yield key, Share(drawn=n, reserve=min(line.reserve.of(n), count - n))


def _spread(line: Line, sizes: Sizes, keys: Sequence[Key]) -> FloatArray | None:
    told = [sizes.of(*key) for key in keys] if not line.strata else []
    spreads = [one.spread for one in told if one is not None and one.spread is not None]
    if not spreads:
        return None
    if len(spreads) < len(keys):
        line.row.refuse(
            "spread",
            zh="有的层填了标准差、有的没有；请各层都填，或都不填（按人数比例分配）",
            en="some strata have a spread and some have not; give all of them, or none (shared"
            " out in proportion to their people)",
        )
        return None
    return np.array([float(one) for one in spreads])
