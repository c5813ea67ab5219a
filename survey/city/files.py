"""A year of a city as files: one table, a line for each county and class."""

from __future__ import annotations

import csv
import io

from survey.city.rolling import CityClass, CountyOfClass
from survey.city.shown import CityYear
from survey.fieldwork.papers.formulas import harmless
from survey.office_files.written import WrittenSheet, workbook_of_sheets

CITY = "全市"
_HEADING = (
    *("年度", "类别", "类别名称", "县（市、区）", "评议编号", "发布编号"),
    *("公布得分的单位", "全部单位", "平均得分", "区间下限", "区间上限", "可能名次", "说明"),
)
_WIDTHS = (8, 8, 30, 20, 24, 26, 10, 10, 10, 10, 10, 10, 60)
_SIMULATED = "模拟数据"


def csv_of_year(year: CityYear) -> bytes:
    """Return the table as CSV; a cell that a spreadsheet would compute starts with `'`."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in _rows(year):
        writer.writerow(harmless(cell) for cell in row)
    return buffer.getvalue().encode("utf-8-sig")


def xlsx_of_year(year: CityYear) -> bytes:
    """Return the table as a workbook, with what it is made of on a sheet of its own."""
    facts = [["县（市、区）", "评议名称", "发布编号", "发布时间", "得分文件摘要 SHA-256"]]
    for each in year.releases:
        release = each.document.release
        facts.append(
            [
                *(each.county, each.document.campaign.title),
                *(release.id, release.frozen_at, each.release.digest),
            ]
        )
    name = f"汇总（{_SIMULATED}）" if year.simulated else "汇总"
    return workbook_of_sheets(
        [
            WrittenSheet(name=name, rows=_rows(year), widths=_WIDTHS),
            WrittenSheet(name="来源", rows=facts, widths=(20, 40, 26, 24, 70)),
            WrittenSheet(name="说明", rows=[[line] for line in _explained(year)], widths=(110,)),
        ]
    )


FORMATS = {
    "csv": (csv_of_year, "text/csv; charset=utf-8"),
    "xlsx": (
        xlsx_of_year,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


def file_name(year: CityYear, name: str) -> str:
    """Return what a year's file is called; a simulated one says so in its name too."""
    return f"city-{year.year}{'-SIMULATED' if year.simulated else ''}.{name}"


def _rows(year: CityYear) -> list[list[str]]:
    rows = [list(_HEADING)]
    for each in year.classes:
        rows += [_row(year, each, county) for county in each.counties]
        if each.city is not None:
            value, half = each.city.value, each.city.independent
            figures = [f"{value:.2f}", f"{value - half:.2f}", f"{value + half:.2f}"]
            told = _SIMULATED if year.simulated else ""
            rows.append([str(year.year), each.code, each.name, CITY, *[""] * 4, *figures, "", told])
    return rows


def _row(year: CityYear, each: CityClass, county: CountyOfClass) -> list[str]:
    told = [_SIMULATED] if year.simulated else []
    told += [said.zh for said in county.why]
    return [
        *(str(year.year), each.code, each.name, county.county, county.campaign, county.release),
        *(str(county.n_published), str(county.n_units)),
        *_figures(county),
        "；".join(told),
    ]


def _figures(county: CountyOfClass) -> list[str]:
    figure = county.figure
    if figure is None:
        return ["", "", "", ""]
    ranks = "–".join(map(str, dict.fromkeys(county.ranks or ())))
    lower, upper = figure.value - figure.half_width, figure.value + figure.half_width
    return [f"{figure.value:.2f}", f"{lower:.2f}", f"{upper:.2f}", ranks]


def _explained(year: CityYear) -> list[str]:
    weights = "按给定的权重" if year.weighted else "每个单位同样计"
    return [
        "怎样汇总",
        f"县的得分是本类已公布得分的单位的平均数，{weights}；全市是各县的平均数，每县同样计。",
        "县的区间取各单位区间半宽的加权和：单位之间的误差有多大关联，得分文件没有写，这样算不会过窄。",
        "全市的区间把各县看作分别调查。",
        "题目、评议对象及其权重、满分、置信度、方法有不同的县，只列出，不计算；说明栏写明不同之处。",
        "可能名次是区间不能排除的名次；一段名次之内分不出先后。",
        "载入了同一份市里共性题的县，量表和共性题相同。没有载入的，得分文件没有写量表的分值，请核对各县方案。",
    ]
