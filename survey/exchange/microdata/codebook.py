"""The codebook of the microdata: every variable and code in both languages, as CSV and XLSX."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from survey.exchange.microdata.readme import readme
from survey.exchange.microdata.variables import Code, Dataset, Variable
from survey.fieldwork.papers.formulas import harmless
from survey.office_files.written import WrittenSheet, workbook_of_sheets

HEADING = (
    *("变量 variable", "含义", "meaning", "类型 type", "测量水平 level"),
    *("代码 code", "代码含义", "code means", "是否缺失值 missing", "份数 answers"),
)
_LEVELS = {"nominal": "名义 nominal", "ordinal": "有序 ordinal", "scale": "度量 scale"}
_ANY_NUMBER = ("其他数为所填的数", "any other is the number given")
_WIDTHS = (14, 48, 48, 14, 16, 14, 30, 30, 12, 12)


def codebook_rows(data: Dataset) -> list[tuple[str, ...]]:
    """Return the codebook, its heading first; each code with how many answers have it."""
    found: list[tuple[str, ...]] = [HEADING]
    for place, variable in enumerate(data.variables):
        found += _of(variable, Counter(row[place] for row in data.rows))
    return found


def codebook_csv(data: Dataset, *, encoding: str) -> bytes:
    """Return the codebook as CSV; no cell is a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([harmless(cell) if not _is_number(cell) else cell for cell in row]
                     for row in codebook_rows(data))  # fmt: skip
    return buffer.getvalue().encode(encoding)


def codebook_xlsx(data: Dataset) -> bytes:
    """Return the codebook as a workbook: what the data are, and the codes."""
    mark = "（模拟数据）" if data.simulated else ""
    about = [
        [line] for lang in ("zh", "en") for line in readme(data, lang=lang).splitlines() if line
    ]
    return workbook_of_sheets(
        [
            WrittenSheet(
                name=f"代码本{mark}", rows=[list(row) for row in codebook_rows(data)],
                widths=_WIDTHS,
            ),
            WrittenSheet(name=f"说明{mark}", rows=about, widths=(110,)),
        ]
    )  # fmt: skip


def _of(variable: Variable, counted: Counter[Code]) -> Iterator[tuple[str, ...]]:
    kind = "文字 text" if variable.text else "数字 number"
    head = (variable.name, variable.words.zh, variable.words.en, kind, _LEVELS[variable.measure])
    left = sum(counted.values())
    for value in variable.values:
        n = counted[value.code]
        left -= n
        missing = "是 yes" if value.missing else "否 no"
        yield (*head, str(value.code), value.words.zh, value.words.en, missing, str(n))
    if variable.measure == "scale":
        yield (*head, "", *_ANY_NUMBER, "否 no", str(left))


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").isdecimal()
