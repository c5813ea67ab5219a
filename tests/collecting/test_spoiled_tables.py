"""What offices do to a table of answers: understood, or refused by file, row and column.

By the command and by the page alike, with nothing stored of what is refused.
"""

from collections.abc import Callable

import pytest
from flask import Flask

from survey.site.installation import Site
from tests.collecting.factories import HEADING, table
from tests.collecting.test_collect import receipts, run, stored, uploaded
from tests.officials import signed_in

pytestmark = pytest.mark.second

Spoil = Callable[[str], bytes]
ROWS = table({}, {"q_C1": "5"}, {"comment": "窗口排队太久"}).decode("utf-8-sig")


def instead(old: str, new: str, times: int = 1) -> Spoil:
    def spoil(text: str) -> bytes:
        assert old in text, old
        return text.replace(old, new, times).encode()

    return spoil


UNDERSTOOD: dict[str, Spoil] = {
    "GB18030": lambda text: text.encode("gb18030"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "with a mark of bytes": lambda text: text.encode("utf-8-sig"),
    "semicolons": lambda text: text.replace(",", ";").encode(),
    "tabs": lambda text: text.replace(",", "\t").encode(),
    "old line ends": lambda text: text.replace("\r\n", "\r").encode(),
    "full-width digits": instead("240", "２４０", times=3),
    "full-width code": instead("A01", "Ａ０１", times=3),
    "blanks": instead("phone", " phone　", times=3),
    "a date as Excel writes it": instead("2026-12-04 15:20", "2026/12/4 15:20", times=3),
    "blank rows": lambda text: (text + "\r\n" + "," * (len(HEADING) - 1) + "\r\n").encode(),
    "a blank column": lambda text: text.replace("\r\n", ",\r\n").encode(),
}
# The row and the column that are named, where there is one.
REFUSED: dict[str, tuple[Spoil, int, str]] = {
    "an open quotation mark": (instead("D002,", '"D002,'), 3, ""),
    "a serial as a float": (instead("D002", "1.23457E+17"), 3, "response_id"),
    "a code as a float": (instead("phone,,", "phone,1.23457E+15,"), 2, "token"),
    "lost digits": (instead("990621001000", "9.90621E+11"), 2, "township_code"),
    "a number with an underscore": (instead("240", "2_40"), 2, "duration_s"),
    "one cell more": (instead("窗口排队太久", "窗口,排队太久"), 4, ""),
    "unseen signs": (instead("D002", "D\u202e002"), 3, "response_id"),
    "levels in words": (instead("70+", "70岁及以上"), 2, "age_group"),
    "a column twice": (instead("q_C2", "q_C1"), 0, ""),
    "a column without its name": (instead("unit_code", ""), 0, ""),
    "the heading alone": (lambda text: text.splitlines(keepends=True)[0].encode(), 0, ""),
    "nothing at all": (lambda text: b"", 0, ""),
    "a picture": (lambda text: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 0, ""),
}


@pytest.mark.parametrize("spoil", UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_it_is_understood(opened: Site, spoil: Spoil) -> None:
    result = run(spoil(ROWS))
    assert result.exit_code == 0, result.exception
    assert [row["response_id"] for row in receipts(result.stdout)] == ["D001", "D002", "D003"]
    assert [each.answers for each in stored(opened)] == ["44444044", "54444044", "44444044"]
    assert {each.duration_ms for each in stored(opened)} == {240_000}


@pytest.mark.parametrize("kind", REFUSED)
def test_it_is_refused_by_its_place(opened: Site, app: Flask, kind: str) -> None:
    spoil, row, field = REFUSED[kind]
    zh = " ".join(filter(None, ("interviews.csv", row and f"第 {row} 行", field)))
    en = ", ".join(filter(None, ("interviews.csv", row and f"row {row}", field)))
    result = run(spoil(ROWS))
    assert result.exit_code == 1
    told = str(result.exception).splitlines()
    assert any(line.startswith(zh) for line in told), told
    assert any(line.startswith(en) for line in told), told
    page = uploaded(signed_in(app, "admin"), spoil(ROWS))
    assert page.status_code == 422
    assert zh in page.text
    assert stored(opened) == []
