"""The ledger recomputed from the rows: the first leaf that is wrong, missing or too many.

Against whoever can write to the database it takes the signed heads, above all those kept outside
the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import local_minute
from survey.ledger.anonymous import kept_digest
from survey.ledger.book import STEP, read_frontier, stored_answers
from survey.ledger.checker import CheckFailed, Head, check_head, receipt_code
from survey.ledger.committed.used import spans
from survey.ledger.head import signed_at
from survey.ledger.leaf import StoredLeaves
from survey.ledger.tree import PackedTree
from survey.model import AuditEntry, Campaign, LedgerNode, Response
from survey.problems import Problem

Columns = Mapping[str, Sequence[Any]]
EachMany = Callable[[Columns], None]

_RESPONSE = cast(sa.Table, Response.__table__)
_NAMES = tuple(_RESPONSE.c.keys())
_AT_ONCE = 500  # more at once are not in the processor's own memory when they are spelled
_MOST_TOLD = 20
_NO_LEAF = bytes(32)


@dataclass(slots=True)
class _Recomputed:
    leaves: bytearray = field(default_factory=bytearray)
    tree: PackedTree = field(default_factory=lambda: PackedTree(b""))
    problems: list[Problem] = field(default_factory=list)
    more: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many leaves there are so far."""
        return len(self.leaves) // len(_NO_LEAF)

    def tell(self, problem: Problem, index: int) -> None:
        """Keep what is wrong with a leaf: the first in words, of all others the number."""
        if len(self.problems) < _MOST_TOLD:
            self.problems.append(problem)
        else:
            self.more.append(index)


def inspect(
    session: Session,
    *,
    campaign: Campaign,
    heads: Sequence[Head],
    keys: Mapping[str, str],
    each: EachMany = lambda _columns: None,
) -> list[Problem]:
    """Return what is wrong with a campaign's ledger, the lowest leaf first; empty is right.

    `heads` are all that were ever signed, from wherever they are kept; `keys` are the public keys
    that signed them, by their short names. `each` is given every row of the ledger in passing,
    many at once by their columns, so that nobody has to read them again.
    """
    stored = read_frontier(session, campaign_id=campaign.id)
    done = _recompute(session, campaign, each, size=stored.size)
    problems = done.problems + _blocks(session, campaign, done) + _let_go(session, campaign)
    problems += _ends(session, campaign, size=stored.size, found=done.size)
    if not problems and stored.root().hex() != done.tree.root(done.size):
        problems.append(
            _problem("存证的总校验码与答卷不符", "the stored root disagrees with the rows")
        )
    for head in heads:
        problems += _against(head, done, keys, zone=campaign.timezone)
    return problems[:_MOST_TOLD] + ([_others(done.more)] if done.more else [])


def _recompute(session: Session, campaign: Campaign, each: EachMany, *, size: int) -> _Recomputed:
    done, leaves = _Recomputed(), StoredLeaves(_NAMES, campaign_code=campaign.code)
    for rows in stored_answers(
        session, list(_RESPONSE.c), campaign_id=campaign.id, at_once=_AT_ONCE, below=size
    ):
        columns = dict(zip(_NAMES, zip(*rows, strict=True), strict=True))
        _append(done, columns, _leaves(rows, columns, campaign, leaves))
        each(columns)
    done.tree = PackedTree(done.leaves)
    return done


def _append(done: _Recomputed, columns: Columns, leaves: Sequence[bytes]) -> None:
    """Add leaves of rows to the tree, each after those that are missing before it."""
    places, stored = columns["leaf_index"], columns["leaf"]
    if (*leaves,) == stored and places == (*range(done.size, done.size + len(leaves)),):
        done.leaves += b"".join(leaves)
        return
    for place, leaf, kept, receipt in zip(places, leaves, stored, columns["receipt"], strict=True):
        for missing in range(done.size, place):
            done.tell(_missing(missing), missing)
            done.leaves += _NO_LEAF
        if leaf != kept:
            done.tell(_changed(place, receipt), place)
        done.leaves += leaf


def _leaves(
    rows: Sequence[Any], columns: Columns, campaign: Campaign, stored: StoredLeaves
) -> list[bytes]:
    """Return the leaf of each row; the stored one where its answer was let go of, and may be."""
    if campaign.anonymised_at is None:
        return stored.leaves_of([*columns.values()])
    of = zip(rows, columns["receipt"], columns["leaf"], strict=True)
    return [
        _as_long(leaf) if receipt is None else stored.leaves([row])[0] for row, receipt, leaf in of
    ]


def _as_long(leaf: bytes) -> bytes:
    """Return a leaf, or none where one is not as long: it would move all that come after it."""
    return leaf if len(leaf) == len(_NO_LEAF) else _NO_LEAF


def _let_go(session: Session, campaign: Campaign) -> list[Problem]:
    """Find what was changed of anonymous answers: the digest taken at the time disagrees."""
    if campaign.anonymised_at is None:
        return []
    query = sa.select(AuditEntry.detail).where(
        AuditEntry.action == "campaign.anonymise", AuditEntry.subject == campaign.code
    )
    said = [detail.get("kept_digest") for detail in session.scalars(query)]
    if said == [campaign.anonymised_digest] == [kept_digest(session, campaign=campaign)]:
        return []
    return [
        _problem(
            "匿名处理之后，答卷的内容、匿名处理的记录或其校验值被改动",
            "since the answers were made anonymous, they, the entry of it or its digest changed",
        )
    ]


def _blocks(session: Session, campaign: Campaign, done: _Recomputed) -> list[Problem]:
    """Find answers changed together with their leaf: the block of 256 disagrees."""
    if done.problems:
        return []
    query = sa.select(LedgerNode.position, LedgerNode.hash).where(
        LedgerNode.campaign_id == campaign.id, LedgerNode.level == STEP
    )
    kept = {row.position: row.hash for row in session.execute(query)}
    found = enumerate(done.tree.complete(STEP))
    return [
        _problem(
            f"第 {start}–{start + 2**STEP - 1} 条记录中有被改动的",
            f"one of leaves {start}-{start + 2**STEP - 1} was changed together with its hash",
        )
        for start, known, now in (
            (position << STEP, kept.get(position), now) for position, now in found
        )
        if known != now
    ]


def _ends(session: Session, campaign: Campaign, *, size: int, found: int) -> list[Problem]:
    if found < size:
        return [_missing(index) for index in range(found, min(size, found + _MOST_TOLD))]
    query = sa.select(_RESPONSE).where(
        _RESPONSE.c.campaign_id == campaign.id, _RESPONSE.c.leaf_index >= size
    )
    extra = session.execute(query.order_by(_RESPONSE.c.leaf_index).limit(_MOST_TOLD))
    return [
        _problem(
            f"多出第 {row.leaf_index} 条记录{_named(row.receipt, '，回执 ')}",
            f"leaf {row.leaf_index} is too many{_named(row.receipt, ', receipt ')}",
        )
        for row in extra
    ]


def _against(head: Head, done: _Recomputed, keys: Mapping[str, str], *, zone: str) -> list[Problem]:
    size, time = head["size"], local_minute(signed_at(head), zone)
    try:
        check_head(head, keys.get(head["key_id"], ""))
    except CheckFailed as failed:
        return [_problem(f"{time} 的总校验码：{failed}", f"head of {time}: {failed}")]
    if size > done.size:
        return [
            _problem(
                f"{time} 签名的总校验码有 {size} 份答卷，现在只有 {done.size} 份："
                "可能恢复了较旧的备份，或答卷被删除",
                f"the head signed at {time} counts {size} answers, only {done.size} are "
                "here: an older backup was restored, or answers were removed",
            )
        ]
    if not done.problems and done.tree.root(size) != head["root"]:
        return [
            _problem(
                f"前 {size} 条记录与 {time} 签名的总校验码不符",
                f"the first {size} leaves are not those of the head signed at {time}",
            )
        ]
    return []


def _missing(index: int) -> Problem:
    return _problem(f"缺少第 {index} 条记录", f"leaf {index} is missing")


def _changed(index: int, receipt: bytes | None) -> Problem:
    return _problem(
        f"第 {index} 条记录被改动{_named(receipt, '，回执 ')}",
        f"leaf {index} was changed{_named(receipt, ', receipt ')}",
    )


def _others(indices: Sequence[int]) -> Problem:
    at = spans(indices)
    return _problem(f"另有第 {at} 条记录缺少或被改动", f"missing or changed besides: leaves {at}")


def _named(receipt: bytes | None, before: str) -> str:
    """Return the receipt that finds a row; none where it was dropped."""
    return before + receipt_code(receipt) if receipt else ""


def _problem(zh: str, en: str) -> Problem:
    return Problem(field="ledger", zh=zh, en=en)
