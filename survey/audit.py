"""Who did what: one entry per deed, written in the deed's own transaction.

Each entry's hash is over the hash of the one before it, so that none can be changed, taken out or
put in between without every later one telling.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import canonical
from survey.model import AuditEntry, AuditTail
from survey.site.database import insert_new

SYSTEM = "system"
STRANGER = "stranger"  # whoever tried to sign in and could not
NOTHING_YET = bytes(32)

_ENTRY = cast(sa.Table, AuditEntry.__table__)
_TAIL = cast(sa.Table, AuditTail.__table__)
_CHUNK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The end of the chain: how many entries, and the hash of the newest."""

    entries: int = 0
    hash: bytes = NOTHING_YET


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry with its place in the chain, and the hash that it should have."""

    entry: Mapping[str, Any]
    place: int
    expected: bytes

    @property
    def holds(self) -> bool:
        """Whether the entry is what was written there."""
        return bool(self.entry["hash"] == self.expected)


def record(
    session: Session, *, by: str, at: datetime, action: str, subject: str, **detail: Any
) -> None:
    """Add an entry to the audit; `detail` must be JSON and hold no answer, address or secret.

    From here to the commit no other deed is recorded, so it comes last in its transaction.
    """
    session.flush()
    tail = _locked_tail(session)
    entry = {"at": at, "by": by, "action": action, "subject": subject, "detail": detail}
    entry["hash"] = _hash(tail.hash, entry)
    session.execute(sa.insert(AuditEntry), entry)
    grown = {"entries": tail.entries + 1, "hash": entry["hash"]}
    session.connection().execute(sa.update(_TAIL).values(grown))


def chain_end(session: Session) -> Chain:
    """Return where the chain ends."""
    row = session.execute(sa.select(_TAIL.c.entries, _TAIL.c.hash)).one_or_none()
    return Chain(entries=row.entries, hash=row.hash) if row else Chain()


def links(session: Session) -> Iterator[Link]:
    """Yield every entry, the oldest first, with what its hash must be after the one before."""
    before = NOTHING_YET
    query = sa.select(_ENTRY).order_by(_ENTRY.c.id).execution_options(yield_per=_CHUNK)
    for place, entry in enumerate(map(dict, session.execute(query).mappings()), start=1):
        yield Link(entry=entry, place=place, expected=_hash(before, entry))
        before = entry["hash"]


def _locked_tail(session: Session) -> Chain:
    query = sa.select(_TAIL.c.entries, _TAIL.c.hash).with_for_update()
    row = session.execute(query).one_or_none()
    if row is None:
        first = {"id": 1, "entries": 0, "hash": NOTHING_YET}
        session.execute(insert_new(session.connection(), _TAIL), first)
        row = session.execute(query).one()
    return Chain(entries=row.entries, hash=row.hash)


def _hash(before: bytes, entry: Mapping[str, Any]) -> bytes:
    said = {name: entry[name] for name in ("action", "by", "detail", "subject")}
    said["at"] = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(before + canonical(said)).digest()
