"""Common items of a city in a county's questionnaire: they stand as the city signed them, or not.

The digest that the plan names is over the scale and every common item, with its weight and its
words for sittings. A county's own items stand beside them; a changed common one is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from survey.canonical import digest_of
from survey.scheme.settings import Fault

_KIND = "common"


def common_part(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what counties have in common of a questionnaire: scale, common items, their words."""
    items = [item for item in content["scored_items"] if item["kind"] == _KIND]
    codes = {item["id"] for item in items}
    sitting = content.get("sitting_items") or {}
    return {
        "scale": _plain(content["scale"]),
        "items": _plain(items),
        "sitting_items": {code: _plain(sitting[code]) for code in sorted(codes & sitting.keys())},
    }


def common_digest(part: Mapping[str, Any]) -> str:
    """Return the digest of a common part: the same however its numbers were written."""
    return digest_of(_spelt(part))


def with_common_part(
    content: Mapping[str, Any], part: Mapping[str, Any], source: Mapping[str, str]
) -> dict[str, Any]:
    """Return a questionnaire with another common part, first in every set, and its source."""
    before = {item["id"] for item in content["scored_items"] if item["kind"] == _KIND}
    own = [item for item in content["scored_items"] if item["kind"] != _KIND]
    codes = [item["id"] for item in part["items"]]
    sitting = {
        code: words
        for code, words in (content.get("sitting_items") or {}).items()
        if code not in before
    }
    return {
        **content,
        "scale": part["scale"],
        "scored_items": [*part["items"], *own],
        "sitting_items": {**part["sitting_items"], **sitting},
        "item_sets": {
            name: [*codes, *(entry for entry in entries if entry not in before)]
            for name, entries in content["item_sets"].items()
        },
        "common_source": dict(source),
    }


def common_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield that the common items are not those of the source the plan names."""
    source = content.get("common_source")
    if source and source["digest"] != common_digest(common_part(content)):
        yield Fault(
            "common_source.digest",
            f"选项、共性题与{source['organiser']}给出的不同：共性题不能在县里改。请恢复，或重新载入；"
            "确实不用市里的共性题的，删去 common_source 各行",
            f"scale and common items are not those of {source['organiser']}, which a county cannot"
            " change; undo it or load them again, or remove common_source to do without them",
        )


def _plain(value: Any) -> Any:
    """Return a value without members that say nothing."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items() if each not in (None, "")}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _spelt(value: Any) -> Any:
    """Return a value whose numbers are text: a workbook gives 15, 15.0 or a decimal."""
    if isinstance(value, Mapping):
        return {name: _spelt(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_spelt(each) for each in value]
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"{Decimal(str(value)).normalize():f}"
    return value
