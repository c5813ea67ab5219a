"""What the numbers in a sample stand for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLists:
    """The codes that a sample's numbers are places of, each list in the plan's order.

    Attributes
    ----------
    units, groups, channels, townships, ages : tuple of str
    invited : tuple of str
        The channels that reach invited people.
    items : tuple of str
        What the first unit is asked; any other is asked as many.
    n_points : int
        How many answers an item may be given, 不了解 among them.
    """

    units: tuple[str, ...]
    groups: tuple[str, ...]
    channels: tuple[str, ...]
    invited: tuple[str, ...]
    townships: tuple[str, ...]
    ages: tuple[str, ...]
    items: tuple[str, ...]
    n_points: int
