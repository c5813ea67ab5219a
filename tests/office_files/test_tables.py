"""Text and tables as offices have them."""

import pytest

from survey.office_files.tables import decoded, records, spreadsheet_number
from survey.problems import Refused

HEADING = "code,name,remark\n"


def refused(text: str) -> int | None:
    with pytest.raises(Refused) as caught:
        records(text, "units.csv")
    [problem] = caught.value.problems
    assert problem.file == "units.csv"
    assert "引号" in problem.zh
    return problem.row


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ('A,甲,"合署\nB,乙,\nC,丙,\n', 2),  # open to the end of the file
        ('A,甲,\nB,乙,"合署”\nC,丙,"也是"\n', 3),  # closed by the next one, then words
        ('A,甲,"合署”\nB,乙,\nC,丙,"",\n', 2),  # closed by the next pair, which looks escaped
        ('A,甲,"合署”\nB,乙,\n",丙,\n', 2),  # closed by a stray one before a separator
        ('A,甲,"合署"办公\n', 2),  # closed too early
    ],
)
def test_an_open_quotation_mark_is_named_by_its_row(rows: str, row: int) -> None:
    assert refused(HEADING + rows) == row


def test_a_cell_longer_than_any_is_refused_in_words() -> None:
    assert refused(HEADING + 'A,甲,"' + "长" * 200_000) == 2


def test_quoted_cells_of_several_lines_are_kept() -> None:
    text = HEADING + 'A,甲,"第一行\n第二行，有“引号”和 "" 号, 也有逗号"\n,,\nB,乙,\n'
    found = records(text, "units.csv")
    assert [number for number, _row in found] == [1, 2, 4]
    assert found[1][1][2] == '第一行\n第二行，有“引号”和 " 号, 也有逗号'


def test_utf_16_without_its_second_half_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        decoded("编码".encode("utf-16")[:-1], "units.csv")
    assert caught.value.problems[0].row == 1


@pytest.mark.parametrize(
    ("values", "lost"),
    [
        (["A1", "1.23457E+17"], "1.23457E+17"),
        (["1E+05"], "1E+05"),
        ([f"99062100{n}567000" for n in range(1000, 1006)], "990621001000567000"),
        (["123456789012345000"], None),  # one may be so
        (["3e456789", "12e4", "990621001000"], None),  # hexadecimal marks, codes of townships
        ([f"12345678901234567{n}" for n in range(6)], None),
    ],
)
def test_codes_that_became_numbers_are_told_from_codes(values: list[str], lost: str | None) -> None:
    assert spreadsheet_number(values) == lost
