"""Answers as our own programs write them, read into columns: a million in seconds.

Whatever is otherwise, be it one cell, is left to the careful reader, which names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.office_files.tables import MOST_BYTES_OF_ANSWERS, MOST_ROWS_OF_ANSWERS
from survey.stats.arrays import FloatArray
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.campaign.sample import BLANK, NONE, RESIDENCES, SEXES, Sample

_AT_ONCE = 4_000_000  # characters
_LONGEST_ID = 15  # of longer numbers a spreadsheet may have lost digits
_LONGEST_MS = 366 * 86_400_000
_MARK = re.compile(r"m[0-9]{9}")
_SECONDS = re.compile(r"[0-9]{1,8}[.][0-9]{3}")
_MOMENT = re.compile(r"[0-9-]{10}T[0-9:]{8}[+-][0-9]{2}:[0-9]{2}")
_CHANCE = re.compile(r"[0-9]+[.][0-9]+(?:e-[0-9]+)?")
_STAFF = {"": 0, "0": 0, "1": 1}

_Cell = Callable[[str], Any]


class _NotPlain(Exception):  # noqa: N818  no fault: it is read another way
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What a table of answers must have, what it may have besides, and its items in order."""

    needed: Sequence[str]
    optional: Sequence[str]
    items: Sequence[str]


def read_plain(
    path: Path, *, lists: CodeLists, columns: Columns, elsewhere: Sequence[str]
) -> Sample | None:
    """Return the answers of a file, or None where anything in it is not as we write it.

    Townships named `elsewhere`, and none, are those of nobody here.
    """
    if not path.is_file() or path.stat().st_size > MOST_BYTES_OF_ANSWERS:
        return None
    townships = dict.fromkeys(elsewhere, NONE) | _index(lists.townships)
    read: dict[str, tuple[_Cell, type]] = {
        "response_id": (_id, np.str_),
        "unit_code": (_known(lists.units), np.intp),
        "group_code": (_known(lists.groups), np.intp),
        "channel": (_known(lists.channels), np.intp),
        "submitted_at": (_moment, np.int64),
        "duration_s": (_milliseconds, np.int64),
        "sex": (_known(SEXES, blank=NONE), np.int8),
        "age_group": (_known(lists.ages, blank=NONE), np.int8),
        "township_code": (townships.__getitem__, np.intp),
        "residence": (_known(RESIDENCES, blank=NONE), np.int8),
        **dict.fromkeys(("token", "device_hash", "ip_hash", "rater"), (_mark, np.int64)),
        "own_staff": (_STAFF.__getitem__, np.bool_),
        "probability": (_chance, np.float64),
    }
    points = [str(value) for value in range(lists.n_points)]
    read |= dict.fromkeys(columns.items, (_known(points, blank=BLANK), np.int8))
    try:
        with path.open("rb") as file:
            found = _columns(file, columns, read)
    except (_NotPlain, LookupError, ValueError):
        return None
    return _sample(found, columns.items, lists.ages)


def _columns(
    file: Any, columns: Columns, read: Mapping[str, tuple[_Cell, type]]
) -> dict[str, NDArray[Any]]:
    """Return the columns of a table; raises _NotPlain, LookupError or ValueError."""
    heading = _plain(file.readline()).removesuffix("\n").split(",")
    known = {*columns.needed, *columns.optional, *columns.items}
    if (
        len({*heading}) < len(heading)
        or not {*columns.needed, *columns.items} <= {*heading} <= known
    ):
        raise _NotPlain
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in heading if name in read}
    for rows in _rows(file, len(heading)):
        for name, cells in zip(heading, zip(*rows, strict=True), strict=True):
            if name in parts:
                cell, kind = read[name]
                parts[name].append(np.array([cell(each) for each in cells], dtype=kind))
    found = {name: np.concatenate(each) for name, each in parts.items() if each}
    ids = found.get("response_id", np.array([]))
    # In ascending order none stands twice.
    if not 0 < len(ids) <= MOST_ROWS_OF_ANSWERS or not (ids[1:] > ids[:-1]).all():
        raise _NotPlain
    return found


def _rows(file: Any, n_cells: int) -> Iterator[list[list[str]]]:
    while lines := file.readlines(_AT_ONCE):
        rows = [line.split(",") for line in _plain(b"".join(lines)).splitlines()]
        if set(map(len, rows)) != {n_cells}:
            raise _NotPlain
        yield rows


def _plain(text: bytes) -> str:
    """Return text of which each sign says what it seems to; raises _NotPlain for any other."""
    if b'"' in text or b"\r" in text or not text.endswith(b"\n") or not text.isascii():
        raise _NotPlain
    return text.decode("ascii")


def _sample(
    found: Mapping[str, NDArray[Any]], items: Sequence[str], ages: tuple[str, ...]
) -> Sample:
    n = len(found["response_id"])
    none = np.full(n, NONE, dtype=np.int64)
    return Sample(
        response_id=found["response_id"],
        unit=found["unit_code"],
        group=found["group_code"],
        channel=found["channel"],
        items=np.stack([found[name] for name in items], axis=1),
        sex=found["sex"],
        age=found["age_group"],
        ages=ages,
        residence=found["residence"],
        township=found["township_code"],
        duration_ms=found["duration_s"],
        submitted_at=found["submitted_at"],
        device=_marks(found.get("device_hash", none)),
        network=_marks(found.get("ip_hash", none)),
        token=_marks(found.get("token", none)),
        rater=_marks(found.get("rater", none)),
        own_staff=found.get("own_staff", np.zeros(n, dtype=np.bool_)),
        probability=_chances(found.get("probability")),
    )


def _marks(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return codes of marks as `codes_of_marks` gives them of the words these numbers stand in."""
    codes = np.unique(numbers, return_inverse=True)[1].reshape(numbers.shape)
    return np.where(numbers == NONE, NONE, codes).astype(np.int64)


def _chances(found: FloatArray | None) -> FloatArray | None:
    return found if found is not None and np.isfinite(found).any() else None


def _index(names: Sequence[str]) -> dict[str, int]:
    return {name: index for index, name in enumerate(names)}


def _known(names: Sequence[str], *, blank: int | None = None) -> _Cell:
    known = _index(names)
    return (known if blank is None else known | {"": blank}).__getitem__


def _id(cell: str) -> str:
    if not cell.isalnum() or len(cell) > _LONGEST_ID:
        raise _NotPlain
    return cell


def _mark(cell: str) -> int:
    if not cell:
        return NONE
    if not _MARK.fullmatch(cell):
        raise _NotPlain
    return int(cell[1:])


def _milliseconds(cell: str) -> int:
    if not cell:
        return NONE
    if not _SECONDS.fullmatch(cell) or (found := int(cell.replace(".", ""))) > _LONGEST_MS:
        raise _NotPlain
    return found


def _moment(cell: str) -> int:
    if not _MOMENT.fullmatch(cell):
        raise _NotPlain
    return int(datetime.fromisoformat(cell).timestamp())


def _chance(cell: str) -> float:
    if not cell:
        return np.nan
    if not _CHANCE.fullmatch(cell) or not 0 < float(cell) <= 1:
        raise _NotPlain
    return float(cell)
