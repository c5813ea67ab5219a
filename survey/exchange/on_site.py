"""Deductions of visits 察访核验扣分: lines of their own, under the import's column names."""

from __future__ import annotations

from collections.abc import Callable

from survey.appraisal.record.scores import OnSiteDeductions, UnitDeduction, UnitScore
from survey.exchange.document import FrozenDocument
from survey.exchange.tables import IMPORT_COLUMNS, SIMULATED, Cell, Column, Kind, Table

SHEET = "察访核验扣分"
# Who the line is of: the same columns as in the import of scores.
_OF_UNIT = ("单位编码", "统一社会信用代码", "单位名称", "考核类别", "行政区划代码")


def on_site_table(document: FrozenDocument) -> Table:
    """Return a line for each unit that visits were counted of; none where there were none."""
    told = document.content.on_site
    columns = _columns(told, {unit.unit_code: unit for unit in told.units} if told else {})
    units = {unit.unit_code: unit for unit in document.content.units}
    counted = [units[each.unit_code] for each in told.units] if told else []
    return Table(
        columns=columns,
        rows=tuple(tuple(column.cell(document, unit) for column in columns) for unit in counted),
    )


def _columns(
    told: OnSiteDeductions | None, counted: dict[str, UnitDeduction]
) -> tuple[Column, ...]:
    def of_line(
        heading: str, get: Callable[[OnSiteDeductions, UnitDeduction], Cell], kind: Kind = "text"
    ) -> Column:
        def cell(_document: FrozenDocument, unit: UnitScore) -> Cell:
            return get(told, counted[unit.unit_code]) if told else None

        return Column(heading=heading, kind=kind, cell=cell)

    named = {column.heading: column for column in IMPORT_COLUMNS}
    return (
        named["考核年度"],
        of_line("指标编码", lambda line, _unit: line.indicator.code),
        of_line("指标名称", lambda line, _unit: line.indicator.name),
        *(named[heading] for heading in _OF_UNIT),
        of_line("已确认的察访次数", lambda _line, unit: unit.n_visits, "whole"),
        of_line("各次合计", lambda _line, unit: unit.found, "decimal"),
        of_line("最多扣分", lambda line, _unit: line.most, "decimal"),
        of_line("扣分", lambda _line, unit: unit.deduction, "decimal"),
        of_line("所计记录的校验值", lambda line, _unit: line.digest),
        Column(
            heading="发布编号",
            kind="text",
            cell=lambda document, _unit: document.content.release.id,
        ),
        Column(
            heading="备注",
            kind="text",
            cell=lambda document, _unit: SIMULATED if document.simulated else "",
        ),
    )
