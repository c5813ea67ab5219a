"""Values of a column by numbers: how each is spelled, and which place in the plan it has."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.appraisal.inputs.lines import Signs, words
from survey.stats.campaign.sample import NONE

_EMPTY = '""'


class _OrOther(dict[Any, int]):
    """Numbers of values that are known, and one more for all others."""

    def __missing__(self, _value: Any) -> int:
        return len(self)


class Coded:
    """What a column can hold, in an order of its own.

    `words` are the values as they are digested, by the numbers that `numbers` gives; those of the
    plan have a place there, all others -1.
    """

    def __init__(
        self, known: Mapping[Any, int], *, spelled: Sequence[str], places: Sequence[int]
    ) -> None:
        self._known = known
        self._kind = np.min_scalar_type(len(spelled))
        self.words: Signs = words(spelled)
        self._places: NDArray[np.intp] = np.array(places, dtype=np.intp)

    def numbers(self, column: Sequence[Any]) -> NDArray[Any]:
        """Return the number of each value; raises KeyError for one that cannot be there."""
        of = map(self._known.__getitem__, column)
        return np.fromiter(of, dtype=self._kind, count=len(column))

    def column(self, numbers: NDArray[Any], dtype: type[np.generic]) -> NDArray[Any]:
        """Return the place in the plan of each."""
        return np.asarray(self._places[numbers], dtype=dtype)


def known_codes(codes: Mapping[Any, str], planned: Sequence[str]) -> Coded:
    """Return values that each answer has one of, with the code each stands for."""
    places = {code: place for place, code in enumerate(planned)}
    return Coded(
        {value: number for number, value in enumerate(codes)},
        spelled=[_spelled(code) for code in codes.values()],
        places=[places.get(code, NONE) for code in codes.values()],
    )


def profile_codes(codes: Mapping[int, str], planned: Sequence[str]) -> Coded:
    """Return positions and the code each stands for; those without a meaning say nothing."""
    places = {code: place for place, code in enumerate(planned)}
    return Coded(
        _OrOther({position: number for number, position in enumerate(codes)}),
        spelled=[*map(_spelled, codes.values()), _EMPTY],
        places=[*(places.get(code, NONE) for code in codes.values()), NONE],
    )


def _spelled(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
