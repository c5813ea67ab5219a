"""What groups of a unit lent one another: each score as measured, and as drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lending = Literal["drawn", "apart", "coached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBorrowing:
    """One group of one unit.

    Attributes
    ----------
    undrawn, undrawn_se : float
        As it is without borrowing.
    drawn, drawn_se : float
        As it counts.
    lent : float
        Part in [0, 1] of what its invited answers say that comes from other groups and units.
    others : float or None
        What these say of it; None for a group that looks coached.
    state : {"drawn", "apart", "coached"}
        Apart: so far off what the others say that it hardly is drawn, nor draws them; coached:
        it looks coached and is not drawn at all, nor draws others.
    """

    group_code: str
    undrawn: float
    undrawn_se: float
    drawn: float
    drawn_se: float
    lent: float
    others: float | None
    state: Lending


@dataclass(frozen=True, slots=True, kw_only=True)
class BorrowingFigure:
    """One unit of which two groups or more take part: its score without borrowing, and with it."""

    unit_code: str
    undrawn: float
    undrawn_se: float
    drawn: float
    drawn_se: float
    groups: tuple[GroupBorrowing, ...]
