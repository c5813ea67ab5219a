"""One-time codes committed: which there were, said before anybody could answer by them.

What a code opens by (its opening) is made of the code alone, by whoever types it; what is kept and
committed is only the hash of that. So whoever holds the database and every key still cannot answer
by a code that nobody has used: he would need the code.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import canonical, digest_of
from survey.ledger.tree import root
from survey.model import Campaign, CodeBatch, CodeCommitment, CoveredUnit, Entrance

KIND, VERSION = "public-review-code-commitment", 1
FORM = 2  # of a batch whose stored hashes are those that are committed

_ENTRANCE = cast(sa.Table, Entrance.__table__)
_BATCH = cast(sa.Table, CodeBatch.__table__)

Statement = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """The codes of a batch, as their commitments in order, and what they open."""

    number: int
    units: tuple[str, ...]
    group_code: str
    channel: str
    hashes: tuple[bytes, ...]


def commitment(opening: bytes) -> bytes:
    """Return what is committed of a code: SHA-256 of its opening."""
    return hashlib.sha256(opening).digest()


def root_of(batches: Iterable[Committed]) -> str:
    """Return the root (RFC 6962) over a leaf for each code, batch by batch in their order."""
    return root(leaf for batch in batches for leaf in _leaves(batch)).hex()


def _leaves(batch: Committed) -> Iterable[bytes]:
    stated = {"channel": batch.channel, "code": "", "group_code": batch.group_code}
    before, after = canonical(stated | {"units": list(batch.units)}).split(b'"code":""')
    before, after = b'\0%s"code":"' % before, b'"%s' % after
    for held in batch.hashes:
        yield hashlib.sha256(before + held.hex().encode() + after).digest()


def listed_batches(batches: Iterable[Committed]) -> list[dict[str, Any]]:
    """Return batches as a statement lists them."""
    return [
        {
            "batch": batch.number,
            "channel": batch.channel,
            "codes": len(batch.hashes),
            "group_code": batch.group_code,
            "units": list(batch.units),
        }
        for batch in batches
    ]


def statements_of(session: Session, campaign: Campaign) -> list[Statement]:
    """Return what was committed at the opening, and each addition since, in their order."""
    query = (
        sa.select(CodeCommitment.statement)
        .where(CodeCommitment.campaign_id == campaign.id)
        .order_by(CodeCommitment.number)
    )
    return list(session.scalars(query))


def statement_digests(session: Session, campaign: Campaign) -> str:
    """Return `number=digest` of each statement; nothing where no codes were committed."""
    said = statements_of(session, campaign)
    return ";".join(f"{each['number']}={digest_of(each)}" for each in said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the public reads of a statement: how many codes, not for whom."""

    number: int
    time: datetime
    size: int
    codes: int
    reason: str
    root: str
    digest: str


def shown_statements(session: Session, campaign: Campaign) -> list[Shown]:
    """Return what the public reads of the codes committed; nothing where none were."""
    return [
        Shown(
            number=each["number"],
            time=datetime.fromisoformat(each["time"]),
            size=each["size"],
            codes=each["codes"],
            reason=each["reason"],
            root=each["root"],
            digest=digest_of(each),
        )
        for each in statements_of(session, campaign)
    ]


def committed_batches(
    session: Session, campaign: Campaign, *, since: int = 0
) -> dict[int, Committed]:
    """Return the batches of a campaign's codes as they are stored, from a number on."""
    batches = {batch_key(row): row for row in batch_rows(session, campaign, since)}
    held: defaultdict[int, list[bytes]] = defaultdict(list)
    for row in _codes(session, campaign, since):
        *key, stored = row  # as in `of_batch`: by their names it takes three times as long
        batch = batches.get(tuple(key))
        if batch is not None:
            held[batch.first_code].append(stored if batch.form == FORM else commitment(stored))
    units = {entry.unit_id: entry.unit.code for entry in campaign.units}
    covered = _covered(session, campaign, units)
    return {
        batch.first_code: Committed(
            number=batch.first_code,
            units=covered.get(batch.first_code, ())
            if batch.unit_id is None
            else (units[batch.unit_id],),
            group_code=batch.group_code,
            channel=batch.channel,
            hashes=tuple(sorted(held[batch.first_code])),
        )
        for batch in batches.values()
    }


def batch_rows(session: Session, campaign: Campaign, since: int = 0) -> Sequence[Any]:
    """Return the batches of a campaign, from a number on."""
    of = _BATCH.c
    query = sa.select(*of_batch(_BATCH), of.first_code, of.form, of.issued, of.withdrawn)
    query = query.where(of.campaign_id == campaign.id, of.first_code >= since)
    return session.execute(query.order_by(of.first_code)).all()


def _codes(session: Session, campaign: Campaign, since: int) -> Iterable[Any]:
    of = _ENTRANCE.c
    query = sa.select(*of_batch(_ENTRANCE), of.code_hash).where(
        of.campaign_id == campaign.id,
        of.kind != "poster",
        of.collected.is_(sa.false()),
        of.id >= since,
    )
    return session.execute(query.execution_options(yield_per=20_000))


def of_batch(table: sa.Table) -> list[sa.ColumnElement[Any]]:
    """Return the columns by which a code is of a batch; moments as stored, for there are many."""
    of = table.c
    issued_at = sa.type_coerce(of.issued_at, sa.types.NullType()).label("issued_at")
    return [of.kind, of.unit_id, of.group_code, of.channel, of.issued_by, issued_at]


def batch_key(row: Any) -> tuple[object, ...]:
    """Return what a batch and its codes have alike."""
    return row.kind, row.unit_id, row.group_code, row.channel, row.issued_by, row.issued_at


def _covered(
    session: Session, campaign: Campaign, units: Mapping[int, str]
) -> dict[int, tuple[str, ...]]:
    query = (
        sa.select(CoveredUnit.invitation_id, CoveredUnit.unit_id)
        .join(CodeBatch, CodeBatch.first_code == CoveredUnit.invitation_id)
        .where(CodeBatch.campaign_id == campaign.id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for number, unit_id in session.execute(query):
        found[number].append(units[unit_id])
    return {number: tuple(sorted(codes)) for number, codes in found.items()}
