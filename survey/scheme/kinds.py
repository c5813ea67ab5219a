"""What a single value of a document may be, and how to say so in both languages."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from survey.office_files.signs import LONGEST_NAME, length_fault, name_fault, sign_fault
from survey.office_files.times import day_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A single value: `take` returns it as the program holds it, or raises ValueError.

    `zh` and `en` say what it may be and follow the value (“…”应为…), unless `why` knows better;
    `range_zh` and `range_en` say the same in a list of settings. `stored` takes what an earlier
    program took and this one would refuse.
    """

    take: Callable[[Any], Any]
    zh: str
    en: str
    range_zh: str
    range_en: str
    stored: Callable[[Any], Any] | None = None
    why: Callable[[Any], tuple[str, str] | None] = lambda _value: None
    options: tuple[str, ...] = ()  # the words for all it can be, where these are few

    def holds(self, value: object) -> bool:
        """Say whether a value is one of these."""
        try:
            self.take(value)
        except ValueError:
            return False
        return True


def is_number(value: object) -> bool:
    """Say whether a value is a finite number, which YAML's true and .nan are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def is_code(value: object) -> bool:
    """Say whether a text can stand in an address and in the name of a file."""
    return isinstance(value, str) and re.fullmatch(r"\w[\w.-]{0,39}", value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _only(holds: Callable[[Any], bool]) -> Callable[[Any], Any]:
    def take(value: Any) -> Any:
        if not holds(value):
            raise ValueError
        return value

    return take


def _moment(value: Any) -> datetime:
    """Take a moment; a stored document has it as text."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(found, datetime) or found.tzinfo is None:
        raise ValueError
    return found


def _day(value: Any) -> date:
    found = day_in(value) if isinstance(value, str) else value
    if isinstance(found, datetime) or not isinstance(found, date):
        raise ValueError  # noqa: TRY004  every kind says so by the same error
    return found


def _zone(value: Any) -> str:
    try:
        ZoneInfo(value if isinstance(value, str) else "")
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError from error
    return str(value)


def _limit(value: Any) -> float | None:
    if value == NO_LIMIT:
        return None
    if not is_number(value) or value < 0:
        raise ValueError
    return float(value)


def _line(value: Any) -> float | str:
    if value == CLASS_MEAN:
        return CLASS_MEAN
    if not is_number(value):
        raise ValueError
    return float(value)


def _slope(value: Any) -> tuple[float, float]:
    """Take a slope with its standard error; a stored document has it as that text too."""
    found = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(?:±|\+/-)(\d+(?:\.\d+)?)", _no_spaces(value))
    if not found:
        raise ValueError
    slope, error = map(float, found.groups())
    if abs(slope) > FARTHEST_SLOPE or not 0 < error <= FARTHEST_SLOPE:
        raise ValueError
    return slope, error


def _reminded(value: Any) -> tuple[int, str]:
    """Take a day of the fieldwork and who is reminded on it."""
    text = str(value) if _is_whole(value) or isinstance(value, str) else ""
    found = re.fullmatch(r"\s*(\d{1,3})(?:\s+(all|first|second))?\s*", text)
    if not found or not 1 <= int(found[1]) <= LAST_DAY:
        raise ValueError
    return int(found[1]), found[2] or "all"


def _no_spaces(value: Any) -> str:
    return re.sub(r"\s", "", value) if isinstance(value, str) else ""


NO_LIMIT = "none"
FARTHEST_SLOPE = 1.5
LAST_DAY = 366  # of a fieldwork
CLASS_MEAN = "class_mean"
NOTES = "notes"  # what is said under this name nothing reads
ANYTHING = Leaf(
    take=lambda value: value,
    zh="可写任意内容",
    en="may be anything",
    range_zh="任意",
    range_en="any",
)
LONGEST_TEXT, LONGEST_SHORT = 4_000, 40


_Fault = tuple[str, str] | None


def _text(fault: Callable[[str], _Fault], range_zh: str, range_en: str) -> Leaf:
    def why(value: Any) -> _Fault:
        return fault(value.strip()) if _is_text(value) else None

    return Leaf(
        take=_only(lambda value: _is_text(value) and why(value) is None),
        zh="应为文字（数字请加引号）",
        en="must be a text (numbers in quotes)",
        range_zh=range_zh,
        range_en=range_en,
        stored=_only(_is_text),
        why=why,
    )


TEXT = _text(
    lambda text: sign_fault(text, lines=True) or length_fault(text, LONGEST_TEXT), "文字", "text"
)
NAME = _text(
    name_fault,
    f"文字，一行，最多 {LONGEST_NAME} 个字",
    f"text, one line, at most {LONGEST_NAME} characters, twice as many Latin ones",
)
SHORT = _text(
    lambda text: sign_fault(text) or length_fault(text, LONGEST_SHORT),
    f"文字，一行，最多 {LONGEST_SHORT} 个字符",
    f"text, one line, at most {LONGEST_SHORT} characters",
)
CODE = Leaf(
    take=_only(is_code),
    zh="只能含文字、数字和 _ . -，以文字或数字开头，最多40个字符",
    en="must hold letters, digits and _ . - only, begin with a letter or digit, at most 40",
    range_zh="编码",
    range_en="code",
)
SHA256 = Leaf(
    take=_only(lambda value: isinstance(value, str) and bool(re.fullmatch("[0-9a-f]{64}", value))),
    zh="应为 SHA-256 校验值：64 位小写十六进制数",
    en="must be a SHA-256: 64 hexadecimal digits in lower case",
    range_zh="SHA-256 校验值",
    range_en="SHA-256",
)
FLAG = Leaf(
    take=_only(lambda value: isinstance(value, bool)),
    zh="应为 true 或 false（不加引号）",
    en="must be true or false (without quotes)",
    range_zh="true、false",
    range_en="true, false",
    options=("true", "false"),
)
MOMENT = Leaf(
    take=_moment,
    zh="应为日期或时间，如 2026-12-01、2026-12-01 08:00",
    en="must be a date or time, as 2026-12-01 or 2026-12-01 08:00",
    range_zh="日期或时间，不写时区的按本活动时区，结束日期到当日最后一秒",
    range_en="date or time, of the campaign's zone unless it says another; an end, with its day",
)
DAY = Leaf(
    take=_day,
    zh="应为日期，如 2026-12-01",
    en="must be a date, as 2026-12-01",
    range_zh="日期",
    range_en="date",
)
ZONE = Leaf(
    take=_zone,
    zh="不是时区名，如 Asia/Shanghai",
    en="is no time zone, as Asia/Shanghai",
    range_zh="时区名",
    range_en="time zone",
)
NUMBER = Leaf(
    take=_only(is_number), zh="应为数字", en="must be a number", range_zh="数", range_en="number"
)
POSITIVE = Leaf(
    take=_only(lambda value: is_number(value) and value > 0),
    zh="应为正数",
    en="must be a positive number",
    range_zh="正数",
    range_en="above 0",
)
RATE = Leaf(
    take=_only(lambda value: is_number(value) and 0 < value < 1),
    zh="应为 0 到 1 之间的数",
    en="must be a number between 0 and 1",
    range_zh="大于 0、小于 1",
    range_en="between 0 and 1",
)
SHARE = Leaf(
    take=_only(lambda value: is_number(value) and 0 < value <= 1),
    zh="应为大于 0、不大于 1 的数",
    en="must be a number above 0 and not above 1",
    range_zh="大于 0、不大于 1",
    range_en="above 0, at most 1",
)
LIMIT = Leaf(
    take=_limit,
    zh=f"应为不小于 0 的数（标准误的倍数），或 {NO_LIMIT}（不设上限）",
    en=f"must be a number of zero or more (standard errors), or {NO_LIMIT!r} for no limit",
    range_zh=f"不小于 0 的数，或 {NO_LIMIT}",
    range_en=f"0 or more, or `{NO_LIMIT}`",
)

LINE = Leaf(
    take=_line,
    zh=f"应为分数，或 {CLASS_MEAN}（本类平均分）",
    en=f"must be a score, or {CLASS_MEAN!r} for the mean of the class",
    range_zh=f"分数，或 {CLASS_MEAN}",
    range_en=f"score, or `{CLASS_MEAN}`",
)


SLOPE = Leaf(
    take=_slope,
    zh="应写成“斜率±标准误”，如 '0.21±0.14'，斜率在 -1.5 至 1.5 之间，标准误大于 0、不大于 1.5",
    en="must be a slope with its standard error, as '0.21±0.14', the slope from -1.5 to 1.5, the"
    " error above 0 and at most 1.5",
    range_zh="斜率±标准误，如 '0.21±0.14'",
    range_en="slope±error, as '0.21±0.14'",
)


REMINDED = Leaf(
    take=_reminded,
    zh="应为评议的第几天（1 至 366），只催一半的后面写 first 或 second，如 5、'5 first'",
    en="must be a day of the fieldwork (1 to 366), with first or second after it where a half is"
    " reminded, as 5 or '5 first'",
    range_zh="第几天，或“第几天 first”“第几天 second”",
    range_en="day, or day and first or second",
)


def number(least: float, most: float) -> Leaf:
    """Return a number within ends that belong to it."""
    return Leaf(
        take=_only(lambda value: is_number(value) and least <= value <= most),
        zh=f"应为 {least:g} 至 {most:g} 的数",
        en=f"must be a number from {least:g} to {most:g}",
        range_zh=f"{least:g} 至 {most:g}",
        range_en=f"{least:g} to {most:g}",
    )


def hundredths(least: float, most: float) -> Leaf:
    """Return a number within ends that belong to it, of two decimals at most."""
    return Leaf(
        take=_only(
            lambda value: is_number(value) and least <= value <= most and round(value, 2) == value
        ),
        zh=f"应为 {least:g} 至 {most:g} 的数，最多两位小数",
        en=f"must be a number from {least:g} to {most:g}, of two decimals at most",
        range_zh=f"{least:g} 至 {most:g}，最多两位小数",
        range_en=f"{least:g} to {most:g}, two decimals at most",
    )


def whole(least: int | None = None, most: int | None = None) -> Leaf:
    """Return a whole number within ends that belong to it."""

    def holds(value: Any) -> bool:
        low, high = (value if end is None else end for end in (least, most))
        return _is_whole(value) and bool(low <= value <= high)

    if least is None and most is None:
        words = ("整数", "whole number")
    elif most is None:
        words = (f"不小于 {least} 的整数", f"whole number of {least} or more")
    else:
        words = (f"{least} 至 {most} 的整数", f"whole number from {least} to {most}")
    return Leaf(
        take=_only(lambda value: _is_whole(value) and holds(value)),
        zh=f"应为{' ' if words[0][0].isdecimal() else ''}{words[0]}",
        en=f"must be a {words[1]}",
        range_zh=words[0],
        range_en=words[1],
    )


COUNT = whole(0)
WHOLE = whole()


def choice(*values: str | float) -> Leaf:
    """Return one of some words or numbers; a single one states a rule that has no other way."""
    # YAML's true is no 1.
    known = {(type(value), value): value for value in values}
    listed = [_word(value) for value in values]

    def take(value: Any) -> Any:
        if (type(value), value) not in known:
            raise ValueError
        return value

    only = len(values) == 1
    return Leaf(
        take=lambda value: take(value) if value.__hash__ else take(None),
        zh=f"只能是 {listed[0]}" if only else f"可用 {'、'.join(listed)}",
        en=f"can only be {listed[0]}" if only else f"is not known; use {', '.join(listed)}",
        range_zh="、".join(f"`{word}`" for word in listed),
        range_en=", ".join(f"`{word}`" for word in listed),
        options=tuple(listed),
    )


def _word(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def near(name: str, known: Sequence[str]) -> str:
    """Return the known name someone most likely meant, or nothing."""
    folded = {entry.casefold(): entry for entry in known}
    found = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def unknown_words(name: str, known: Sequence[str]) -> tuple[str, str]:
    """Return what to say of a name that is not known here, in Chinese and English."""
    meant = near(name, known)
    if meant:
        return f"没有“{name}”这一项，是否为 {meant}？", f"{name!r} is not known; is it {meant}?"
    listed = [entry for entry in known if entry != NOTES]
    zh, en = (
        f"没有“{name}”这一项，可用 {'、'.join(listed)}",
        f"{name!r} is not known; use {', '.join(listed)}",
    )
    if NOTES in known:
        return f"{zh}；说明文字请写在 notes 下", f"{en}, or put words under notes"
    return zh, en
