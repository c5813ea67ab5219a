"""The ledger as it is stored: leaves with the answers, the growing edge, complete subtrees.

Every eighth level of the tree is kept beside the leaves, so that a proof reads a few blocks of
256 hashes however large the ledger is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger.tree import Frontier, subtree
from survey.model import Ledger, LedgerNode, Response
from survey.site.database import insert_new
from survey.site.prepared import Prepared, inserted

STEP = 8  # levels between those kept
_BLOCK = 1 << STEP

_LEDGER = cast(sa.Table, Ledger.__table__)
_NODE = cast(sa.Table, LedgerNode.__table__)
_RESPONSE = cast(sa.Table, Response.__table__)
_LOWEST = -(2**63)  # of a place; what is before the first one must not hide
_TAIL = Prepared(
    lambda _dialect, rows: (
        sa.select(_LEDGER.c.size, _LEDGER.c.frontier)
        .where(_LEDGER.c.campaign_id == rows[0]["campaign_id"])
        .with_for_update()
    ),
    [_LEDGER.c.campaign_id],
)
_GROWN = Prepared(
    lambda _dialect, rows: (
        sa.update(_LEDGER)
        .where(_LEDGER.c.campaign_id == rows[0]["campaign_id"])
        .values(size=rows[0]["size"], frontier=rows[0]["frontier"])
    ),
    list(_LEDGER.columns),
)
_NODES = inserted(_NODE, list(_NODE.columns))


@dataclass(slots=True)
class Tail:
    """The end of a campaign's ledger, held under lock until the transaction ends."""

    campaign_id: int
    frontier: Frontier
    _nodes: list[dict[str, int | bytes]]

    @property
    def next_index(self) -> int:
        """The index the next leaf gets."""
        return self.frontier.size

    def append(self, leaf: bytes) -> None:
        """Add a leaf; the caller stores it with its answer."""
        self._nodes += [
            {
                "campaign_id": self.campaign_id,
                "level": node.level,
                "position": node.position,
                "hash": node.hash,
            }
            for node in self.frontier.append(leaf)
            if node.level % STEP == 0
        ]

    def save(self, session: Session) -> None:
        """Write what has grown; without it the transaction must not be committed."""
        grown = {"size": self.frontier.size, "frontier": self.frontier.packed()}
        connection = session.connection()
        _GROWN.run(connection, [{"campaign_id": self.campaign_id, **grown}])
        _NODES.run(connection, self._nodes)
        self._nodes = []


def lock_tail(session: Session, *, campaign_id: int) -> Tail:
    """Lock a campaign's ledger and return its end; whoever else appends waits."""
    connection, of = session.connection(), {"campaign_id": campaign_id}
    found = _TAIL.run(connection, [of])
    if not found:
        connection.execute(insert_new(connection, _LEDGER), {**of, "size": 0, "frontier": b""})
        found = _TAIL.run(connection, [of])
    [(size, frontier)] = found
    return Tail(campaign_id, Frontier.unpack(size, frontier), [])


def read_frontier(session: Session, *, campaign_id: int) -> Frontier:
    """Return where a campaign's ledger ends; an empty one where nobody has answered."""
    row = session.get(Ledger, campaign_id)
    return Frontier.unpack(row.size, row.frontier) if row else Frontier()


def stored_answers(
    session: Session,
    columns: Sequence[sa.ColumnElement[Any]],
    *,
    campaign_id: int,
    at_once: int,
    below: int | None = None,
) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield a campaign's answers in the order of its ledger, of so many places at once.

    By their places, which an index finds among the answers of a hundred other campaigns; from the
    driver's own cursor, whose rows need no more than to be taken apart. All answers of one place
    come together, though there may be no two. Each read ends before what it gave is used.
    """
    place, of_campaign = _RESPONSE.c.leaf_index, _RESPONSE.c.campaign_id == campaign_id
    start: sa.BindParameter[int] = sa.bindparam("start")
    end: sa.BindParameter[int] = sa.bindparam("end")
    query = sa.select(*columns).where(of_campaign, place >= start, place < end).order_by(place)
    last = session.scalar(sa.select(sa.func.max(place)).where(of_campaign))
    until = (-1 if last is None else last) + 1
    until = until if below is None else min(until, below)
    for first in range(0, max(until, 1), at_once):
        # One bound on either side: of two SQLite would look for the rows by the wrong one.
        window = {"start": first or _LOWEST, "end": min(first + at_once, until)}
        result = session.connection().execute(query, window)
        rows = result.cursor.fetchall()
        result.close()
        if rows:
            yield rows


class Shelf:
    """The complete subtrees of a campaign, read in blocks of 256 and kept for one proof."""

    def __init__(self, session: Session, *, campaign_id: int) -> None:
        self._session = session
        self._campaign_id = campaign_id
        self._blocks: dict[tuple[int, int], Sequence[bytes]] = {}

    def perfect(self, level: int, position: int) -> bytes:
        """Return the hash of the subtree of 2**level leaves at a position."""
        above = level % STEP  # how far above a level that is kept
        return subtree(self._slice(level - above, position << above, 1 << above))

    def _slice(self, level: int, first: int, count: int) -> Sequence[bytes]:
        number, start = divmod(first, _BLOCK)
        if (level, number) not in self._blocks:
            self._blocks[level, number] = self._read(level, number * _BLOCK)
        return self._blocks[level, number][start : start + count]

    def _read(self, level: int, first: int) -> Sequence[bytes]:
        if level:
            place: sa.ColumnElement[int] = LedgerNode.position.expression
            query = sa.select(LedgerNode.hash).where(
                LedgerNode.campaign_id == self._campaign_id, LedgerNode.level == level
            )
        else:
            place = Response.leaf_index.expression
            query = sa.select(Response.leaf).where(Response.campaign_id == self._campaign_id)
        within = query.where(place >= first, place < first + _BLOCK).order_by(place)
        return self._session.scalars(within).all()
