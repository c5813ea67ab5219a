"""Results as workbooks for the offices that use them; the same release gives the same bytes.

The budget office gets the county's import columns, whoever keeps cadre files what can be said of
a unit with its error; both get the change since the campaign before, or why there is none.
"""

from collections.abc import Callable

from survey.appraisal.record.scores import UnitScore
from survey.exchange.document import FrozenDocument
from survey.exchange.tables import IMPORT_COLUMNS, Cell, Column, Table, table_of
from survey.exchange.workbook import workbook_bytes
from survey.reports.filling import reported_in
from survey.reports.kinds import FOR_USE, NAMES, Kind
from survey.reports.sure import unit_lines
from survey.reports.using.years import earlier_campaign, year_rows

_KEPT_IN_FILES = ("考核年度", "单位编码", "统一社会信用代码", "单位名称", "考核类别", "百分制得分")
_YEAR_HEADINGS = (
    "单位编码",
    "单位名称",
    "考核类别",
    "本次得分",
    "比上次变化",
    "变化的区间",
    "结论",
)


def use_workbook(document: FrozenDocument, kind: Kind) -> bytes:
    """Return a release as the workbook of `budget` or `cadre`.

    Raises Refused where an earlier program froze the release.
    """
    assert kind in FOR_USE
    reported_in(document.content)
    table = table_of(document, IMPORT_COLUMNS if kind == "budget" else _cadre_columns())
    tables = [(NAMES[kind].zh, table)]
    if earlier_campaign(document.content):
        tables.append(("年度对比", _years(document)))
    return workbook_bytes(document, tables)


def _cadre_columns() -> tuple[Column, ...]:
    first = [column for column in IMPORT_COLUMNS if column.heading in _KEPT_IN_FILES]
    last = [column for column in IMPORT_COLUMNS if column.heading in {"等次", "有效样本量", "备注"}]
    own = [
        _column("得分区间", lambda unit: f"{unit.lower}–{unit.upper}" if unit.lower else None),
        _column(
            "名次可能的范围",
            lambda unit: "–".join(map(str, unit.rank_range)) if unit.rank_range else None,
        ),
        _column("可以肯定的结论", lambda unit: "".join(unit_lines(unit, "zh")) or None),
    ]
    return (*first, *own, *last)


def _column(heading: str, get: Callable[[UnitScore], Cell]) -> Column:
    return Column(heading=heading, kind="text", cell=lambda _document, unit: get(unit))


def _years(document: FrozenDocument) -> Table:
    def nothing(_document: FrozenDocument, _unit: UnitScore) -> Cell:
        return None  # pragma: no cover - rows are given

    before = earlier_campaign(document.content)
    headings = [name.replace("上次", f"上次（{before}）") for name in _YEAR_HEADINGS]
    return Table(
        columns=tuple(Column(heading=name, kind="text", cell=nothing) for name in headings),
        rows=tuple(
            (row.code, row.name, row.class_code, row.score, row.change, row.interval, row.verdict)
            for row in year_rows(document.content, lang="zh")
        ),
    )
