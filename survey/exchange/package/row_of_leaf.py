"""Rows of a package's folder beside what the leaves were made of, in the order of the rows."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

from survey.exchange.package.documents import columns_at
from survey.exchange.package.opened import ANSWERS, Package
from survey.exchange.package.stated import Stated

_MARKS = ("device_hash", "ip_hash", "token", "rater")
_CELLS = (
    *("unit_code", "group_code", "channel", "duration_s", "sex", "age_group", "township_code"),
    *("residence", *_MARKS, "own_staff"),
)


class RowsOfLeaves:
    """The rows of the folder, one after another; `n` is how many were compared."""

    def __init__(self, package: Package) -> None:
        self._meant = package.meanings
        self._marks: tuple[dict[str | int, int], ...] = ({}, {}, {}, {})
        self._table = package.table(ANSWERS)
        heading = next(self._table)
        self._places = columns_at(ANSWERS, heading, _CELLS)
        self._cells = itemgetter(*self._places)
        [self._at] = columns_at(ANSWERS, heading, ["submitted_at"])
        self._items = [at for at, name in enumerate(heading) if name.startswith("q_")]
        self._digest = hashlib.sha256()
        self.n = 0

    def digest(self) -> str:
        """Return the digest of the answers taken, as the statistics saw them."""
        return self._digest.hexdigest()

    def take(self, receipt: str, stated: Stated) -> Sequence[str]:
        """Read the next row; return the fields in which it is not what its leaf was made of.

        Raises StopIteration never: a row that is missing differs in all of them.
        """
        row = next(self._table, None)
        self.n += 1
        marks = self._numbers(stated)
        expected = self._expected(stated, marks)
        self._digest.update(self._seen(receipt, stated, expected, marks))
        if row is None:
            return _CELLS
        fields = []
        if self._cells(row) != expected:
            cells = zip(_CELLS, self._places, expected, strict=True)
            fields += [name for name, at, cell in cells if row[at] != cell]
        if _epoch(row[self._at]) != stated["submitted_ms"] // 1000:
            fields.append("submitted_at")
        items = [*stated["answers"]]
        if "-" in items:
            items = [item.replace("-", "") for item in items]
        if [row[at] for at in self._items] != items:
            fields.append("q_")
        return fields

    def _numbers(self, stated: Stated) -> list[int]:
        """Return marks as numbers by first appearance, as the folder has them; -1 for none."""
        numbers = []
        given = (
            *(stated["device_mark"], stated["network_mark"]),
            *(stated["invitation_id"], stated["sitting_id"]),
        )
        for mark, known in zip(given, self._marks, strict=True):
            numbers.append(-1 if mark is None else known.setdefault(mark, len(known)))
        return numbers

    def _expected(self, stated: Stated, marks: Sequence[int]) -> tuple[str, ...]:
        """Return the cells that the folder must have of an answer, but time and items."""
        meant, took = self._meant, stated["duration_ms"]
        return (
            meant.unit_id[str(stated["unit_id"])],
            stated["group_code"],
            stated["channel"],
            "" if took is None else f"{took // 1000}.{took % 1000:03d}",
            meant.sex.get(str(stated["sex"]), ""),
            meant.age.get(str(stated["age"]), ""),
            meant.area.get(str(stated["area"]), ""),
            meant.residence.get(str(stated["residence"]), ""),
            *[f"m{n:09d}" if n >= 0 else "" for n in marks],
            str(int(stated["own_staff"])),
        )

    @staticmethod
    def _seen(receipt: str, stated: Stated, cells: Sequence[str], marks: Sequence[int]) -> bytes:
        """Return an answer as the statistics saw it: what `data_digest` is taken of."""
        unit, group, channel, _took, sex, age, township, residence, *_ = cells
        took = stated["duration_ms"]
        seen = (
            *(receipt, unit, group, channel, stated["answers"], sex, age, residence, township),
            *(stated["submitted_ms"], -1 if took is None else took, *marks),
            int(stated["own_staff"]),
        )
        return _spelt(seen).encode() + b"\n"


def _epoch(text: str) -> float | None:
    """Return the moment a cell says; None where it is none, or of no zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.timestamp() if at.tzinfo else None


_spelt = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
