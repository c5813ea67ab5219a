"""Answers read at once are those the careful reader reads, and it alone reads all others."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from survey.appraisal import responses_file
from survey.appraisal.inputs.plain_answers import Columns, read_plain
from survey.appraisal.responses_file import COLUMNS, NOT_LOCAL, OPTIONAL, item_columns
from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.scheme.planning import build_plan
from survey.stats.campaign.sample import Sample

COUNTY = read_folder(Path(__file__).parents[3] / "survey" / "demo" / "anlan")
PLAN = build_plan(COUNTY)
ITEMS = item_columns(COUNTY.questionnaire, PLAN.lists.items)
HEADING = [*COLUMNS, "token", "device_hash", "ip_hash", "rater", "own_staff", "probability", *ITEMS]
FIRST = [
    *("0000000000", "A02", "G1", "qr_open", "2026-12-01T09:00:39+08:00", "243.234", "male"),
    *("18-29", "990621001000", "urban", "", "m000000007", "m000000001", "", "0", "0.25"),
    *("4", "5", "4", "5", "5", "1", "5", ""),
]
SECOND = [
    *("0000000001", "B07", "G2", "token_sms", "2026-12-01T09:03:21+08:00", "", "", ""),
    *("not_local", "", "m000000002", "m000000003", "m000000001", "m000000000", "1", ""),
    *("0", "", "1", "2", "3", "", "4", "5"),
]


def written(path: Path, *rows: list[str], end: str = "\n") -> Path:
    text = end.join(",".join(row) for row in rows) + end
    path.write_bytes(text.encode())
    return path


def plain(path: Path) -> Sample | None:
    columns = Columns(needed=COLUMNS, optional=OPTIONAL, items=ITEMS)
    return read_plain(path, lists=PLAN.lists, columns=columns, elsewhere=(NOT_LOCAL, ""))


def careful(path: Path, monkeypatch: pytest.MonkeyPatch) -> Sample:
    with monkeypatch.context() as patched:
        patched.setattr(responses_file, "read_plain", lambda *_args, **_words: None)
        return responses_file.read_responses(
            path, lists=PLAN.lists, items=ITEMS, timezone="Asia/Shanghai"
        )


def assert_same(one: Sample, other: Sample) -> None:
    for each in fields(Sample):
        left, right = getattr(one, each.name), getattr(other, each.name)
        if isinstance(left, np.ndarray):
            assert left.dtype == right.dtype, each.name
            np.testing.assert_array_equal(left, right, err_msg=each.name)
        else:
            assert left == right, each.name


def test_both_readers_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "answers.csv", HEADING, FIRST, SECOND)
    found = plain(path)
    assert found is not None
    assert_same(found, careful(path, monkeypatch))


@pytest.mark.parametrize("place", range(len(FIRST)))
def test_a_cell_that_is_otherwise_is_left_to_the_careful_one(
    place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = 0
    for cell in ("", "x", " 1", "1_0", "９", "1e3", "m1", "-1", "7", "nan", '"4"', "2026-12-01"):
        row = [*FIRST[:place], cell, *FIRST[place + 1 :]]
        path = written(tmp_path / "answers.csv", HEADING, row, SECOND)
        found = plain(path)
        left += found is None
        if found is not None:
            assert_same(found, careful(path, monkeypatch))
    assert left >= 8


def test_tables_of_another_form_are_left_to_the_careful_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = tmp_path / "answers.csv", [*SECOND[:1], *FIRST[1:]]
    for rows in (
        [HEADING, SECOND, FIRST],  # not in order
        [HEADING, FIRST, [*FIRST[:1], *SECOND[1:]]],  # one twice
        [HEADING, FIRST, [""]],
        [HEADING, FIRST[:-1]],
        [[*HEADING, "notes"], [*FIRST, ""]],
        [HEADING[:-1], FIRST[:-1]],
        [HEADING],
    ):
        assert plain(written(path, *rows)) is None
    assert plain(written(path, HEADING, FIRST, other, end="\r\n")) is None
    assert plain(tmp_path / "none.csv") is None
    fewer = [name for name in HEADING if name not in {*OPTIONAL}]
    row = [cell for name, cell in zip(HEADING, FIRST, strict=True) if name in fewer]
    found = plain(written(path, fewer, row))
    assert found is not None
    assert_same(found, careful(path, monkeypatch))


def test_a_fault_is_named_by_row_and_field_as_before(tmp_path: Path) -> None:
    rows = [*FIRST[:1], "Z99", *FIRST[2:]]
    with pytest.raises(Refused) as caught:
        responses_file.read_responses(
            written(tmp_path / "answers.csv", HEADING, rows, SECOND),
            lists=PLAN.lists,
            items=ITEMS,
            timezone="Asia/Shanghai",
        )
    [problem] = caught.value.problems
    assert (problem.row, problem.field) == (2, "unit_code")
