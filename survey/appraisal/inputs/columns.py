"""Stored answers taken column by column: coded as they are counted, in few bytes each.

A million rows one at a time cost more than all the statistics of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.appraisal.inputs.coded import Coded, known_codes, profile_codes
from survey.appraisal.inputs.lines import Number, hexadecimal, numbers, quoted, spelled
from survey.appraisal.inputs.marks import ids_kept, marks_kept, numbered
from survey.model import Campaign
from survey.problems import Refused
from survey.stats.arrays import FloatArray
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.campaign.sample import BLANK, RESIDENCES, SEXES

_UNKNOWN = -1  # a duration, as the rules know it
_AT_ONCE = 20_000  # rows that are spelled together
_DASH, _ZERO, _NINE = b"-09"
_MARKS = ("device", "network", "token", "rater")

Rows = Sequence[Sequence[Any]]


class Columns:
    """The columns of a campaign's answers, as far as they are taken."""

    def __init__(
        self, campaign: Campaign, lists: CodeLists, *, area_codes: Mapping[int, str]
    ) -> None:
        self._n_items = len(lists.items)
        codes = {entry.unit_id: entry.unit.code for entry in campaign.units}
        options = {item["id"]: item for item in campaign.questionnaire.content["profile"]}
        self._coded: dict[str, Coded] = {
            "unit": known_codes(codes, lists.units),
            "group": known_codes({code: code for code in lists.groups}, lists.groups),
            "channel": known_codes({code: code for code in lists.channels}, lists.channels),
            "sex": profile_codes(_options(options["P2"]["options"], SEXES), SEXES),
            "age": profile_codes(dict(enumerate(lists.ages)), lists.ages),
            "residence": profile_codes(_options(options["P4"]["options"], RESIDENCES), RESIDENCES),
            "township": profile_codes(area_codes, lists.townships),
        }
        self._taken: dict[str, list[NDArray[Any]]] = {}
        self._whole: dict[str, NDArray[Any]] = {}

    def take(self, rows: Rows) -> None:
        """Take rows in."""
        ids, receipts, units, groups, channels, answers, *rest = zip(*rows, strict=True)
        sexes, ages, residences, areas, submitted, durations, *marks, own_staff = rest
        device, network, token, rater = marks
        coded = (units, groups, channels, sexes, ages, residences, areas)
        for (name, known), column in zip(self._coded.items(), coded, strict=True):
            self._keep(name, known.numbers(column))
        self._keep("id", np.array(ids, dtype=np.int64))
        self._keep("receipt", _bytes(receipts))
        self._keep("items", _items(answers, self._n_items))
        self._keep("submitted_ms", np.array(submitted, dtype=np.int64))
        took = [_UNKNOWN if each is None else each for each in durations]
        self._keep("duration_ms", np.array(took, dtype=np.int64))
        self._keep("own_staff", np.array(own_staff, dtype=np.bool_))
        self._keep("device", marks_kept(device))
        self._keep("network", marks_kept(network))
        self._keep("token", ids_kept(token))
        self._keep("rater", ids_kept(rater))

    def end(self, *, chances: Mapping[int, float]) -> FloatArray | None:
        """Put the columns together in the order of ids; marks become numbers.

        Returns the chance with which the holder of each answer's code was drawn, NaN where nobody
        was; None where no answer has one.
        """
        for name in [*self._taken]:
            self._whole[name] = np.concatenate(self._taken.pop(name))
        if "id" not in self._whole:
            return None
        self._sort()
        drawn = _chances(self._whole["token"]["of"], chances)
        for name in _MARKS:
            self._whole[name] = numbered(self._whole[name])
        return drawn

    def lines(self) -> Iterator[bytes]:
        """Yield the rows as they are digested, many at once: one canonical line for each."""
        n = len(self._whole.get("id", ()))
        for start in range(0, n, _AT_ONCE):
            yield self._spelled(slice(start, start + _AT_ONCE))

    def column(self, name: str, dtype: type[np.generic]) -> NDArray[Any]:
        """Return a whole column, once: what it was made of is let go."""
        found = self._whole.pop(name, None)
        if found is None:
            shape = (0, self._n_items) if name == "items" else 0
            return np.zeros(shape, dtype=dtype)
        if name in self._coded:
            return self._coded[name].column(found, dtype)
        return found.astype(dtype, copy=False)

    def _sort(self) -> None:
        """Let no order but that of ids be left: marks are numbered and digests taken in it."""
        ids = self._whole["id"]
        if not (ids[1:] > ids[:-1]).all():
            order = np.argsort(ids)
            self._whole = {name: column[order] for name, column in self._whole.items()}

    def _spelled(self, part: slice) -> bytes:
        at = {name: column[part] for name, column in self._whole.items()}
        coded = {name: of.words[at[name]] for name, of in self._coded.items()}
        items = np.where(at["items"] == BLANK, _DASH, at["items"] + _ZERO).astype(np.uint8)
        return spelled(
            [
                quoted(hexadecimal(at["receipt"])),
                *(coded[name] for name in ("unit", "group", "channel")),
                quoted(items),
                *(coded[name] for name in ("sex", "age", "residence", "township")),
                *(numbers(at[name]) for name in ("submitted_ms", "duration_ms", *_MARKS)),
                numbers(at["own_staff"].astype(Number)),
            ]
        )

    def _keep(self, name: str, column: NDArray[Any]) -> None:
        self._taken.setdefault(name, []).append(column)


def places_in_order(n: int) -> NDArray[np.str_]:
    """Return 0 … n - 1 in ten digits each, so that they sort as they count, shape (n,)."""
    places = np.arange(n, dtype=np.int64)
    signs = np.empty((n, 10), dtype=np.uint32)
    for digit in range(10):
        signs[:, 9 - digit] = ord("0") + places % 10
        places //= 10
    return signs.view("U10").reshape(n)


def _items(answers: Sequence[str], n_items: int) -> NDArray[np.int8]:
    """Return the digits of the answers; a dash is an item left empty."""
    text = "".join(answers)
    signs = np.frombuffer(text.encode(), dtype=np.uint8)
    is_digit = (signs >= _ZERO) & (signs <= _NINE)
    if {*map(len, answers)} != {n_items} or not (is_digit | (signs == _DASH)).all():
        raise Refused.of(
            field="answers",
            zh="有答卷的选项不是本问卷的数字或空缺，没有计分；请运行 survey ledger audit 查明原因",
            en="an answer holds what is neither a digit nor left empty in this questionnaire;"
            " nothing was scored, find out why by `survey ledger audit`",
        )
    digits = np.where(is_digit, signs - _ZERO, 0).astype(np.int8)
    digits[~is_digit] = BLANK
    return digits.reshape(-1, n_items)


def _bytes(given: Sequence[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(given), dtype=np.uint8).reshape(len(given), -1)


def _chances(codes: NDArray[np.int64], chances: Mapping[int, float]) -> FloatArray | None:
    if not chances:
        return None
    known = np.array(sorted(chances), dtype=np.int64)
    chance = np.array([chances[code] for code in known.tolist()], dtype=np.float64)
    place = np.minimum(np.searchsorted(known, codes), known.size - 1)
    is_drawn = known[place] == codes
    return np.where(is_drawn, chance[place], np.nan) if is_drawn.any() else None


def _options(options: Sequence[str], known: Sequence[str]) -> dict[int, str]:
    return {position: option for position, option in enumerate(options) if option in known}
