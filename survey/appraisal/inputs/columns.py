"""Stored answers taken column by column: spelled as they are digested, coded as they are counted.

A million rows one at a time cost more than all the statistics of them.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.model import Campaign
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.campaign.sample import NONE, RESIDENCES, SEXES

_UNKNOWN = -1  # a duration, as the rules know it
_SPELLED = '["%s",%s,%s,%s,%s,%s,%s,%s,%s,%d,%d,%d,%d,%d,%d,%d]\n'
_EMPTY = '""'

Number = NDArray[np.int64]
Rows = Sequence[Sequence[Any]]


class _Known(dict[Any, Any]):
    """What is said of values that are known, and one thing of all others."""

    def __init__(self, known: Mapping[Any, Any], other: Any) -> None:
        super().__init__(known)
        self._other = other

    def __missing__(self, _value: Any) -> Any:
        return self._other


class _Marks(dict[Any, int]):
    """Numbers for marks, by first appearance; the same mark has the same number."""

    def __missing__(self, mark: Any) -> int:
        number = self[mark] = len(self)
        return number

    def of(self, marks: Sequence[Any]) -> list[int]:
        """Return the number of each mark; nobody’s where there is none."""
        return [NONE if mark is None else self[mark] for mark in marks]


class Columns:
    """The columns of a campaign's answers, as far as they are taken."""

    def __init__(
        self,
        campaign: Campaign,
        lists: CodeLists,
        *,
        area_codes: Mapping[int, str],
        chances: Mapping[int, float],
    ) -> None:
        self._n_items = len(lists.items)
        codes = {entry.unit_id: entry.unit.code for entry in campaign.units}
        units = _places(lists.units)
        groups = _places(lists.groups)
        channels = _places(lists.channels)
        options = {item["id"]: item for item in campaign.questionnaire.content["profile"]}
        self._units = ({key: _spelled(code) for key, code in codes.items()}, {
            key: units[code] for key, code in codes.items() if code in units
        })  # fmt: skip
        self._groups = ({code: _spelled(code) for code in groups}, groups)
        self._channels = ({code: _spelled(code) for code in channels}, channels)
        self._sexes = _profile(_options(options["P2"]["options"], SEXES), _places(SEXES))
        self._ages = _profile(dict(enumerate(lists.ages)), _places(lists.ages))
        self._residences = _profile(
            _options(options["P4"]["options"], RESIDENCES), _places(RESIDENCES)
        )
        self._areas = _profile(area_codes, _places(lists.townships))
        self._chances = _Known(chances, np.nan)
        self._marks = [_Marks() for _ in range(4)]  # of devices, networks, codes and sittings
        self._taken: dict[str, list[NDArray[Any]]] = {}

    def take(self, rows: Rows) -> bytes:
        """Take rows in, and return them as they are digested: one canonical line for each."""
        ids, receipts, units, groups, channels, answers, *rest = zip(*rows, strict=True)
        sexes, ages, residences, areas, submitted, durations, *marks, own_staff = rest
        took = [_UNKNOWN if each is None else each for each in durations]
        numbers = [of.of(given) for of, given in zip(self._marks, marks, strict=True)]
        plain = "".join(answers)
        profile = (
            ("sex", self._sexes, sexes),
            ("age", self._ages, ages),
            ("residence", self._residences, residences),
            ("township", self._areas, areas),
        )
        coded = (
            ("unit", self._units, units),
            ("group", self._groups, groups),
            ("channel", self._channels, channels),
        )
        self._keep("id", ids, np.int64)
        self._keep("chance", [self._chances[code] for code in marks[2]], np.float64)
        for name, (_spelling, places), column in (*coded, *profile):
            self._keep(name, [places[value] for value in column], np.int32)
        self._keep("submitted_ms", submitted, np.int64)
        self._keep("duration_ms", took, np.int64)
        for name, given in zip(("device", "network", "token", "rater"), numbers, strict=True):
            self._keep(name, given, np.int32)
        self._keep("own_staff", own_staff, np.bool_)
        self._taken.setdefault("items", []).append(_items(plain, len(rows), self._n_items))
        is_plain = plain.isascii() and plain.replace("-", "0").isdecimal()
        lines = zip(
            [receipt.hex() for receipt in receipts],
            *([spelling[value] for value in column] for _n, (spelling, _p), column in coded),
            [f'"{each}"' for each in answers] if is_plain else map(_spelled, answers),
            *([spelling[value] for value in column] for _n, (spelling, _p), column in profile),
            submitted,
            took,
            *numbers,
            own_staff,
            strict=True,
        )
        return "".join([_SPELLED % line for line in lines]).encode()

    def end(self) -> None:
        """Let go of what only the rows still to come would need."""
        self._marks.clear()

    def column(self, name: str, dtype: type[np.generic]) -> NDArray[Any]:
        """Return a whole column, once: what it was made of is let go."""
        parts = self._taken.pop(name, None)
        if parts is None:
            shape = (0, self._n_items) if name == "items" else 0
            return np.zeros(shape, dtype=dtype)
        return np.concatenate(parts).astype(dtype, copy=False)

    def _keep(self, name: str, column: Sequence[Any], dtype: type[np.generic]) -> None:
        self._taken.setdefault(name, []).append(np.array(column, dtype=dtype))


def places_in_order(n: int) -> NDArray[np.str_]:
    """Return 0 … n - 1 in ten digits each, so that they sort as they count, shape (n,)."""
    numbers = np.arange(n, dtype=np.int64)
    signs = np.empty((n, 10), dtype=np.uint32)
    for digit in range(10):
        signs[:, 9 - digit] = ord("0") + numbers % 10
        numbers //= 10
    return signs.view("U10").reshape(n)


def _items(answers: str, n: int, n_items: int) -> NDArray[np.int8]:
    """Return the digits of the answers; a dash is an item left empty."""
    characters = np.frombuffer(answers.encode("ascii"), dtype=np.uint8)
    digits = characters.astype(np.int8) - ord("0")
    return np.maximum(digits, NONE).reshape(n, n_items).astype(np.int8)


def _profile(
    known: Mapping[int, str], places: Mapping[str, int]
) -> tuple[dict[Any, str], dict[Any, int]]:
    """Return how positions are spelled and coded; those without a meaning as nothing."""
    return (
        _Known({key: _spelled(code) for key, code in known.items()}, _EMPTY),
        _Known({key: places.get(code, NONE) for key, code in known.items()}, NONE),
    )


def _places(codes: Any) -> dict[str, int]:
    return {code: place for place, code in enumerate(codes)}


def _options(options: Sequence[str], known: Sequence[str]) -> dict[int, str]:
    return {position: option for position, option in enumerate(options) if option in known}


def _spelled(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
