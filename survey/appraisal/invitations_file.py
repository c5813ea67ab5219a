"""Reads invitations.csv: everybody who was invited, whether they answered or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from survey.appraisal.responses_file import coded
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import Row, one_of, read_rows, told_once
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.campaign.invitations import NEVER, Invitations, InvitedRounds
from survey.stats.campaign.sample import NONE, RESIDENCES, SEXES, Sample

INVITATIONS = "invitations.csv"
COLUMNS = ("unit_code", "group_code", "channel", "response_id", "wave")
ROUNDS = ("person", "lot", "early")
_OPTIONAL = ("sex", "age_group", "residence", *ROUNDS)
_WAVES, _WAVES_APART = ("0", "1", "2"), ("0", "1", "2", "3")
_LOTS = ("0", "1", "2")


def read_invitations(
    path: Path, *, lists: CodeLists, sample: Sample, waves_apart: bool
) -> Invitations:
    """Read the list; ``sex``, ``age_group`` and ``residence`` may be left out or empty.

    So may ``person``, ``lot`` and ``early``, which are read where the plan tells `waves_apart`.

    Raises
    ------
    Refused
        With every cell that cannot be used, by row and field, and every row that does not fit
        the answer it names.
    """
    problems: list[Problem] = []
    rows = read_rows(path, columns=COLUMNS, problems=problems, optional=_OPTIONAL, of_answers=True)
    invitations = Invitations(
        unit=_codes(rows, "unit_code", lists.units),
        group=_codes(rows, "group_code", lists.groups),
        response=np.empty(len(rows), dtype=np.intp),
        wave=_codes(rows, "wave", _WAVES_APART if waves_apart else _WAVES).astype(np.int8),
        sex=_known(rows, "sex", SEXES),
        age=_known(rows, "age_group", lists.ages),
        ages=lists.ages,
        residence=_known(rows, "residence", RESIDENCES),
        rounds=_rounds(rows) if waves_apart else None,
    )
    _codes(rows, "channel", lists.invited)
    invitations.response[:] = _responses(rows, invitations, lists, sample)
    if problems:
        raise Refused(told_once(problems))
    return invitations


def _codes(rows: Sequence[Row], field: str, names: Sequence[str]) -> NDArray[np.intp]:
    index = {name: place for place, name in enumerate(names)}
    zh, en = f"可用范围（{'、'.join(names)}）", f"what may stand here: {', '.join(names)}"
    return np.array(
        [index.get(one_of(row, field, index.__contains__, zh=zh, en=en), 0) for row in rows],
        dtype=np.intp,
    )


def _known(rows: Sequence[Row], field: str, names: Sequence[str]) -> NDArray[np.int8]:
    """Return what the frame knows, -1 where it does not."""
    known = {name: place for place, name in enumerate(names)} | {"": NONE}
    zh = f"不是有效取值，可用 {'、'.join(names)}，不知道请留空"
    en = f"is not known; use {', '.join(names)}, or leave it empty"
    return coded(rows, field, known, zh=zh, en=en).astype(np.int8)


def _rounds(rows: Sequence[Row]) -> InvitedRounds:
    """Return how people were reminded: a row without a number is a person, without a lot in none.

    Rows of one person say the same of lot.
    """
    first: dict[str, int] = {}
    person: list[int] = []  # the row in which each was first named
    lot = _of(rows, "lot", _LOTS)
    for k, row in enumerate(rows):
        name = row.cells.get("person", "").strip() or f"row {row.number}"
        place = first.setdefault(name, k)
        if lot[k] != lot[place]:
            number = rows[place].number
            row.refuse(
                "lot",
                zh=f"与第 {number} 行同一个人（person）的不同；一个人只在一半里",
                en=f"is not that of row {number}, which is the same person",
            )
        person.append(place)
    return InvitedRounds(
        person=np.array(person, dtype=np.intp),
        lot=lot,
        early=_of(rows, "early", _LOTS[:2]) == 1,
    )


def _of(rows: Sequence[Row], field: str, names: Sequence[str]) -> NDArray[np.int8]:
    """Return whole numbers from 0; an empty cell is 0."""
    known = {name: place for place, name in enumerate(names)} | {"": 0}
    zh = f"不是有效取值，可用 {'、'.join(names)}，没有请留空"
    en = f"is not known; use {', '.join(names)}, or leave it empty"
    return coded(rows, field, known, zh=zh, en=en).astype(np.int8)


def _responses(
    rows: Sequence[Row], invitations: Invitations, lists: CodeLists, sample: Sample
) -> NDArray[np.intp]:
    place_of = {str(name): place for place, name in enumerate(sample.response_id)}
    first: dict[str, int] = {}
    out = np.full(len(rows), NONE, dtype=np.intp)
    for i, row in enumerate(rows):
        name = row.cells["response_id"].strip()
        if (name != "") != (invitations.wave[i] != NEVER):
            row.refuse(
                "response_id",
                zh="wave 为 0（未作答）时须留空，不为 0 时须填写答卷编号",
                en="must be empty where wave is 0 (never answered), and filled in where it is not",
            )
        elif name and name not in place_of:
            row.refuse("response_id", zh=f"没有答卷“{name}”", en=f"there is no response {name!r}")
        elif name in first:
            row.refuse(
                "response_id",
                zh=f"“{name}”与第 {first[name]} 行重复",
                en=f"{name!r} repeats row {first[name]}",
            )
        elif name:
            out[i] = place_of[name]
            _check_fit(row, _answer(sample, lists, place_of[name]))
            first[name] = row.number
    return out


def _answer(sample: Sample, lists: CodeLists, place: int) -> dict[str, str]:
    return {
        "unit_code": lists.units[int(sample.unit[place])],
        "group_code": lists.groups[int(sample.group[place])],
        "channel": lists.channels[int(sample.channel[place])],
    }


def _check_fit(row: Row, answer: Mapping[str, str]) -> None:
    """Refuse a row that says other than the answer it names."""
    for field, value in answer.items():
        if row.cells[field].strip() != value:
            name = row.cells["response_id"].strip()
            row.refuse(
                field,
                zh=f"与答卷“{name}”的不一致（{value}）",
                en=f"is not that of response {name!r}, {value}",
            )
