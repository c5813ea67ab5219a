"""The score document as an Excel file; the same release gives the same bytes."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from survey.appraisal.record.scores import GroupEquivalent
from survey.exchange.document import FrozenDocument
from survey.exchange.tables import Cell, Column, Table, full_table, import_table, local_moment

_FORMATS = {"text": "@", "whole": "0", "decimal": "0.00"}
_WIDEST = 40


def xlsx_bytes(document: FrozenDocument, *beside: tuple[str, Table]) -> bytes:
    """Return a workbook: the import sheet, every field, and what identifies the release.

    Tables `beside` the scores are sheets of their own.
    """
    tables = [("导入表", import_table(document)), ("全部字段", full_table(document)), *beside]
    return workbook_bytes(document, tables)


def workbook_bytes(document: FrozenDocument, tables: Sequence[tuple[str, Table]]) -> bytes:
    """Return a workbook of named tables, and what identifies the release they are of."""
    import xlsxwriter  # noqa: PLC0415 - most processes write no workbook

    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        buffer,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    frozen_at = datetime.fromisoformat(document.content.release.frozen_at).astimezone(UTC)
    workbook.set_properties(
        {
            "title": _titled(document, document.content.campaign.title),
            "comments": document.release_code,
            "created": frozen_at.replace(tzinfo=None),
        }
    )
    for name, table in tables:
        _add_table(workbook, _titled(document, name), table)
    _add_facts(workbook, _titled(document, "发布信息"), document)
    workbook.close()
    return buffer.getvalue()


def _titled(document: FrozenDocument, title: str) -> str:
    return f"{title}（模拟数据）" if document.simulated else title


def _add_table(workbook: Any, name: str, table: Table) -> None:
    sheet = workbook.add_worksheet(name)
    head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    formats = {
        number: workbook.add_format({"num_format": number}) for number in _all_formats(table)
    }
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(table, place))
        sheet.write_string(0, place, column.heading, head)
    for number, row in enumerate(table.rows, start=1):
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            style = formats[_format(column, cell)]
            if cell is None:
                sheet.write_blank(number, place, None, style)
            elif column.kind == "text":
                sheet.write_string(number, place, str(cell), style)
            else:
                sheet.write_number(number, place, float(cell), style)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _all_formats(table: Table) -> list[str]:
    """Return the number formats in order of use; a decimal shows as many places as published."""
    return list(
        dict.fromkeys(
            _format(column, cell)
            for row in table.rows
            for column, cell in zip(table.columns, row, strict=True)
        )
    )


def _format(column: Column, cell: Cell) -> str:
    if column.kind == "decimal" and isinstance(cell, str) and "." in cell:
        return "0." + "0" * len(cell.partition(".")[2])
    return _FORMATS[column.kind]


def _width(table: Table, place: int) -> float:
    cells = [table.columns[place].heading, *(str(row[place] or "") for row in table.rows)]
    return min(
        _WIDEST, 2 + max(sum(2 if ord(sign) > 255 else 1 for sign in cell) for cell in cells)
    )


def _add_facts(workbook: Any, name: str, document: FrozenDocument) -> None:
    sheet = workbook.add_worksheet(name)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    release, campaign = document.content.release, document.content.campaign
    notice, signature = document.content.notice, document.signature
    facts = [
        ("评议编号", campaign.id),
        ("评议名称", campaign.title),
        ("发布编号", release.id),
        ("发布时间", local_moment(document)),
        ("取代的发布", release.supersedes or "无"),
        ("方案摘要 SHA-256", release.plan_digest),
        ("数据摘要 SHA-256", release.data_digest),
        ("得分文件（JSON）摘要 SHA-256", document.digest),
        ("程序版本", release.code_version),
        ("存证数量", str(release.ledger.size)),
        ("存证根", release.ledger.root),
        ("签名算法", signature.algorithm),
        ("签名密钥", signature.key_id),
        ("签名", signature.value or ""),
        ("数据性质", notice.zh if notice else "正式数据"),
        *(
            (f"折合样本量 {told.group_code}", _equivalents(told))
            for told in document.content.open_answers or ()
        ),
    ]
    for row, (heading, value) in enumerate(facts):
        sheet.write_string(row, 0, heading)
        sheet.write_string(row, 1, value)


def _equivalents(told: GroupEquivalent) -> str:
    sample = told.equivalent_sample
    return (
        f"公开答卷 {told.open_n} 份，折合受邀答卷约 {sample.n} 份（{sample.lower}–{sample.upper}）"
    )
