"""The digests that case files and people's words on them are recorded by."""

import hashlib
from datetime import UTC

from survey.canonical import canonical, digest_of
from survey.model import ReviewCase, ReviewWord


def review_case_digest(case: ReviewCase) -> str:
    """Return the digest of a case file, its answers and all it shows."""
    return digest_of(
        {
            "content": case.content,
            "digest": case.digest,
            "group": case.group_code,
            "kind": case.kind,
            "n": case.n,
            "number": case.number,
            "responses": case.responses,
            "run": case.appraisal_id,
            "unit": case.unit_code,
        }
    )


def review_word_digest(word: ReviewWord, *, number: int, salt: bytes) -> str:
    """Return the digest of a word on the case of this number.

    Salted by the campaign's random salt: who reads the audit cannot try out what was said.
    """
    said = {
        "at": word.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": word.by,
        "case": number,
        "position": word.position,
        "reason": word.reason,
        "turn": word.turn,
        "verdict": word.verdict,
    }
    return hashlib.sha256(salt + canonical(said)).hexdigest()
