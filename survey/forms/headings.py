"""Headings over several items of a questionnaire, scored ones or others."""

from collections.abc import Iterable, Mapping
from typing import Any


def headings_of(content: Mapping[str, Any], lang: str, *, unit: str) -> dict[str, str]:
    """Return the heading that each item stands under, by its code; most stand under none."""
    return {
        item_id: heading[lang].replace("{unit}", unit)
        for heading in content.get("headings") or ()
        for item_id in heading["items"]
    }


def first_of_each(item_ids: Iterable[str], headings: Mapping[str, str]) -> set[str]:
    """Return the items, as they are asked, over which a heading is new to whoever reads on."""
    found, before = set(), ""
    for item_id in item_ids:
        here = headings.get(item_id, "")
        if here and here != before:
            found.add(item_id)
        before = here
    return found
