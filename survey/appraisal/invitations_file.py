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
from survey.stats.campaign.invitations import NEVER, Invitations
from survey.stats.campaign.sample import NONE, RESIDENCES, SEXES, Sample

INVITATIONS = "invitations.csv"
COLUMNS = ("unit_code", "group_code", "channel", "response_id", "wave")
_OPTIONAL = ("sex", "age_group", "residence")
_WAVES = ("0", "1", "2")


def read_invitations(path: Path, *, lists: CodeLists, sample: Sample) -> Invitations:
    """Read the list; ``sex``, ``age_group`` and ``residence`` may be left out or empty.

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
        wave=_codes(rows, "wave", _WAVES).astype(np.int8),
        sex=_known(rows, "sex", SEXES),
        age=_known(rows, "age_group", lists.ages),
        ages=lists.ages,
        residence=_known(rows, "residence", RESIDENCES),
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
                zh="wave 为 0（未作答）时须留空，为 1 或 2 时须填写答卷编号",
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
