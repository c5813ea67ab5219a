"""Counts of what people tell of themselves, so that nobody learns of single ones.

They are told in tens, downward, and not at all under ten. Where that leaves out a single one of
things that make up a whole, the next smallest is left out with it: the whole is known from the
progress, and would tell the one that is missing. What is told moves when ten more have come, so
whoever looks before and after one answer learns nothing of who gave it but once in ten times, and
then not which of the ten.
"""

from collections.abc import Mapping
from typing import TypeVar

from survey.fieldwork.counting import FEWEST_TOLD

_K = TypeVar("_K")


def told(counts: Mapping[_K, int]) -> dict[_K, int | None]:
    """Return counts of things that make up a whole as they may be told, None for those left out."""
    out = {name for name, n in counts.items() if n < FEWEST_TOLD}
    if len(out) == 1 and len(counts) > 1:
        out.add(
            min(
                (n, place, name)
                for place, (name, n) in enumerate(counts.items())
                if name not in out
            )[2]
        )
    return {
        name: None if name in out else n // FEWEST_TOLD * FEWEST_TOLD for name, n in counts.items()
    }
