"""Each answer of a package against its leaf: opened, and compared with its row of the folder.

Openings come in the order of leaves and rows in the order of answers, which are mostly the same:
both are read once, side by side, and only what is ahead of its turn is held.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from survey.exchange.package import names
from survey.exchange.package.answers import at_row
from survey.exchange.package.committed import codes_of
from survey.exchange.package.opened import ANSWERS, Package, wrong
from survey.exchange.package.row_of_leaf import RowsOfLeaves
from survey.exchange.package.stated import Opening
from survey.ledger.committed.used import CodesUsed, answer_of, spans
from survey.ledger.leaf import leaf_of
from survey.problems import Problem

_MOST_TOLD, _TOLD_EVERY = 20, 100_000

Tell = Callable[[str], None]


@dataclass(slots=True)
class Opened:
    """What the openings of a package are found to be; `once` is one for each row, none twice."""

    codes: CodesUsed
    n: int = 0
    in_order: bool = True
    once: bool = True
    gone: list[int] = field(default_factory=list)
    unlike: list[int] = field(default_factory=list)
    fields: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    unlike_rows: list[int] = field(default_factory=list)
    digest: str = ""


def opened(package: Package, tell: Tell) -> Opened:
    """Read all openings of a package beside its rows; `tell` says how far it is.

    Raises what an odd file makes of its reader.
    """
    found, rows = Opened(codes=codes_of(package)), RowsOfLeaves(package)
    units = package.meanings.unit_id
    waiting: dict[int, Opening] = {}
    before, n_leaves = -1, len(package.leaves)
    for opening in package.openings():
        index, place, stated = opening.index, opening.place, opening.stated
        found.n += 1
        if found.n % _TOLD_EVERY == 0:
            tell(f"已核对 {found.n:,} 份答卷… / {found.n:,} answers compared …")
        found.in_order &= before < index < n_leaves
        found.gone += range(before + 1, min(index, n_leaves))
        before = max(before, index)
        if _leaf(opening, package) != package.leaves[index]:
            found.unlike.append(index)
        found.codes.take(index, answer_of(stated, unit=units[str(stated["unit_id"])]))
        found.once &= place >= rows.n and place not in waiting
        waiting[place] = opening
        while rows.n in waiting:
            _compare(found, rows, waiting.pop(rows.n))
    found.gone += range(before + 1, n_leaves)
    found.once &= not waiting and rows.n == package.answers.n
    found.digest = rows.digest()
    return found


def check_openings(package: Package, found: Opened) -> Iterator[Problem]:
    """Yield each leaf whose opening does not give it, each row that is not its opening."""
    yield from _leaves(found, n_leaves=len(package.leaves))
    if not found.once:
        yield wrong(names.OPENINGS, "与答卷不是一一对应", "are not one for each answer")
        return
    for place, fields in found.fields:
        yield from (
            at_row(place, of, "与存证不符", "is not what the ledger holds") for of in fields
        )
    if more := spans(place + 2 for place in found.unlike_rows[_MOST_TOLD:]):
        yield wrong(
            ANSWERS,
            f"另有第 {more} 行与存证不符",
            f"nor are rows {more} what the ledger holds",
        )
    if found.digest != package.run.data_digest:
        yield wrong(
            ANSWERS, "答卷的校验值不是发布的", "the digest of the answers is not the released"
        )


def _compare(found: Opened, rows: RowsOfLeaves, opening: Opening) -> None:
    """Compare the next row with its opening; of the first that differ each field is told."""
    place = rows.n
    fields = rows.take(opening.receipt.hex(), opening.stated)
    if fields:
        found.unlike_rows.append(place)
        if len(found.unlike_rows) <= _MOST_TOLD:
            found.fields.append((place, fields))


def _leaves(found: Opened, *, n_leaves: int) -> Iterator[Problem]:
    """Name every leaf without an opening, and every opening that does not give its leaf."""
    if found.gone:
        at = spans(found.gone)
        yield wrong(
            names.OPENINGS,
            f"第 {at} 条存证记录没有答卷：被删除",
            f"leaves {at} have no answer: it was dropped",
        )
    if not found.in_order:
        yield wrong(
            names.OPENINGS,
            f"{found.n} 条，存证有 {n_leaves} 份，或次序与存证不同",
            f"{found.n} openings of {n_leaves} leaves, or not in the order of the leaves",
        )
    for index in found.unlike[:_MOST_TOLD]:
        yield wrong(
            names.OPENINGS,
            "与这一条存证记录不符，被改动、增加或漏掉过",
            "does not give its leaf: changed, added or left out",
            row=index + 1,
        )
    if more := spans(found.unlike[_MOST_TOLD:]):
        yield wrong(
            names.OPENINGS,
            f"另有第 {more} 条存证记录不符",
            f"nor do leaves {more}, counted from 0",
        )


def _leaf(opening: Opening, package: Package) -> bytes:
    return leaf_of(
        package.manifest.campaign,
        opening.index,
        opening.receipt,
        opening.salt,
        opening.content,
    )
