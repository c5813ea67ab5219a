"""Reads the population: cells, or margins, or both if they agree."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from survey.office_files.given import given
from survey.problems import Problem
from survey.scheme.county import MarginFacts, TownshipFacts
from survey.scheme.csv_rows import Row, one_of, read_rows

_AGE4 = {"18-29": "18-29", "30-44": "30-44", "45-59": "45-59", "60-69": "60+", "70+": "60+"}
_AGES = ("0-14", "15-17", *_AGE4)
# Every category a variable must have, so that a structural zero is a zero and not a gap.
_CATEGORIES = {
    "sex": ("male", "female"),
    "age4": tuple(dict.fromkeys(_AGE4.values())),
    "age5": tuple(_AGE4),
    "residence": ("urban", "rural"),
}
_CELLS = "population_cells.csv"
_MARGINS = "population_margins_18plus.csv"

Totals = dict[tuple[str, str, str], int]


def read_margins(
    folder: Path, county: str, townships: tuple[TownshipFacts, ...], problems: list[Problem]
) -> tuple[tuple[MarginFacts, ...], tuple[TownshipFacts, ...]]:
    """Return the margins of the adults, and the townships where no file of theirs lists them.

    ``population_cells.csv`` leads; ``population_margins_18plus.csv`` beside it must agree
    with it, row by row, and serves alone where there are no cells.
    """
    if given(folder / _CELLS).exists():
        totals, found = _from_cells(folder, townships, problems)
        if given(folder / _MARGINS).exists() and not problems:
            _compare(folder, totals, problems)
    else:
        totals, found = _from_margins(folder, problems)
    margins = tuple(
        MarginFacts(area_code=area or county, variable=variable, category=category, total=total)
        for (area, variable, category), total in totals.items()
    )
    return margins, townships or found


def _from_cells(
    folder: Path, townships: tuple[TownshipFacts, ...], problems: list[Problem]
) -> tuple[Totals, tuple[TownshipFacts, ...]]:
    columns = ("township_code", "township_zh", "residence", "sex", "age_group", "population")
    rows = read_rows(
        folder / _CELLS,
        columns=(*columns, "in_survey_universe"),
        problems=problems,
        key=("township_code", "residence", "sex", "age_group"),
    )
    totals: dict[tuple[str, str, str], int] = defaultdict(int)
    listed = {township.township_code for township in townships}
    names: dict[str, str] = {}
    everyone: dict[str, int] = defaultdict(int)
    for row in rows:
        area = row.text("township_code")
        if listed:
            one_of(
                row, "township_code", listed.__contains__, zh=" townships.csv ", en="townships.csv"
            )
        names.setdefault(area, row.text("township_zh"))
        people = row.count("population")
        everyone[area] += people
        if row.cells["in_survey_universe"].strip() == "1":
            for variable, category in _cell_categories(row, area):
                totals[area, variable, category] += people
                totals["", variable, category] += people
    found = tuple(_bare_township(code, name, everyone[code]) for code, name in names.items())
    return _filled(totals, list(names)), found


def _cell_categories(row: Row, area: str) -> list[tuple[str, str]]:
    sex = one_of(
        row, "sex", _CATEGORIES["sex"].__contains__, zh=" male、female ", en="male, female"
    )
    residence = one_of(
        row,
        "residence",
        _CATEGORIES["residence"].__contains__,
        zh=" urban、rural ",
        en="urban, rural",
    )
    age = one_of(
        row, "age_group", _AGE4.__contains__, zh="成年年龄组", en="the age groups of adults"
    )
    return [
        ("sex", sex),
        ("age4", _AGE4.get(age, "")),
        ("age5", age),
        ("residence", residence),
        ("township", area),
    ]


def _filled(totals: Totals, areas: list[str]) -> Totals:
    """Return the totals with zeros where an area has nobody; the county's area is still ''."""
    out: Totals = {}
    for area in ("", *areas):
        for variable, categories in _CATEGORIES.items():
            for category in categories:
                out[area, variable, category] = totals.get((area, variable, category), 0)
    for area in areas:
        out["", "township", area] = totals.get(("", "township", area), 0)
    return out


def _bare_township(code: str, name: str, population: int) -> TownshipFacts:
    return TownshipFacts(
        township_code=code,
        name_zh=name,
        name_en=name,
        type_zh="",
        resident_population=population,
        n_villages=0,
    )


def _margin_rows(folder: Path, problems: list[Problem]) -> list[Row]:
    return read_rows(
        folder / _MARGINS,
        columns=("area_level", "area_code", "dimension", "level", "population_18plus"),
        optional=("share",),
        problems=problems,
        key=("area_level", "area_code", "dimension", "level"),
    )


def _key(row: Row) -> tuple[str, str, str]:
    level = one_of(
        row,
        "area_level",
        {"county", "township"}.__contains__,
        zh=" county、township ",
        en="county, township",
    )
    area = "" if level == "county" else row.text("area_code")
    variables = (*_CATEGORIES, "township")
    variable = one_of(
        row,
        "dimension",
        variables.__contains__,
        zh=f" {'、'.join(variables)} ",
        en=", ".join(variables),
    )
    category, known = row.text("level"), _CATEGORIES.get(variable)
    if known and category:
        one_of(row, "level", known.__contains__, zh=f" {'、'.join(known)} ", en=", ".join(known))
    return area, variable, category


def _from_margins(
    folder: Path, problems: list[Problem]
) -> tuple[Totals, tuple[TownshipFacts, ...]]:
    rows = _margin_rows(folder, problems)
    totals: Totals = {}
    places: dict[tuple[str, str], Row] = {}
    for row in rows:
        area, variable, category = _key(row)
        totals[area, variable, category] = row.count("population_18plus")
        places.setdefault((area, variable), row)
    _refuse_disagreement(totals, places)
    areas = [
        category for area, variable, category in totals if (area, variable) == ("", "township")
    ]
    found = tuple(_bare_township(code, code, totals["", "township", code]) for code in areas)
    return totals, found


def _refuse_disagreement(totals: Totals, places: dict[tuple[str, str], Row]) -> None:
    """Refuse variables of one area whose totals claim different numbers of people."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (area, variable, _), total in totals.items():
        sums[area][variable] += total
    for area, by_variable in sums.items():
        first, expected = next(iter(by_variable.items()))
        for variable, total in by_variable.items():
            if total != expected:
                places[area, variable].refuse(
                    "population_18plus",
                    zh=f"{variable} 合计 {total} 人，而 {first} 合计 {expected} 人，两者应相等",
                    en=f"{variable} sums to {total} people, {first} to {expected}: they must agree",
                )
    for (area, variable, place), total in totals.items():
        if (area, variable) == ("", "township") and place in sums:
            own = next(iter(sums[place].values()))
            if own != total:
                places[area, variable].refuse(
                    "population_18plus",
                    zh=f"{place} 为 {total} 人，而该乡镇自身合计 {own} 人，两者应相等",
                    en=f"{place} has {total} people here and {own} by its own: they must agree",
                )


def _compare(folder: Path, totals: Totals, problems: list[Problem]) -> None:
    """Refuse rows of the margins that the cells contradict."""
    rows = _margin_rows(folder, problems)
    for row in rows:
        stated = row.count("population_18plus")
        known = totals.get(_key(row))
        if known is None:
            row.refuse("level", zh=f"{_CELLS} 中没有该项", en=f"{_CELLS} knows no such entry")
        elif known != stated:
            row.refuse(
                "population_18plus",
                zh=f"{stated} 与 {_CELLS} 汇总的 {known} 不一致",
                en=f"{stated} disagrees with {known} summed from {_CELLS}",
            )
