"""What is wrong with something given to us, said so that a clerk can put it right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

# What a form or an option asks for, as the page calls it; a file's own headings stay as they are.
_ASKED_ZH = {
    "age_group": "年龄",
    "answers": "各题答案",
    "by": "办理人",
    "channel": "渠道",
    "class": "类别",
    "code": "验证码",
    "comment": "意见建议",
    "count": "数量",
    "group": "评议对象",
    "group_code": "评议对象",
    "level": "办理难度",
    "name": "姓名",
    "password": "密码",
    "photo": "照片",
    "place": "张贴地点",
    "poster": "海报",
    "reason": "理由",
    "reasons": "不满意的原因",
    "residence": "城镇或农村",
    "response_id": "答卷编号",
    "role": "角色",
    "seen": "看到的情况",
    "sex": "性别",
    "submitted_at": "作答日期",
    "text": "内容",
    "token": "评议码",
    "township_code": "居住的乡镇",
    "unit": "单位",
    "unit_code": "单位",
    "units": "单位",
    "until": "日期",
    "username": "账号",
    "visit_place": "地点",
    "visited_on": "察访日期",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault: the words in both languages and, where they apply, file, row and field.

    ``row`` counts as a spreadsheet shows it: the heading of a CSV file is row 1. Of a workbook
    the ``sheet`` and the letters of the ``column`` are told too.
    """

    zh: str
    en: str
    file: str = ""
    row: int | None = None
    field: str = ""
    sheet: str = ""
    column: str = ""

    def text(self, lang: str) -> str:
        """Return place and words in one line, in Chinese (``zh…``) or English."""
        chinese = lang.startswith("zh")
        place = self._place_zh() if chinese else self._place_en()
        words = self.zh if chinese else self.en
        if not place:
            return words
        return f"{place}：{words}" if chinese else f"{place}: {words}"

    def both(self) -> str:
        """Return the Chinese line, then the English one."""
        return f"{self.text('zh')}\n{self.text('en')}"

    def _place_zh(self) -> str:
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        row = "" if self.row is None else f"第 {self.row} 行"
        column = f"{self.column} 列" if self.column else ""
        field = self.field if self.file else _ASKED_ZH.get(self.field, self.field)
        return " ".join(part for part in (self.file, sheet, row, column, field) if part)

    def _place_en(self) -> str:
        sheet = f"sheet {self.sheet!r}" if self.sheet else ""
        row = "" if self.row is None else f"row {self.row}"
        column = f"column {self.column}" if self.column else ""
        return ", ".join(part for part in (self.file, sheet, row, column, self.field) if part)


class Refused(Exception):  # noqa: N818  the word said to the user; what is refused is not a failure
    """Something given was refused as a whole; nothing of it has been stored."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(problem.both() for problem in self.problems))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Problem, ...]]]:
        """Come out of another process as it was raised there, with its problems."""
        return type(self), (self.problems,)

    @classmethod
    def of(
        cls, *, zh: str, en: str, file: str = "", row: int | None = None, field: str = ""
    ) -> Self:
        """Make the refusal of one problem."""
        return cls([Problem(zh=zh, en=en, file=file, row=row, field=field)])

    def text(self, lang: str) -> str:
        """Return all problems, one line each, in one language."""
        return "\n".join(problem.text(lang) for problem in self.problems)


class Unfit(Refused):
    """The installation cannot do its work until its operator mends it; nobody's input is wrong."""
