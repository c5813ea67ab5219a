"""New versions of an opened plan as the record of deeds tells them: what, by whom, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import digest_of
from survey.model import AuditEntry, Campaign

AMEND = "campaign.amend"
EXTEND = "campaign.extend"
# What each deed may change of what the opening fixed; what scores are made of is in neither.
MAY_CHANGE: Mapping[str, frozenset[str]] = {
    EXTEND: frozenset({"campaign"}),
    AMEND: frozenset({"campaign", "scheme", "texts", "groups", "coefficients"}),
}


class Changed(NamedTuple):
    """One field that is another one: the part of the plan, the field, both values.

    `zh` and `en` say in words which field it is.
    """

    sheet: str
    at: str
    before: str
    after: str
    zh: str
    en: str

    def words(self, lang: str) -> str:
        """Return which field it is, in a language."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One version after the first: `before` and `after` are digests of all that is fixed."""

    version: int
    at: datetime
    proposed_by: str
    approved_by: str
    reason: str
    before: str
    after: str
    changes: tuple[Changed, ...]


def amendments_of(session: Session, campaign: Campaign) -> list[Amendment]:
    """Return the versions of an opened plan after the first, the oldest first."""
    query = sa.select(AuditEntry).filter_by(action=AMEND, subject=campaign.code)
    return [_told(entry) for entry in session.scalars(query.order_by(AuditEntry.id))]


def whole_digest(fixed: Mapping[str, str]) -> str:
    """Return one digest over all that the opening fixed, from those of its parts."""
    return digest_of(dict(fixed))


def _told(entry: AuditEntry) -> Amendment:
    said: Mapping[str, Any] = entry.detail
    return Amendment(
        version=said["version"],
        at=entry.at,
        proposed_by=said["proposed_by"],
        approved_by=entry.by,
        reason=said["reason"],
        before=said["before"],
        after=said["after"],
        changes=tuple(Changed(**change) for change in said["changes"]),
    )
