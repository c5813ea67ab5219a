"""The stratum that the holders of a batch of codes were drawn from; nothing of a person."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnFrom:
    """A stratum that invited people were drawn from: so many of so many."""

    unit_code: str
    group_code: str
    stratum: str
    drawn: int
    people: int

    @property
    def probability(self) -> float:
        """The chance of each of its people to be drawn."""
        return self.drawn / self.people


def told(one: DrawnFrom) -> dict[str, Any]:
    """Return what a batch of codes keeps of the draw: nothing of a person."""
    return {"stratum": one.stratum, "drawn": one.drawn, "people": one.people}
