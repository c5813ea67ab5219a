"""Many answers in one transaction: the ledger locked once a campaign, one statement a table.

What may be refused (a second use of a code, a receipt that is taken, a sitting) goes the way of
one answer within the same transaction, so that this way needs no word on why.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from operator import itemgetter
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.forms.sheet import Sheet
from survey.ledger.book import Tail, lock_tail
from survey.ledger.leaf import StoredLeaves
from survey.model import Campaign, Entrance, ProgressCounter, Response, SourceSeen
from survey.respond.door.opening import OpenEntrance
from survey.respond.intake import (
    SALT_BYTES,
    Answer,
    Outcome,
    accept,
    answer_of,
    keep_words,
)
from survey.site.prepared import Prepared, counts_added, inserted, inserted_if_new

_RESPONSE = cast(sa.Table, Response.__table__)
_COUNTER = cast(sa.Table, ProgressCounter.__table__)
_SEEN = cast(sa.Table, SourceSeen.__table__)

_STATES = Prepared(
    lambda _dialect, rows: (
        sa.select(Entrance.id, Campaign.state, Entrance.withdrawn_at)
        .join(Campaign, Campaign.id == Entrance.campaign_id)
        .where(Entrance.id.in_([row["id"] for row in rows]))
    ),
    [Entrance.id],
)


def _stored(column: sa.Column[Any]) -> Prepared:
    """Return what finds which of some values are there."""
    return Prepared(
        lambda _dialect, rows: sa.select(column).where(
            column.in_([row[column.name] for row in rows])
        ),
        [column],
    )


_KNOWN = {each.name: _stored(each) for each in (_RESPONSE.c.receipt, _RESPONSE.c.invitation_id)}
_INSERTED = inserted(_RESPONSE, [column for column in _RESPONSE.columns if column.name != "id"])
_SEEN_FIRST = inserted_if_new(_SEEN)
_COUNTED = counts_added(_COUNTER)
_KEY = tuple(column.name for column in _COUNTER.primary_key)
_SUMS = ("received", "valid", "sources")
_STATED = tuple(column.name for column in _RESPONSE.columns if column.name not in {"id", "leaf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A sheet on its way in; `answer` is there where it is of a single unit."""

    entrance: OpenEntrance
    sheet: Sheet
    answer: Answer | None

    @property
    def campaign_id(self) -> int:
        """The campaign it belongs to."""
        return self.entrance.questionnaire.campaign.id


def handed_in(entrance: OpenEntrance, sheet: Sheet) -> HandedIn:
    """Return a sheet with all that can be made of it before the database is asked."""
    several = entrance.questionnaire.is_several
    answer = None if several else answer_of(entrance, sheet, 0)
    return HandedIn(entrance=entrance, sheet=sheet, answer=answer)


def accept_all(session: Session, sheets: Sequence[HandedIn]) -> list[Outcome]:
    """Store sheets in the caller's transaction, and say of each what `accept` would say.

    Campaigns are locked in the order of their numbers, so that two at once do not wait for each
    other. Raises IntegrityError where what is stored does not let one of them in.
    """
    connection = session.connection()
    campaigns = sorted({sheet.campaign_id for sheet in sheets})
    tails = {each: lock_tail(session, campaign_id=each) for each in campaigns}
    ended = _ended(connection, sheets)  # under the lock, which whoever closes takes too
    outcomes = [ended.get(sheet.entrance.entrance_id) for sheet in sheets]
    open_ones = [n for n, outcome in enumerate(outcomes) if outcome is None]
    plain = _unopposed(connection, {n: sheets[n] for n in open_ones})
    _store_all(connection, list(plain.values()), tails)
    for n in open_ones:
        outcomes[n] = Outcome.STORED if n in plain else _one(session, sheets[n], tails)
    for tail in tails.values():
        tail.save(session)
    return [outcome for outcome in outcomes if outcome is not None]


def _one(session: Session, sheet: HandedIn, tails: Mapping[int, Tail]) -> Outcome:
    tail = tails[sheet.campaign_id]
    return accept(session, entrance=sheet.entrance, sheet=sheet.sheet, tail=tail)


def _ended(connection: sa.Connection, sheets: Sequence[HandedIn]) -> dict[int, Outcome]:
    """Return the entrances that ended meanwhile, with what that makes of their answers."""
    ids = sorted({sheet.entrance.entrance_id for sheet in sheets})
    ended = {}
    for entrance_id, state, withdrawn_at in _STATES.run(connection, [{"id": id_} for id_ in ids]):
        if state != "open":
            ended[entrance_id] = Outcome.CLOSED
        elif withdrawn_at:
            ended[entrance_id] = Outcome.WITHDRAWN
    return ended


def _unopposed(connection: sa.Connection, sheets: Mapping[int, HandedIn]) -> dict[int, Answer]:
    """Return the answers that nothing stored, and nothing before them here, stands against."""
    singles = {n: sheet.answer for n, sheet in sheets.items() if sheet.answer is not None}
    rows = [answer.row for answer in singles.values()]
    taken = _known(connection, "receipt", rows)
    used = _known(connection, "invitation_id", [row for row in rows if row["invitation_id"]])
    plain = {}
    for n, answer in singles.items():
        receipt, invitation = answer.row["receipt"], answer.row["invitation_id"]
        if receipt in taken or invitation in used:
            continue
        taken.add(receipt)
        if invitation is not None:
            used.add(invitation)
        plain[n] = answer
    return plain


def _known(connection: sa.Connection, name: str, rows: Sequence[Mapping[str, Any]]) -> set[Any]:
    return {value for [value] in _KNOWN[name].run(connection, rows)}


def _store_all(
    connection: sa.Connection, answers: Sequence[Answer], tails: Mapping[int, Tail]
) -> None:
    if not answers:
        return
    _INSERTED.run(connection, _placed(answers, tails))
    worded = {answer.row["receipt"]: answer for answer in answers if answer.has_words}
    if worded:
        query = sa.select(_RESPONSE.c.receipt, _RESPONSE.c.id).where(
            _RESPONSE.c.receipt.in_(list(worded))
        )
        for receipt, response_id in connection.execute(query).all():
            keep_words(connection, worded[receipt], response_id)
    _count(connection, answers)


def _placed(answers: Sequence[Answer], tails: Mapping[int, Tail]) -> list[dict[str, Any]]:
    """Return the rows of answers, each at the next place of its campaign's ledger."""
    rows: dict[int, list[dict[str, Any]]] = {campaign_id: [] for campaign_id in tails}
    # At once: each call would let go of the interpreter's lock, and wait to have it back.
    salts = BytesIO(secrets.token_bytes(SALT_BYTES * len(answers)))
    for answer in answers:
        row = answer.row
        of_campaign = rows[row["campaign_id"]]
        place = tails[row["campaign_id"]].next_index + len(of_campaign)
        of_campaign.append({**row, "salt": salts.read(SALT_BYTES), "leaf_index": place})
    codes = {a.row["campaign_id"]: a.entrance.questionnaire.campaign.code for a in answers}
    for campaign_id, code in codes.items():
        stated = [_values(row) for row in rows[campaign_id]]
        for row, leaf in zip(rows[campaign_id], _leaves_of(code).leaves(stated), strict=True):
            row["leaf"] = leaf
            tails[campaign_id].append(leaf)
    return [row for of_campaign in rows.values() for row in of_campaign]


_values = itemgetter(*_STATED)


@lru_cache(maxsize=64)
def _leaves_of(campaign_code: str) -> StoredLeaves:
    return StoredLeaves(_STATED, campaign_code=campaign_code)


def _count(connection: sa.Connection, answers: Sequence[Answer]) -> None:
    new = _new_sources(connection, answers)
    added: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for answer, sources in zip(answers, new, strict=True):
        counted = answer.counted(sources=sources)
        sums = added[tuple([counted[name] for name in _KEY])]
        for place, name in enumerate(_SUMS):
            sums[place] += counted[name]
    rows = [
        dict(zip(_KEY, key, strict=True)) | dict(zip(_SUMS, sums, strict=True))
        for key, sums in sorted(added.items())
    ]
    _COUNTED.run(connection, rows)


def _new_sources(connection: sa.Connection, answers: Sequence[Answer]) -> list[int]:
    """Return 1 for each answer by a code or from a network new to its unit and group, else 0."""
    marked: dict[tuple[Any, ...], int] = {}
    new = []
    for n, answer in enumerate(answers):
        row = answer.row
        open_and_marked = not answer.entrance.invited and row["network_mark"] is not None
        new.append(int(not open_and_marked))
        if open_and_marked:
            key = (row["campaign_id"], row["unit_id"], row["group_code"], row["network_mark"])
            marked.setdefault(key, n)
    names = [column.name for column in _SEEN.primary_key]
    for key in _SEEN_FIRST.run(connection, [dict(zip(names, k, strict=True)) for k in marked]):
        new[marked[tuple(key)]] = 1
    return new
