"""A long list read page by page from where the last one ended, not by counting what is skipped.

A link holds the key of the row beside which a page begins: reading it takes the same however far
down the list it stands, and rows that come or go meanwhile move nothing over its edge.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

SIZE = 50

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after the row of a key, or before it; without one at the beginning."""

    key: str = ""
    before: bool = False

    @classmethod
    def asked(cls, given: Mapping[str, str], is_key: Callable[[str], object]) -> "Place":
        """Return what an address asks for; the beginning where it holds no key of this list."""
        for name in ("after", "before"):
            key = given.get(name, "")
            if key and is_key(key):
                return cls(key, before=name == "before")
        return cls()


@dataclass(frozen=True, slots=True)
class Page(Generic[_Row]):
    """Rows of a list, and the keys its neighbours begin beside; empty where there is none."""

    rows: list[_Row]
    before: str = ""
    after: str = ""


def page_at(
    place: Place,
    *,
    read: Callable[[Place, int], list[_Row]],
    key_of: Callable[[_Row], str],
) -> Page[_Row]:
    """Return the page at a place.

    `read` returns so many rows from a place on, the nearest first. A page before a row that would
    not be full is the first one, and one after which nothing is left is the last.
    """
    rows = read(place, SIZE + 1)
    goes_on = len(rows) > SIZE
    if place.before and not goes_on:
        return page_at(Place(), read=read, key_of=key_of)
    if place.key and not rows:
        return replace(page_at(Place(place.key, before=True), read=read, key_of=key_of), after="")
    rows = rows[:SIZE][::-1] if place.before else rows[:SIZE]
    has_before, has_after = (goes_on, True) if place.before else (bool(place.key), goes_on)
    return Page(
        rows,
        before=key_of(rows[0]) if rows and has_before else "",
        after=key_of(rows[-1]) if rows and has_after else "",
    )
