"""The limits of an answer as XLSForm's `constraint`, and back: three ways, each for its types."""

import re
from collections.abc import Mapping
from typing import Any

from survey.forms.local_items import MAX_CHARS, TEXTS
from survey.office_files.signs import meant_code

MULTILINE = "multiline"  # the appearance of a long text

_CHOSEN = re.compile(r"count-selected\(\s*\.\s*\)\s*<=\s*([0-9]{1,9})")
_CHARS = re.compile(r"string-length\(\s*\.\s*\)\s*<=\s*([0-9]{1,9})")
_BOUND = re.compile(r"\.\s*(<=|>=)\s*(-?[0-9]{1,12})")
_AND = re.compile(r"\s+and\s+")
_SAID = {
    "multiple": "count-selected(.) <= 3",
    "integer": ". >= 0 and . <= 99",
    "short_text": "string-length(.) <= 60",
    "long_text": "string-length(.) <= 500",
}


class NoLimit(Exception):  # noqa: N818  said to whoever wrote the form
    """A constraint beyond the limits that an item may have, with the words that say so."""

    def __init__(self, type_: str) -> None:
        self.zh, self.en = "此题型不能写 constraint，请删去", "is not for this type; remove it"
        if said := _SAID.get(type_):
            self.zh = f"本系统只支持如“{said}”的限制；请改成这样，或删去"
            self.en = f"may only limit the answer as {said!r} does; say that, or remove it"
        super().__init__(self.en)


def constraint_of(item: Mapping[str, Any]) -> str:
    """Return the limits of an item as they hold, those by default among them."""
    if item["type"] == "multiple":
        return f"count-selected(.) <= {item['at_most']}" if "at_most" in item else ""
    if item["type"] == "integer":
        lowest = f". >= {item.get('min', 0)}"
        return f"{lowest} and . <= {item['max']}" if "max" in item else lowest
    if item["type"] in TEXTS:
        return f"string-length(.) <= {item.get('max_chars', MAX_CHARS[item['type']])}"
    return ""


def limits_of(type_: str, constraint: str) -> dict[str, int]:
    """Return the limits that a constraint sets on an item of a type; raises NoLimit.

    What is so by default is left out.
    """
    said = meant_code(constraint)
    if not said:
        return {}
    if type_ == "multiple" and (found := _CHOSEN.fullmatch(said)):
        return {"at_most": int(found[1])}
    if type_ in TEXTS and (found := _CHARS.fullmatch(said)):
        most = int(found[1])
        return {} if most == MAX_CHARS[type_] else {"max_chars": most}
    if type_ == "integer":
        return _bounds(said)
    raise NoLimit(type_)


def _bounds(said: str) -> dict[str, int]:
    limits: dict[str, int] = {}
    for part in _AND.split(said):
        found = _BOUND.fullmatch(part.strip())
        name = {">=": "min", "<=": "max"}.get(found[1], "") if found else ""
        if found is None or name in limits:
            raise NoLimit("integer")
        limits[name] = int(found[2])
    return {name: n for name, n in limits.items() if (name, n) != ("min", 0)}
