"""The series of parcels that this side sends, as the record of deeds has them.

What was sent is told by that record alone, which is chained and sealed: there is no other list
that could be altered apart from it. A parcel is made again from it to the byte, even by a later
key, so that a lost stick costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.airgap.parcel import SCORES, file_name
from survey.model import AuditEntry, Campaign, Release
from survey.problems import Refused

_SENT, _RETURNED = "parcel.send", "parcel.receipt"
_TO = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,29}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the receiving side said of a parcel; without `key_id` it was not signed."""

    receiver: str
    received_at: str
    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A parcel on record: its manifest and signature, what is in it, and what came back."""

    to: str
    series: str
    number: int
    digest: str
    manifest: Mapping[str, Any]
    signature: str
    releases: tuple[tuple[str, int], ...]
    by: str
    at: datetime
    receipt: Receipt | None

    @property
    def name(self) -> str:
        """Return what its file is called."""
        return file_name(self.series, self.number)

    @property
    def release_names(self) -> list[str]:
        """Return the public codes of the releases in it."""
        return [_name_in(name) for name in self.manifest["files"]]


def check_name(to: str) -> str:
    """Return the name of a receiving side; raises Refused unless letters, digits and hyphens."""
    if not _TO.fullmatch(to):
        raise Refused.of(
            field="to",
            zh="接收方代号只能用英文字母、数字和“-”，1到30个字符，例如 city",
            en="name the receiving side by letters, digits and `-`, 30 at most, as `city`",
        )
    return to


def read_sent(session: Session, *, to: str | None = None) -> list[Sent]:
    """Return the parcels on record, to one receiving side or to all, the oldest first."""
    query = sa.select(AuditEntry).where(AuditEntry.action.in_((_SENT, _RETURNED)))
    entries = session.scalars(query.order_by(AuditEntry.id)).all()
    receipts = _receipts([entry for entry in entries if entry.action == _RETURNED])
    return [
        _sent(entry, receipts)
        for entry in entries
        if entry.action == _SENT and to in {None, entry.detail["to"]}
    ]


def release_of(session: Session, *, code: str, number: int) -> Release:
    """Return a release that a parcel holds; raises Refused where it is gone."""
    query = sa.select(Release).join(Campaign, Campaign.id == Release.campaign_id)
    found = session.scalar(query.where(Campaign.code == code, Release.number == number))
    if found is None:
        raise Refused.of(
            field=code,
            zh=f"传递包里的第 {number} 次发布不在数据库里；请先运行 survey verify",
            en=f"release {number} of a parcel is not in the database; run `survey verify`",
        )
    return found


def _sent(entry: AuditEntry, receipts: Mapping[str, Mapping[int, Receipt]]) -> Sent:
    detail = entry.detail
    back = receipts.get(entry.subject, {})
    # A side takes parcels in their order alone: who has number 5 has all before it.
    covering = [number for number in sorted(back) if number >= detail["number"]]
    return Sent(
        to=detail["to"],
        series=entry.subject,
        number=detail["number"],
        digest=detail["digest"],
        manifest=detail["manifest"],
        signature=detail["signature"],
        releases=tuple((code, number) for code, number in detail["releases"]),
        by=entry.by,
        at=entry.at,
        receipt=back[covering[0]] if covering else None,
    )


def _receipts(entries: Sequence[AuditEntry]) -> dict[str, dict[int, Receipt]]:
    found: dict[str, dict[int, Receipt]] = {}
    for entry in entries:
        detail = entry.detail
        found.setdefault(entry.subject, {})[detail["number"]] = Receipt(
            receiver=detail["receiver"], received_at=detail["received_at"], key_id=detail["key_id"]
        )
    return found


def _name_in(file: str) -> str:
    return file.removeprefix(SCORES).removesuffix(".json")
