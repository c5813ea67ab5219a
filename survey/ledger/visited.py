"""The digests that visits to units, and the decisions on them, are recorded by."""

import hashlib
from datetime import UTC, datetime

from survey.canonical import canonical
from survey.model import OnSiteDecision, OnSiteVisit


def visit_digest(visit: OnSiteVisit, *, salt: bytes) -> str:
    """Return the digest of a visit, its photograph by its own digest.

    Salted by the campaign's random salt: who reads the audit cannot try out what was found.
    """
    return _salted(
        salt,
        {
            "at": _moment(visit.entered_at),
            "by": visit.entered_by,
            "day": visit.visited_on,
            "deduction": format(visit.deduction, "f"),
            "findings": visit.findings,
            "number": visit.number,
            "photo": visit.photo_digest,
            "place": visit.place,
            "seen": visit.seen,
            "unit": visit.unit_id,
        },
    )


def visit_decision_digest(decision: OnSiteDecision, *, number: int, salt: bytes) -> str:
    """Return the digest of a decision on the visit of this number."""
    return _salted(
        salt,
        {
            "approved_by": decision.approved_by,
            "at": _moment(decision.at),
            "by": decision.by,
            "outcome": decision.outcome,
            "position": decision.position,
            "reason": decision.reason,
            "visit": number,
        },
    )


def _salted(salt: bytes, said: dict[str, object]) -> str:
    return hashlib.sha256(salt + canonical(said)).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
