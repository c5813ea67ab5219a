"""The ledger recomputed from the rows: the first leaf that is wrong, missing or too many.

Against whoever can write to the database it takes the signed heads, above all those kept outside
the database.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import local_minute
from survey.ledger.anonymous import kept_digest
from survey.ledger.book import STEP, read_frontier
from survey.ledger.checker import CheckFailed, Head, check_head, receipt_code
from survey.ledger.committed.used import spans
from survey.ledger.head import signed_at
from survey.ledger.leaf import StoredLeaves
from survey.ledger.tree import Frontier
from survey.model import AuditEntry, Campaign, LedgerNode, Response
from survey.problems import Problem

EachRow = Callable[[Any], None]

_RESPONSE = cast(sa.Table, Response.__table__)
_CHUNK = 5_000
_MOST_TOLD = 20


@dataclass(slots=True)
class _Recomputed:
    frontier: Frontier = field(default_factory=Frontier)
    roots: dict[int, bytes] = field(default_factory=dict)
    nodes: dict[int, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    more: list[int] = field(default_factory=list)

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
    each: EachRow = lambda _row: None,
) -> list[Problem]:
    """Return what is wrong with a campaign's ledger, the lowest leaf first; empty is right.

    `heads` are all that were ever signed, from wherever they are kept; `keys` are the public keys
    that signed them, by their short names. `each` is given every row of the ledger in passing, so
    that nobody has to read them again.
    """
    wanted = {head["size"] for head in heads}
    stored = read_frontier(session, campaign_id=campaign.id)
    done = _recompute(session, campaign, each, size=stored.size, wanted=wanted)
    problems = done.problems + _blocks(session, campaign, done) + _let_go(session, campaign)
    problems += _ends(session, campaign, size=stored.size, found=done.frontier.size)
    if not problems and stored.root() != done.frontier.root():
        problems.append(
            _problem("存证的总校验码与答卷不符", "the stored root disagrees with the rows")
        )
    for head in heads:
        problems += _against(head, done, keys, zone=campaign.timezone)
    return problems[:_MOST_TOLD] + ([_others(done.more)] if done.more else [])


def _recompute(
    session: Session, campaign: Campaign, each: EachRow, *, size: int, wanted: set[int]
) -> _Recomputed:
    done = _Recomputed(roots={0: Frontier().root()})
    leaves = StoredLeaves(_RESPONSE.c.keys(), campaign_code=campaign.code)
    for rows in _stored(session, campaign, size):
        for row, leaf in zip(rows, _leaves(rows, campaign, leaves), strict=True):
            _append(done, row, leaf, wanted)
            each(row)
    return done


def _append(done: _Recomputed, row: Any, leaf: bytes, wanted: set[int]) -> None:
    """Add a row's leaf to the tree, after those that are missing before it."""
    frontier = done.frontier
    while frontier.size < row.leaf_index:
        done.tell(_missing(frontier.size), frontier.size)
        frontier.append(bytes(32))
    if leaf != row.leaf:
        done.tell(_changed(row), row.leaf_index)
    for node in frontier.append(leaf):
        if node.level == STEP:
            done.nodes[node.position] = node.hash
    if frontier.size in wanted:
        done.roots[frontier.size] = frontier.root()


def _stored(session: Session, campaign: Campaign, size: int) -> Iterator[Sequence[Any]]:
    """Return the first rows of a ledger in its order, many at once."""
    query = (
        sa.select(_RESPONSE)
        .where(_RESPONSE.c.campaign_id == campaign.id, _RESPONSE.c.leaf_index < size)
        .order_by(_RESPONSE.c.leaf_index)
        .execution_options(yield_per=_CHUNK)
    )
    return session.execute(query).partitions()


def _leaves(rows: Sequence[Any], campaign: Campaign, stored: StoredLeaves) -> list[bytes]:
    """Return the leaf of each row; the stored one where its answer was let go of, and may be."""
    if campaign.anonymised_at is None:
        return stored.leaves(rows)
    return [row.leaf if row.receipt is None else stored.leaves([row])[0] for row in rows]


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
    return [
        _problem(
            f"第 {start}–{start + 2**STEP - 1} 条记录中有被改动的",
            f"one of leaves {start}-{start + 2**STEP - 1} was changed together with its hash",
        )
        for start, known, found in (
            (position << STEP, kept.get(position), found) for position, found in done.nodes.items()
        )
        if known != found
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
            f"多出第 {row.leaf_index} 条记录{_named(row, '，回执 ')}",
            f"leaf {row.leaf_index} is too many{_named(row, ', receipt ')}",
        )
        for row in extra
    ]


def _against(head: Head, done: _Recomputed, keys: Mapping[str, str], *, zone: str) -> list[Problem]:
    size, time = head["size"], local_minute(signed_at(head), zone)
    try:
        check_head(head, keys.get(head["key_id"], ""))
    except CheckFailed as failed:
        return [_problem(f"{time} 的总校验码：{failed}", f"head of {time}: {failed}")]
    if size > done.frontier.size:
        return [
            _problem(
                f"{time} 签名的总校验码有 {size} 份答卷，现在只有 {done.frontier.size} 份："
                "可能恢复了较旧的备份，或答卷被删除",
                f"the head signed at {time} counts {size} answers, only {done.frontier.size} are "
                "here: an older backup was restored, or answers were removed",
            )
        ]
    if not done.problems and done.roots[size].hex() != head["root"]:
        return [
            _problem(
                f"前 {size} 条记录与 {time} 签名的总校验码不符",
                f"the first {size} leaves are not those of the head signed at {time}",
            )
        ]
    return []


def _missing(index: int) -> Problem:
    return _problem(f"缺少第 {index} 条记录", f"leaf {index} is missing")


def _changed(row: Any) -> Problem:
    index = row.leaf_index
    return _problem(
        f"第 {index} 条记录被改动{_named(row, '，回执 ')}",
        f"leaf {index} was changed{_named(row, ', receipt ')}",
    )


def _others(indices: Sequence[int]) -> Problem:
    at = spans(indices)
    return _problem(f"另有第 {at} 条记录缺少或被改动", f"missing or changed besides: leaves {at}")


def _named(row: Any, before: str) -> str:
    """Return the receipt that finds a row; none where it was dropped."""
    return before + receipt_code(row.receipt) if row.receipt else ""


def _problem(zh: str, en: str) -> Problem:
    return Problem(field="ledger", zh=zh, en=en)
