"""What a document leaves to be understood: moments without an offset, English left out.

It is written out where the document is read, so that all who use one find it said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from survey.office_files.times import moment_in
from survey.scheme.kinds import ZONE

_PAIRS = {"zh": "en", "title_zh": "title_en", "name_zh": "name_en"}


def with_moments(document: dict[str, Any]) -> dict[str, Any]:
    """Return a scheme with its period as moments: plain ones are of the campaign's zone.

    What cannot be understood is left to be refused.
    """
    campaign = document.get("campaign")
    fieldwork = campaign.get("fieldwork") if isinstance(campaign, Mapping) else None
    if not isinstance(campaign, Mapping) or not isinstance(fieldwork, Mapping):
        return document
    named = campaign.get("timezone")
    if not ZONE.holds(named):
        return document
    zone = ZoneInfo(str(named))
    period = {
        name: moment_in(value, zone, ends=name == "end") or value
        if name in {"start", "end"}
        else value
        for name, value in fieldwork.items()
    }
    return {**document, "campaign": {**campaign, "fieldwork": period}}


def in_both(value: Any) -> Any:
    """Return a document in which Chinese stands where English is left out."""
    if isinstance(value, list):
        return [in_both(entry) for entry in value]
    if not isinstance(value, Mapping):
        return value
    found = {name: in_both(entry) for name, entry in value.items()}
    for chinese, english in _PAIRS.items():
        if isinstance(found.get(chinese), str | list) and not found.get(english):
            found[english] = found[chinese]
    return found
