"""What a system answers to a message: that it has the release, took it in, or will not."""

import json

from survey.model import ACKNOWLEDGED
from survey.office_files.signs import sign_fault
from survey.receivers.acknowledgements import Told

LONGEST_REFERENCE = 100
LONGEST_NOTE = 500


def told_by(answer: bytes) -> Told | None:
    """Return what an answer says of a release, None where it says nothing we know.

    It arrived all the same: nobody has to say more than 2xx.
    """
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("acknowledged") not in ACKNOWLEDGED:
        return None
    return Told(
        outcome=said["acknowledged"],
        reference=_text(said.get("reference"), LONGEST_REFERENCE),
        note=_text(said.get("note"), LONGEST_NOTE),
    )


def _text(said: object, longest: int) -> str:
    """Return words that an office can read, none where they are too long or hold hidden signs."""
    if not isinstance(said, str) or len(said) > longest or sign_fault(said):
        return ""
    return said
