"""In which order the items come and which end of the scale stands first: eight arrangements.

An arrangement is a number: bit 0 says that the scale is turned round, bits 1 and 2 which of four
orders of the items is used. 0 is the questionnaire as it is written. Four are few enough that
every page is still made once and kept, and they balance each other: over `rotated` each item
stands once in every quarter; over `random` (an order drawn once for the questionnaire, its second
half before its first, and both backwards) every item has the same mean place, and of any two each
stands before the other in two orders.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

ITEM_ORDERS = ("fixed", "rotated", "random")
SCALE_DIRECTIONS = ("fixed", "random")
N_ORDERS = 4

_TURNED = 1
_ORDER = 6

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """What a scheme varies from one resident to the next."""

    item_order: str = "fixed"
    scale_direction: str = "fixed"


def choose(varied: Variation, draw: int) -> int:
    """Return the arrangement a random byte gives; 0 where nothing is varied."""
    bits = _ORDER if varied.item_order != "fixed" else 0
    bits |= _TURNED if varied.scale_direction != "fixed" else 0
    return draw & bits


def is_varied(varied: Variation) -> bool:
    """Tell whether residents get different arrangements."""
    return choose(varied, _TURNED | _ORDER) != 0


def is_turned(arrangement: int) -> bool:
    """Tell whether the other end of the scale stands first."""
    return bool(arrangement & _TURNED)


def order_number(arrangement: int) -> int:
    """Return which of the four orders an arrangement uses."""
    return (arrangement & _ORDER) >> 1


def ordered(
    item_ids: Sequence[str], arrangement: int, *, varied: Variation, seed: str
) -> list[str]:
    """Return the items in the order they are asked; `seed` names the questionnaire."""
    number = order_number(arrangement)
    if varied.item_order != "random":
        start = len(item_ids) * number // N_ORDERS
        return [*item_ids[start:], *item_ids[:start]]
    drawn = sorted(item_ids, key=lambda item_id: _digest(seed, item_id))
    half = len(drawn) // 2 if number & 1 else 0
    turned = [*drawn[half:], *drawn[:half]]
    return turned[::-1] if number & 2 else turned


def turned_round(values: Sequence[_T], apart: _T) -> list[_T]:
    """Return a scale from its other end; what stands `apart` from it (不了解) keeps its place."""
    rest = [value for value in reversed(values) if value != apart]
    return [value if value == apart else rest.pop(0) for value in values]


def _digest(seed: str, item_id: str) -> bytes:
    return hashlib.sha256(f"{seed}|{item_id}".encode()).digest()
