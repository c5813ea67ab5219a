"""How many answered, shown so that nothing tells of few people: not a number, and not several.

Two tables are read together, answers by unit and group and by group and channel; how many came in
all everybody knows from the ledger.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, ProgressCounter, Unit
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.arrays import FloatArray
from survey.stats.disclosure import CannotHideError, PublishedSums, hide_small
from survey.stats.scipy_calls import block_diag
from survey.wording import problem_of

ALL = ""  # in the place of a unit, a group or a channel: of all of them

Way = tuple[str, str, str]
_Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Answers received, None where a number is not shown.

    `units` are by unit and group, `channels` by group and channel, `ALL` standing for the sums.
    """

    units: dict[_Pair, int | None]
    channels: dict[_Pair, int | None]
    total: int

    @property
    def n_hidden(self) -> int:
        """How many numbers are not shown."""
        return sum(n is None for table in (self.units, self.channels) for n in table.values())


def read_answered(session: Session, campaign: Campaign) -> Answered:
    """Return what is shown of a campaign's answers.

    Raises Refused where a number of few people could be told from what everybody knows.
    """
    scheme = scheme_of(campaign)
    return protected(
        _received(session, campaign),
        units=[entry.unit.code for entry in campaign.units],
        groups=[group.code for group in campaign.groups],
        smallest=scheme.privacy.smallest_cell,
        width=scheme.publication.hidden_width,
    )


def protected(
    received: Mapping[Way, int],
    *,
    units: Sequence[str],
    groups: Sequence[str],
    smallest: int,
    width: int,
) -> Answered:
    """Return the numbers that are shown of answers received by unit, group and channel.

    No number below `smallest` is shown but 0, and none that is not shown can be told closer than
    to within `width`. Raises Refused naming the number that cannot be hidden and those that give
    it away.
    """
    channels = sorted({channel for _unit, _group, channel in received})
    by_unit, by_channel = Counter[_Pair](), Counter[_Pair]()
    for (unit, group, channel), n in received.items():
        by_unit[unit, group] += n
        by_channel[group, channel] += n
    cells = [by_unit[cell] for cell in product(units, groups)]
    cells += [by_channel[cell] for cell in product(groups, channels)]
    places = [_places(units, groups), _places(groups, channels)]
    sums = _sums(np.array(cells, dtype=np.float64), (units, groups, channels), places)
    fixed = np.arange(sums.values.size) == sums.values.size - 1  # all: the size of the ledger
    try:
        shown = hide_small(sums, smallest=smallest, width=width, fixed=fixed)
    except CannotHideError as error:
        raise Refused([problem_of(error)]) from error
    told = [int(n) if here else None for n, here in zip(sums.values, shown, strict=True)]
    n_units = len(places[0])
    return Answered(
        units=dict(zip(places[0], told[:n_units], strict=True)),
        channels=dict(zip(places[1], told[n_units:-1], strict=True)),
        total=sum(received.values()),
    )


def _received(session: Session, campaign: Campaign) -> dict[Way, int]:
    by = (Unit.code, ProgressCounter.group_code, ProgressCounter.channel)
    query = (
        sa.select(*by, sa.func.sum(ProgressCounter.received))
        .join(Unit, Unit.id == ProgressCounter.unit_id)
        .where(ProgressCounter.campaign_id == campaign.id)
        .group_by(*by)
    )
    return {(unit, group, channel): int(n) for unit, group, channel, n in session.execute(query)}


def _places(rows: Sequence[str], columns: Sequence[str]) -> list[_Pair]:
    """Return the places of a table with its sums, in the order of `_table`."""
    sums = [(row, ALL) for row in rows] + [(ALL, column) for column in columns]
    return [*product(rows, columns), *sums]


def _table(n_rows: int, n_columns: int) -> FloatArray:
    """Return what each number of a table counts: its cells, their sums by row and by column."""
    rows, columns = np.eye(n_rows), np.eye(n_columns)
    by_row = np.kron(rows, np.ones(n_columns))
    return np.concatenate([np.kron(rows, columns), by_row, np.kron(np.ones(n_rows), columns)])


def _sums(
    cells: FloatArray, ways: tuple[Sequence[str], ...], places: list[list[_Pair]]
) -> PublishedSums:
    units, groups, channels = map(len, ways)
    of_units, of_channels = _table(units, groups), _table(groups, channels)
    parts = block_diag(of_units, of_channels)
    everything = np.repeat([1.0, 0.0], [units * groups, groups * channels])
    parts = np.concatenate([parts, everything[None]])
    # A group's answers about all units are its answers through all channels.
    by_group = of_units[-groups:], of_channels[groups * channels : groups * channels + groups]
    names = [" ".join(filter(None, place)) for table in places for place in table]
    return PublishedSums(
        names=(*names, "ALL"),
        values=parts @ cells,
        parts=parts,
        rules=np.concatenate([by_group[0], -by_group[1]], axis=1),
    )
