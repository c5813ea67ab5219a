"""Codes as they were committed, against those stored, the deeds that say so, and the answers."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import digest_of
from survey.ledger.committed.balance import BALANCE, Balance, balance_of
from survey.ledger.committed.commitments import (
    Committed,
    Statement,
    committed_batches,
    listed_batches,
    root_of,
    statements_of,
)
from survey.ledger.committed.used import Answer, CodesUsed
from survey.ledger.records import listed
from survey.model import Campaign, TreeHead
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered

Codes = tuple[list[Statement], dict[int, Committed]]

_TAKEN = (
    *("receipt", "invitation_id", "sitting_id", "code_opening", "channel", "group_code"),
    *("unit_id", "leaf_index"),
)
_DEEDS = ("campaign.open", "invitation.issue", "sitting.issue")


def codes_committed(session: Session, campaign: Campaign) -> Codes:
    """Return what was committed, and the codes as they are stored: of these there are many."""
    statements = statements_of(session, campaign)
    return statements, committed_batches(session, campaign) if statements else {}


def check_commitments(
    session: Session, campaign: Campaign, deeds: Deeds, codes: Codes
) -> list[Problem]:
    """Find codes that were put in, taken out or replaced since they were committed."""
    statements, batches = codes
    said = {
        entry["detail"]["commitment"]: entry["detail"]["commitment_digest"]
        for action in _DEEDS
        for entry in deeds.of(campaign, action)
        if "commitment" in entry["detail"]
    }
    found = {place: digest_of(each) for place, each in enumerate(statements, start=1)}
    if found != said:
        return [_unlike_deeds(min(dict(found.items() ^ said.items())))]
    heads = _sealing(session, campaign)
    problems = [_back_dated(each) for each in statements if _is_before_its_head(each, heads)]
    problems += [_unlike_codes(each) for each in statements if not _holds(each, batches)]
    listed = {entry["batch"] for each in statements for entry in each["batches"]}
    return problems + [_not_committed(number) for number in sorted(batches.keys() - listed)][:1]


def check_balance(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find codes that do not add up, and a balance that two signed and that is another now."""
    balance = balance_of(session, campaign)
    if campaign.anonymised_at is not None:  # which codes were used is gone
        return balance.problems()
    # Each of them, so that nobody covers what changed by signing anew.
    signed = (entry["detail"] for entry in deeds.of(campaign, BALANCE))
    unlike = next((said for said in signed if said["digest"] != balance.digest()), None)
    return balance.problems() + ([_unlike_signed(unlike, balance)] if unlike else [])


def _unlike_signed(said: Mapping[str, Any], balance: Balance) -> Problem:
    was = {name: int(said[name]) for name in ("made", "used", "void", "left")}
    now = balance.totals()
    named = {"made": "制发", "used": "已用", "void": "停用", "left": "未用"}
    zh = "、".join(f"{named[name]} {was[name]} 个，现为 {now[name]} 个" for name in was)
    en = ", ".join(f"{name} {was[name]}, now {now[name]}" for name in was)
    return altered(
        "codes",
        f"评议码收支与两人确认的不同：确认时{zh}",
        f"the balance of codes is not the one that two signed: {en}",
    )


def taken_by(used: CodesUsed, campaign: Campaign) -> Callable[[Mapping[str, Sequence[Any]]], None]:
    """Return what looks at stored answers in passing, many at once by their columns.

    What an answer was given by is gone once it is anonymous: nothing is said of those.
    """
    units = {entry.unit_id: entry.unit.code for entry in campaign.units}

    def take(columns: Mapping[str, Sequence[Any]]) -> None:
        if not used.is_on:
            return
        for receipt, invitation, sitting, opening, channel, group, unit, index in zip(
            *(columns[name] for name in _TAKEN), strict=True
        ):
            by_code = invitation is not None or sitting is not None
            if receipt is None or not (by_code or opening or used.takes_code(channel)):
                continue
            answer = Answer(units[unit], group, channel, by_code, opening or b"")
            used.take(index, answer)

    return take


def _holds(statement: Statement, batches: Mapping[int, Committed]) -> bool:
    numbers = [entry["batch"] for entry in statement["batches"]]
    if not set(numbers) <= batches.keys():
        return False
    held = [batches[number] for number in numbers]
    return (listed_batches(held), root_of(held)) == (statement["batches"], statement["root"])


def _sealing(session: Session, campaign: Campaign) -> list[tuple[int, frozenset[str]]]:
    """Return of each head its size, and the numbers of the statements that it seals."""
    query = sa.select(TreeHead.size, TreeHead.records).where(TreeHead.campaign_id == campaign.id)
    return [
        (size, frozenset(listed((records or {}).get("commitments", ""))))
        for size, records in session.execute(query.order_by(TreeHead.id))
    ]


def _is_before_its_head(statement: Statement, heads: Sequence[tuple[int, frozenset[str]]]) -> bool:
    """Say whether a statement claims a place of the ledger at which a head knows nothing of it."""
    number = str(statement["number"])
    without = itertools.takewhile(lambda head: number not in head[1], heads)
    return any(size > statement["size"] for size, _numbers in without)


def _back_dated(statement: Statement) -> Problem:
    number, size = statement["number"], statement["size"]
    return altered(
        "commitments",
        f"第 {number} 次公布的评议码说是在 {size} 份答卷时公布的，此后的总校验码里却还没有它：倒签",
        f"commitment {number} of codes says it was made at {size} answers, and a later head knows"
        " nothing of it: it is dated back",
    )


def _unlike_deeds(number: int) -> Problem:
    return altered(
        "commitments",
        f"第 {number} 次公布的评议码与操作记录不符",
        f"commitment {number} of codes is not what the audit says",
    )


def _unlike_codes(statement: Statement) -> Problem:
    number = statement["number"]
    return altered(
        "commitments",
        f"现有的评议码不是第 {number} 次公布的那些：有被添加、删除或替换的",
        f"the codes are not those of commitment {number}: some were added, removed or replaced",
    )


def _not_committed(number: int) -> Problem:
    return altered(
        "commitments",
        f"第 {number} 批评议码没有公布过",
        f"batch {number} of codes was never committed",
    )
