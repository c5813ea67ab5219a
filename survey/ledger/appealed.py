"""The digests that appeals and the steps taken on them are recorded by."""

import hashlib
from datetime import UTC, datetime

from survey.canonical import canonical
from survey.model import Appeal, AppealStep


def appeal_digest(appeal: Appeal, *, salt: bytes) -> str:
    """Return the digest of an appeal, its attachment by its own digest.

    Salted by the campaign's random salt: who reads the audit cannot try out what was written.
    """
    return _salted(
        salt,
        {
            "at": _moment(appeal.filed_at),
            "by": appeal.filed_by,
            "file": [appeal.file_name, appeal.file_digest],
            "matter": appeal.matter,
            "number": appeal.number,
            "release": appeal.release_id,
            "statement": appeal.statement,
            "unit": appeal.unit_id,
            "which": appeal.which,
        },
    )


def appeal_step_digest(step: AppealStep, *, number: int, salt: bytes) -> str:
    """Return the digest of a step on the appeal of this number."""
    return _salted(
        salt,
        {
            "appeal": number,
            "approved_by": step.approved_by,
            "at": _moment(step.at),
            "by": step.by,
            "content": step.content,
            "outcome": step.outcome,
            "position": step.position,
            "reason": step.reason,
            "release": step.release_id,
            "run": step.appraisal_id,
            "step": step.step,
        },
    )


def _salted(salt: bytes, said: dict[str, object]) -> str:
    return hashlib.sha256(salt + canonical(said)).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
