"""What a cell of a workbook says: the text that would stand in a CSV file in its place.

A workbook keeps numbers and the way they are shown apart: a day is a number, and so is a code with
leading zeros. Of a number it keeps fifteen digits; what had more is refused, never guessed.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation

_MOST_DIGITS = 15
_LAST_DAY = 2_958_465  # 9999-12-31
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - days on paper
_LEAP_1900 = 60  # the 29 February 1900 that never was, and that workbooks count
# Days and times among the formats that are not written out, those of Chinese offices included.
_DAYS = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), *range(57, 59)})
_TIMES = frozenset({*range(18, 22), *range(32, 36), 45, 47, 55, 56})
_KNOWN = {9: "0%", 10: "0.00%", 46: "[h]:mm:ss"}
_UNREAD = re.compile(r'"[^"]*"|[\\_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_TIME = re.compile("[dmyhs]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")


class Unsaid(Exception):  # noqa: N818 - the reader says it as a problem of its cell
    """A cell of which nobody can tell what it shall say, and why."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


@dataclass(slots=True)
class Cell:
    """A cell as a workbook writes it: its kind, what it holds, and whether a formula made that."""

    column: int
    kind: str
    style: int
    raw: str = ""
    formula: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What a workbook keeps for all its cells: words, formats and where days are counted from."""

    words: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    since_1904: bool = False

    def text(self, cell: Cell) -> str:
        """Return what a cell says; raises Unsaid."""
        if cell.formula and not cell.raw and cell.kind != "str":
            raise Unsaid(
                "是没有计算结果的公式，请用 Excel 或 WPS 打开、保存一次，或改填数值",
                "is a formula without a result; open and save the file in Excel or WPS, or fill in "
                "the value",
            )
        if cell.kind == "e":
            raise Unsaid(
                f"是错误值 {cell.raw}，请改正公式或填写内容",
                f"holds the error {cell.raw}; mend the formula, or fill in what shall stand there",
            )
        if not cell.raw:
            return ""
        if cell.kind == "s":
            return self.words[int(cell.raw)]
        if cell.kind == "b":
            return "TRUE" if cell.raw == "1" else "FALSE"
        if cell.kind == "d":
            return cell.raw.removesuffix("T00:00:00")
        if cell.kind in {"str", "inlineStr"}:
            return unescaped(cell.raw)
        return self._number(cell)

    def _number(self, cell: Cell) -> str:
        shown = self.formats[cell.style] if cell.style < len(self.formats) else ""
        if not shown and cell.raw.isdecimal() and len(cell.raw) <= _MOST_DIGITS:
            return cell.raw
        try:
            value = Decimal(cell.raw)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise Unsaid(f"“{cell.raw}”不是一个数", f"{cell.raw!r} is not a number")
        if _TIME.search(shown):
            return self._moment(value, shown)
        if shown.endswith("%"):
            return f"{_plain(value * 100)}%"
        text = _plain(value)
        return text.zfill(len(shown))

    def _moment(self, serial: Decimal, shown: str) -> str:
        if not 0 <= serial <= _LAST_DAY:
            raise Unsaid(
                "是无法表示的日期，请改填日期，如 2026-12-01",
                "is a date that does not exist; write one as 2026-12-01",
            )
        passed = timedelta(seconds=round(float(serial) * 86_400))
        if "[" in shown:
            minutes, seconds = divmod(int(passed.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        if self.since_1904:
            moment = _EPOCH_1904 + passed
        else:
            moment = _EPOCH + passed + timedelta(days=serial < _LEAP_1900)
        if serial < 1:
            return f"{moment:%H:%M:%S}"
        if moment.time() == time() and not re.search("[hs]", shown, re.IGNORECASE):
            return f"{moment:%Y-%m-%d}"
        return f"{moment:%Y-%m-%d %H:%M:%S}"


def unescaped(text: str) -> str:
    """Return a text with the signs that a workbook writes by their numbers."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def format_of(number: int, written: dict[int, str]) -> str:
    """Return a format by its number, bare: of days and times, percents and leading zeros, or ''."""
    if number in _DAYS:
        return "y-m-d h" if number == 22 else "y-m-d"
    if number in _TIMES:
        return "h:m:s"
    shown = _UNREAD.sub("", written.get(number, _KNOWN.get(number, ""))).partition(";")[0].strip()
    return shown if _TIME.search(shown) or shown.endswith("%") or set(shown) == {"0"} else ""


def _plain(value: Decimal) -> str:
    """Return a number in plain notation, with the digits that a workbook keeps; raises Unsaid."""
    whole = value == 0 or value.adjusted() >= _MOST_DIGITS or value == int(value)
    if not whole:
        return format(Decimal(f"{float(value):.{_MOST_DIGITS}g}"), "f")
    if value.adjusted() >= _MOST_DIGITS and value:
        raise Unsaid(
            f"是超过 {_MOST_DIGITS} 位的数字，表格软件没有保留后面的位数；请把该列设为“文本”，"
            "再从原文件重新填入",
            f"is a number of more than {_MOST_DIGITS} digits, of which a spreadsheet loses the "
            "rest; format the column as text and fill it in from the source again",
        )
    return str(int(value))
