"""Whom simulated offices ask, and whether one person rates one unit or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

TOWNS, DEPARTMENTS = "A", "B"
RESIDENTS = "G1"
# Weights and minima of the demonstration's scheme, for its townships and its departments.
_WEIGHTS = {
    "G1": (50.0, 20.0), "G2": (20.0, 40.0), "G3": (10.0, 15.0), "G4": (10.0, 15.0),
    "G5": (10.0, 10.0),
}  # fmt: skip
_MINIMUM = {"G1": 50, "G2": 30, "G3": 15, "G4": 10, "G5": 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupKind:
    """A respondent group besides the residents.

    Attributes
    ----------
    code, zh, en : str
    invited, opened : tuple of int
        Answers about a town and about a department, by code and at the group's own poster.
    above : float
        Points by which its people are more content than residents.
    """

    code: str
    zh: str
    en: str
    invited: tuple[int, int]
    opened: tuple[int, int] = (0, 0)
    above: float = 0.0

    @property
    def weights(self) -> tuple[float, float]:
        """Percent of the score of a town and of a department."""
        return _WEIGHTS[self.code]

    @property
    def min_valid(self) -> int:
        """Valid answers below which the group does not count."""
        return _MINIMUM[self.code]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanKind:
    """What an office decided, beside what it left as the product has it.

    Attributes
    ----------
    zh, en : str
    sittings : bool
        Whoever answers rates several units, and is known to be one person; else each answer is
        of another person about one unit.
    groups : tuple of GroupKind
        Besides the residents.
    least : int
        Valid answers of residents below which they do not count.
    """

    zh: str
    en: str
    sittings: bool
    groups: tuple[GroupKind, ...]
    least: int = _MINIMUM[RESIDENTS]

    @property
    def weights(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Percent of the score of a town and of a department, residents first."""
        if not self.groups:
            return (100.0,), (100.0,)
        every = [_WEIGHTS[RESIDENTS], *(group.weights for group in self.groups)]
        return tuple(town for town, _ in every), tuple(department for _, department in every)

    def answers(self, name: str, of_class: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the answers about each unit "invited" or "opened", shape (u, g).

        ``of_class`` is 0 for a town and 1 for a department.
        """
        size = np.array([getattr(group, name) for group in self.groups], dtype=np.intp)
        return size.reshape(-1, 2).T[of_class]


_GROUPS = (
    GroupKind(code="G2", zh="服务对象", en="Service users", invited=(60, 60), above=4.0),
    GroupKind(code="G3", zh="企业和个体工商户", en="Enterprises", invited=(26, 40), above=2.0),
    GroupKind(code="G4", zh="两代表一委员", en="Deputies", invited=(14, 20), above=6.0),
    GroupKind(code="G5", zh="基层单位", en="Grass-roots bodies", invited=(20, 24), above=5.0),
)
# As `_GROUPS`, but service users have a poster beside their codes, enterprises a poster alone.
_WITH_POSTERS = (
    GroupKind(
        code="G2", zh="服务对象", en="Service users", invited=(60, 60), opened=(8, 8), above=4.0
    ),
    GroupKind(
        code="G3", zh="企业和个体工商户", en="Enterprises", invited=(0, 0), opened=(24, 24),
        above=2.0,
    ),
    *_GROUPS[2:],
)  # fmt: skip
PLANS: Final[Mapping[str, PlanKind]] = {
    "groups": PlanKind(
        zh="五类对象，一人只评一个单位", en="five groups, each person rates one unit",
        sittings=False, groups=_GROUPS,
    ),
    "sittings": PlanKind(
        zh="五类对象，一人评多个单位", en="five groups, each person rates several units",
        sittings=True, groups=_GROUPS,
    ),
    "posters": PlanKind(
        zh="五类对象，其中一类只有海报、没有受邀答卷",
        en="five groups, one of them asked by poster alone, another by poster beside its codes",
        sittings=False, groups=_WITH_POSTERS,
    ),
    "residents": PlanKind(
        zh="只问群众，一人评多个单位，5份即公布",
        en="residents alone, each rates several units, five answers are enough to publish",
        sittings=True, groups=(), least=5,
    ),
}  # fmt: skip
