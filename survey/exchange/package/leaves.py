"""Each answer of a package against its leaf: opened, and compared with its row of the folder."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from survey.exchange.package import names
from survey.exchange.package.answers import at_row
from survey.exchange.package.opened import ANSWERS, Package, Row, wrong
from survey.ledger.checker import leaf_hash
from survey.ledger.committed.used import spans
from survey.ledger.leaf import statement
from survey.problems import Problem

_MARKS = {
    "device_hash": "device_mark",
    "ip_hash": "network_mark",
    "token": "invitation_id",
    "rater": "sitting_id",
}
_MOST_TOLD = 20

_Opening = dict[str, Any]


def check_openings(package: Package, rows: list[Row]) -> Iterator[Problem]:
    """Yield each leaf whose opening does not give it, each row that is not its opening."""
    openings = package.openings
    yield from _leaves(package, openings)
    by_place = {int(opening["response_id"]): opening for opening in openings}
    if len(by_place) != len(openings) or by_place.keys() != set(range(len(rows))):
        yield wrong(names.OPENINGS, "与答卷不是一一对应", "are not one for each answer")
        return
    yield from _rows(package, rows, [by_place[place] for place in range(len(rows))])


def _leaves(package: Package, openings: list[_Opening]) -> Iterator[Problem]:
    """Name every leaf without an opening, and every opening that does not give its leaf."""
    leaves = package.leaves
    by_index = {opening["index"]: opening for opening in openings}
    gone = set(range(len(leaves))) - by_index.keys()
    if gone:
        yield wrong(
            names.OPENINGS,
            f"第 {spans(gone)} 条存证记录没有答卷：被删除",
            f"leaves {spans(gone)} have no answer: it was dropped",
        )
    if len(by_index) != len(openings) or not by_index.keys() <= set(range(len(leaves))):
        yield wrong(
            names.OPENINGS,
            f"{len(openings)} 条，存证有 {len(leaves)} 份",
            f"{len(openings)} openings of {len(leaves)} leaves",
        )
    unlike = (
        index
        for index, leaf in enumerate(leaves)
        if index in by_index and _leaf(by_index[index], package) != leaf
    )
    told = [*islice(unlike, _MOST_TOLD)]
    for index in told:
        yield wrong(
            names.OPENINGS,
            "与这一条存证记录不符，被改动、增加或漏掉过",
            "does not give its leaf: changed, added or left out",
            row=index + 1,
        )
    if more := spans(unlike):
        yield wrong(
            names.OPENINGS,
            f"另有第 {more} 条存证记录不符",
            f"nor do leaves {more}, counted from 0",
        )


def _rows(package: Package, rows: list[Row], opened: list[_Opening]) -> Iterator[Problem]:
    meant, marks, digest = package.document(names.MEANINGS), _Marks(), hashlib.sha256()
    unlike: list[int] = []
    for place, (row, opening) in enumerate(zip(rows, opened, strict=True)):
        stated = opening["stated"]
        expected = _expected(stated, meant, marks)
        fields = [*_differing(row, expected, stated)]
        unlike += [place] if fields else []
        for field in fields if len(unlike) <= _MOST_TOLD else ():
            yield at_row(place, field, "与存证不符", "is not what the ledger holds")
        digest.update(_seen(opening, stated, expected, marks.last).encode() + b"\n")
    if more := spans(place + 2 for place in unlike[_MOST_TOLD:]):
        yield wrong(
            ANSWERS,
            f"另有第 {more} 行与存证不符",
            f"nor are rows {more} what the ledger holds",
        )
    if digest.hexdigest() != package.document(names.RUN)["data_digest"]:
        yield wrong(
            ANSWERS, "答卷的校验值不是发布的", "the digest of the answers is not the released"
        )


class _Marks:
    """Marks as numbers by first appearance, as the folder has them; `last` are the newest row's."""

    def __init__(self) -> None:
        self._of: dict[str, dict[Any, int]] = {name: {} for name in _MARKS}
        self.last: dict[str, int] = {}

    def take(self, stated: Mapping[str, Any]) -> None:
        for name, field in _MARKS.items():
            known, mark = self._of[name], stated[field]
            self.last[name] = -1 if mark is None else known.setdefault(mark, len(known))


def _leaf(opening: Mapping[str, Any], package: Package) -> bytes:
    return leaf_hash(
        statement(
            campaign_code=package.manifest["campaign"],
            index=opening["index"],
            receipt=bytes.fromhex(opening["receipt"]),
            salt=bytes.fromhex(opening["salt"]),
            content=opening["content"],
        )
    )


def _expected(stated: Mapping[str, Any], meant: Mapping[str, Any], marks: _Marks) -> Row:
    """Return the cells that the folder must have of an answer, but time and items."""
    marks.take(stated)
    took = stated["duration_ms"]
    return {
        "unit_code": meant["unit_id"][str(stated["unit_id"])],
        "group_code": stated["group_code"],
        "channel": stated["channel"],
        "duration_s": "" if took is None else f"{took // 1000}.{took % 1000:03d}",
        "sex": meant["sex"].get(str(stated["sex"]), ""),
        "age_group": meant["age"].get(str(stated["age"]), ""),
        "township_code": meant["area"].get(str(stated["area"]), ""),
        "residence": meant["residence"].get(str(stated["residence"]), ""),
        **{name: f"m{n:09d}" if n >= 0 else "" for name, n in marks.last.items()},
        "own_staff": str(int(stated["own_staff"])),
    }


def _differing(row: Row, expected: Row, stated: Mapping[str, Any]) -> Iterator[str]:
    yield from (field for field, cell in expected.items() if row[field] != cell)
    at = datetime.fromisoformat(row["submitted_at"])
    if at.tzinfo is None or at.timestamp() != stated["submitted_ms"] // 1000:
        yield "submitted_at"
    items = [cell for field, cell in row.items() if field.startswith("q_")]
    if items != [digit.replace("-", "") for digit in stated["answers"]]:
        yield "q_"


def _seen(
    opening: Mapping[str, Any], stated: Mapping[str, Any], cells: Row, marks: Mapping[str, int]
) -> str:
    """Return an answer as the statistics saw it: what `data_digest` is taken of."""
    took = stated["duration_ms"]
    seen = (
        *(opening["receipt"], cells["unit_code"], stated["group_code"], stated["channel"]),
        *(stated["answers"], cells["sex"], cells["age_group"], cells["residence"]),
        *(cells["township_code"], stated["submitted_ms"], -1 if took is None else took),
        *(marks[name] for name in _MARKS),
        int(stated["own_staff"]),
    )
    return json.dumps(seen, ensure_ascii=False, separators=(",", ":"))
