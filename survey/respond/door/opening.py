"""Who may come in: the code on a poster or an invitation, and what to say where it opens nothing.

A small memory in each process spares the database: what is fixed once a campaign is open is kept
for good, read again where its end has changed or its plan has a new version; whether an entrance
is open only for two seconds, so that closing works everywhere within seconds.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import codes
from survey.fieldwork.entrances import stored_openings
from survey.model import (
    AuditEntry,
    Campaign,
    CampaignUnit,
    CoveredUnit,
    Entrance,
    Response,
    Sitting,
)
from survey.respond.door.renewal import Renewal
from survey.respond.questionnaire import Questionnaire, read_questionnaire
from survey.verification.amendments import AMEND

_FRESH_SECONDS = 2.0
_NOTHING = (-math.inf, None)
_MOST_KEPT = 4096
_LENGTHS = (codes.POSTER_LENGTH, codes.PERSONAL_LENGTH)


_AMENDED = (
    sa.select(sa.func.max(AuditEntry.id))
    .where(AuditEntry.action == AMEND, AuditEntry.subject == Campaign.code)
    .correlate(Campaign)
    .scalar_subquery()
    .label("amended")
)
# Built once: building a statement costs several times what running it does.
_ROW = sa.select(
    Entrance.id,
    Entrance.kind,
    Entrance.campaign_id,
    Entrance.unit_id,
    Entrance.group_code,
    Entrance.channel,
    Entrance.code_hash,
    Entrance.expires_at,
    Entrance.withdrawn_at,
    Campaign.state,
    Campaign.starts_at,
    Campaign.ends_at,
    Campaign.closed_at,
    _AMENDED,
).join(Campaign, Campaign.id == Entrance.campaign_id)
_BY_CODE = _ROW.where(Entrance.code == sa.bindparam("code"))
_COVERED = (
    sa.select(CoveredUnit.unit_id)
    .join(
        CampaignUnit,
        sa.and_(
            CampaignUnit.campaign_id == CoveredUnit.campaign_id,
            CampaignUnit.unit_id == CoveredUnit.unit_id,
        ),
    )
    .where(CoveredUnit.invitation_id == sa.bindparam("id"))
    .order_by(CampaignUnit.position)
)
_BY_HASH = _ROW.where(
    Entrance.code_hash.in_([sa.bindparam("own"), sa.bindparam("former"), sa.bindparam("foreign")])
)


class Closed(Enum):
    """Why an entrance does not open."""

    UNKNOWN = "unknown"
    MISTYPED = "mistyped"  # its check character is wrong: told before any look-up
    USED = "used"
    WITHDRAWN = "withdrawn"
    CODE_WITHDRAWN = "code_withdrawn"  # a one-time code, whose holder may scan a poster
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    OVER = "closed"


class EntranceClosed(Exception):  # noqa: N818  nothing failed: the page says why and where to go
    """The code opens nothing; `questionnaire` is there where the code is known."""

    def __init__(self, reason: Closed, questionnaire: Questionnaire | None = None) -> None:
        self.reason = reason
        self.questionnaire = questionnaire
        super().__init__(reason.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEntrance:
    """An entrance that lets a resident in, and what is asked behind it.

    `code_opening` shows that somebody held the one-time code.
    """

    entrance_id: int
    invited: bool
    group_code: str
    channel: str
    questionnaire: Questionnaire
    code_opening: bytes | None = None


class Memory:
    """What one process remembers of entrances; `ticks` is a monotonic clock in seconds."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._renewal = Renewal(ticks)
        self._rows: dict[str, tuple[float, Any]] = {}
        self._questionnaires: dict[tuple[Any, ...], Questionnaire] = {}

    def row(self, code: str, read: Callable[[], Any]) -> Any:
        """Return an entrance's row, read again if what is kept is older than one second."""
        read_at, row = self._rows.get(code, _NOTHING)
        if self._ticks() - read_at < _FRESH_SECONDS / 2:
            return row
        row = read()
        if row is not None and row.kind == "poster":
            if len(self._rows) >= _MOST_KEPT:
                self._rows.clear()
            self._rows[code] = (self._ticks(), row)
        return row

    def kept_row(self, code: str, *, waits: bool) -> Any:
        """Return an entrance's row if it is kept and not older than two seconds, else None.

        None, too, for the one who is to read it again, ahead of that, and may wait for it.
        """
        read_at, row = self._rows.get(code, _NOTHING)
        fresh = self._renewal.may_use(code, read_at, within=_FRESH_SECONDS, waits=waits)
        return row if fresh else None

    def kept_questionnaire(self, row: Any) -> Questionnaire | None:
        """Return what is asked behind a poster's row if it is kept."""
        return self._questionnaires.get(_key(row, [row.unit_id]))

    def questionnaire(self, session: Session, row: Any, unit_ids: Sequence[int]) -> Questionnaire:
        """Return what is asked about units behind an entrance, read once for each end it has."""
        key = _key(row, unit_ids)
        if key not in self._questionnaires:
            if len(self._questionnaires) >= _MOST_KEPT:
                self._questionnaires.clear()
            self._questionnaires[key] = read_questionnaire(
                session, campaign_id=row.campaign_id, unit_ids=unit_ids, amended=row.amended or 0
            )
        return self._questionnaires[key]


def open_entrance(
    session: Session, *, code: str, at: datetime, key: bytes, memory: Memory
) -> OpenEntrance:
    """Return what a code opens at a moment; raises EntranceClosed saying why it does not.

    `key` is the one invitation codes are hashed with. A used invitation still opens here: only
    the intake can tell a second answer from the first one sent twice.
    """
    if len(code) in _LENGTHS and set(code) <= set(codes.ALPHABET) and not codes.passes_check(code):
        raise EntranceClosed(Closed.MISTYPED)
    row = memory.row(code, lambda: _find(session, code, key))
    if row is None:
        raise EntranceClosed(Closed.UNKNOWN)
    if row.state == "draft":
        raise EntranceClosed(Closed.NOT_YET)
    several = row.kind == "sitting"
    unit_ids = session.scalars(_COVERED, {"id": row.id}).all() if several else [row.unit_id]
    questionnaire = memory.questionnaire(session, row, unit_ids)
    reason = _closed(row, at)
    if reason is not None:
        raise EntranceClosed(reason, questionnaire)
    opening = stored_openings(key, code)[bytes(row.code_hash)] if row.code_hash else None
    return _opened(row, questionnaire, code_opening=opening)


def remembered(code: str, *, at: datetime, memory: Memory, waits: bool) -> OpenEntrance | None:
    """Return what a poster's code opens, from memory alone; None where more must be asked."""
    row = memory.kept_row(code, waits=waits)
    if row is None or row.state == "draft" or row.code_hash or _closed(row, at) is not None:
        return None
    questionnaire = memory.kept_questionnaire(row)
    return _opened(row, questionnaire) if questionnaire else None


def _opened(
    row: Any, questionnaire: Questionnaire, *, code_opening: bytes | None = None
) -> OpenEntrance:
    return OpenEntrance(
        entrance_id=row.id,
        invited=row.kind != "poster",
        group_code=row.group_code,
        channel=row.channel,
        questionnaire=questionnaire,
        code_opening=code_opening,
    )


def _key(row: Any, unit_ids: Sequence[int]) -> tuple[Any, ...]:
    return (row.campaign_id, row.ends_at, row.closed_at, row.amended, *unit_ids)


def is_used(session: Session, entrance: OpenEntrance) -> bool:
    """Tell whether an invitation has brought its answer."""
    if not entrance.invited:
        return False
    if entrance.questionnaire.is_several:
        return session.get(Sitting, entrance.entrance_id) is not None
    query = sa.select(Response.id).where(Response.invitation_id == entrance.entrance_id)
    return session.scalar(query) is not None


def _find(session: Session, code: str, key: bytes) -> Any:
    if len(code) == codes.POSTER_LENGTH:
        return session.connection().execute(_BY_CODE, {"code": code}).one_or_none()
    if len(code) == codes.PERSONAL_LENGTH:
        hashes = zip(("own", "former", "foreign"), stored_openings(key, code), strict=True)
        return session.connection().execute(_BY_HASH, dict(hashes)).one_or_none()
    return None


def _closed(row: Any, at: datetime) -> Closed | None:
    if row.withdrawn_at is not None:
        return Closed.WITHDRAWN if row.kind == "poster" else Closed.CODE_WITHDRAWN
    if row.state != "open" or at > row.ends_at:
        return Closed.OVER
    if at < row.starts_at:
        return Closed.NOT_YET
    if row.expires_at is not None and at > row.expires_at:
        return Closed.EXPIRED
    return None
