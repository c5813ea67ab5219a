"""Reads the population: cells, or margins, or both if they agree.

Margins are numbers of people, or percentages of a number of people that is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from survey.problems import Problem
from survey.scheme.age_bands import band_named
from survey.scheme.county import MarginFacts, TownshipFacts
from survey.scheme.csv_rows import Row, one_of, rows_in
from survey.scheme.source import Source
from survey.stats.campaign.ages import age_bands, counts
from survey.stats.campaign.sample import RESIDENCES, SEXES

_CELLS = "population_cells.csv"
_MARGINS = "population_margins_18plus.csv"

_PEOPLE, _PERCENT = "population_18plus", "percent"
_ALL = Decimal(100)
_MOST_ROUNDED = Decimal(2)  # what rounding may take from a hundred, or add to it, at most
_APART = Decimal("0.1")  # percentage points between a percentage and the cells beside it

Totals = dict[tuple[str, str, str], int]
Shares = dict[tuple[str, str], dict[str, Decimal]]
# Every category a variable must have, so that a structural zero is a zero and not a gap.
Categories = Mapping[str, tuple[str, ...]]


def read_margins(
    source: Source,
    county: str,
    townships: tuple[TownshipFacts, ...],
    ages: Sequence[str],
    problems: list[Problem],
) -> tuple[tuple[MarginFacts, ...], tuple[TownshipFacts, ...]]:
    """Return the margins of the adults, and the townships where no file of theirs lists them.

    ``population_cells.csv`` leads; ``population_margins_18plus.csv`` beside it must agree
    with it, row by row, and serves alone where there are no cells. ``ages`` are those asked for.
    """
    known = _categories(ages)
    if source.holds(_CELLS):
        totals, found = _from_cells(source, townships, ages, problems)
        if source.holds(_MARGINS) and not problems:
            _compare(source, totals, known, problems)
    else:
        totals, found = _from_margins(source, townships, known, problems)
    margins = tuple(
        MarginFacts(area_code=area or county, variable=variable, category=category, total=total)
        for (area, variable, category), total in totals.items()
    )
    return margins, townships or found


def _categories(ages: Sequence[str]) -> Categories:
    banded = {name: tuple(dict.fromkeys(of.values())) for name, of in age_bands(ages).items()}
    return {"sex": SEXES[:2], **banded, "residence": RESIDENCES}


def _from_cells(
    source: Source,
    townships: tuple[TownshipFacts, ...],
    ages: Sequence[str],
    problems: list[Problem],
) -> tuple[Totals, tuple[TownshipFacts, ...]]:
    columns = ("township_code", "township_zh", "residence", "sex", "age_group", "population")
    rows = rows_in(
        source,
        _CELLS,
        columns=(*columns, "in_survey_universe"),
        problems=problems,
        key=("township_code", "residence", "sex", "age_group"),
    )
    totals: dict[tuple[str, str, str], int] = defaultdict(int)
    listed = {township.township_code for township in townships}
    names: dict[str, str] = {}
    everyone: dict[str, int] = defaultdict(int)
    _name_bands(rows, "age_group", [age for age in ages if counts(age)])
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
            for variable, category in _cell_categories(row, area, ages):
                totals[area, variable, category] += people
                totals["", variable, category] += people
    found = tuple(_bare_township(code, name, everyone[code]) for code, name in names.items())
    return _filled(totals, _categories(ages), list(names)), found


def _cell_categories(row: Row, area: str, ages: Sequence[str]) -> list[tuple[str, str]]:
    sex = one_of(row, "sex", SEXES[:2].__contains__, zh=" male、female ", en="male, female")
    residence = one_of(
        row,
        "residence",
        RESIDENCES.__contains__,
        zh=" urban、rural ",
        en="urban, rural",
    )
    bands = [age for age in ages if counts(age)]
    age = one_of(
        row,
        "age_group",
        bands.__contains__,
        zh=f" questionnaire.json 的年龄段（{'、'.join(bands)}）",
        en=f"the age bands of questionnaire.json ({', '.join(bands)})",
    )
    return [
        ("sex", sex),
        *((variable, of.get(age, "")) for variable, of in age_bands(ages).items()),
        ("residence", residence),
        ("township", area),
    ]


def _name_bands(rows: Sequence[Row], column: str, bands: Sequence[str]) -> None:
    """Give ages the questionnaire's names in a table that writes them as registers do.

    Where some bands have those names already, another spelling is a slip, refused by its row.
    """
    written = {row.cells[column].strip() for row in rows}
    if not written.intersection(band for band in bands if not band.endswith("+")):
        for row in rows:
            row.cells[column] = band_named(row.cells[column].strip(), bands)


def _filled(totals: Totals, known: Categories, areas: list[str]) -> Totals:
    """Return the totals with zeros where an area has nobody; the county's area is still ''."""
    out: Totals = {}
    for area in ("", *areas):
        for variable, categories in known.items():
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


def _margin_rows(source: Source, problems: list[Problem]) -> list[Row]:
    return rows_in(
        source,
        _MARGINS,
        columns=("area_level", "area_code", "dimension", "level"),
        optional=(_PEOPLE, _PERCENT, "share"),
        problems=problems,
        key=("area_level", "area_code", "dimension", "level"),
    )


def _key(row: Row, categories: Categories) -> tuple[str, str, str]:
    level = one_of(
        row,
        "area_level",
        {"county", "township"}.__contains__,
        zh=" county、township ",
        en="county, township",
    )
    area = "" if level == "county" else row.text("area_code")
    variables = (*categories, "township")
    variable = one_of(
        row,
        "dimension",
        variables.__contains__,
        zh=f" {'、'.join(variables)} ",
        en=", ".join(variables),
    )
    category, known = row.text("level"), categories.get(variable)
    if known and category:
        one_of(row, "level", known.__contains__, zh=f" {'、'.join(known)} ", en=", ".join(known))
    return area, variable, category


def _from_margins(
    source: Source,
    townships: tuple[TownshipFacts, ...],
    known: Categories,
    problems: list[Problem],
) -> tuple[Totals, tuple[TownshipFacts, ...]]:
    rows = _margin_rows(source, problems)
    stated: Totals = {}
    shares: Shares = defaultdict(dict)
    places: dict[tuple[str, str], Row] = {}
    listed = {township.township_code for township in townships}
    for variable, categories in known.items():
        of = [row for row in rows if row.cells["dimension"].strip() == variable]
        _name_bands(of, "level", categories)
    keys = [_key(row, known) for row in rows]
    for row, key in zip(rows, keys, strict=True) if listed else ():
        _need_listed(row, key, listed)
    for row, (area, variable, category) in zip(rows, keys, strict=True):
        if _is_percent(row):
            shares[area, variable][category] = _percent_of(row)
        else:
            stated[area, variable, category] = _people_of(row)
        places.setdefault((area, variable), row)
    people = stated | _in_people(shares, stated, places)
    totals = {key: people[key] for key in keys if key in people}
    if not any(row.doubtful for row in rows):
        _refuse_disagreement(totals, places)
    areas = [
        category for area, variable, category in totals if (area, variable) == ("", "township")
    ]
    found = tuple(_bare_township(code, code, totals["", "township", code]) for code in areas)
    return totals, found


def _need_listed(row: Row, key: tuple[str, str, str], listed: set[str]) -> None:
    """Refuse a row of a township that there is none of: nobody would be weighted by it."""
    area, variable, place = key
    for field, code in (("area_code", area), ("level", place if variable == "township" else "")):
        if code and code not in listed:
            one_of(row, field, listed.__contains__, zh=" townships.csv ", en="townships.csv")


def _is_percent(row: Row) -> bool:
    return bool(row.cells.get(_PERCENT, "").strip())


def _people_of(row: Row) -> int:
    if _PEOPLE in row.cells:
        return row.count(_PEOPLE)
    row.refuse(_PERCENT, zh="不能为空，请填写", en="is empty; fill it in")
    return 0


def _percent_of(row: Row) -> Decimal:
    """Return a percentage, written with its sign or without."""
    if row.cells.get(_PEOPLE, "").strip():
        row.refuse(
            _PERCENT,
            zh=f"与 {_PEOPLE} 同时填写，请只留一项",
            en=f"and {_PEOPLE} are both given; keep one",
        )
    row.cells[_PERCENT] = row.cells[_PERCENT].strip().removesuffix("%")
    return row.number_of(_PERCENT)


def _in_people(
    shares: Shares, stated: Mapping[tuple[str, str, str], int], places: dict[tuple[str, str], Row]
) -> Totals:
    """Return the numbers of people that percentages say; the county's first, then townships'."""
    people: Totals = {}
    for (area, variable), parts in sorted(shares.items(), key=lambda entry: entry[0][0]):
        row = places[area, variable]
        adults = _adults(area, stated, people)
        if any(key[:2] == (area, variable) for key in stated):
            row.refuse(
                _PERCENT,
                zh=f"{variable} 有的行填人数，有的行填百分比，请只用一种",
                en=f"{variable} has people in some rows and percentages in others; use one",
            )
        elif abs(sum(parts.values()) - _ALL) > _rounded(parts):
            row.refuse(
                _PERCENT,
                zh=f"{variable} 合计 {sum(parts.values())}，应为 100",
                en=f"{variable} sums to {sum(parts.values())}, not 100",
            )
        elif adults is None:
            row.refuse(
                _PERCENT,
                zh="不知道该地区成年人的总数，百分比无法折算成人数；"
                f"请把该地区任一项（如 sex）改填人数 {_PEOPLE}",
                en="how many adults live there is not known, so percentages cannot become people; "
                f"give one variable of this area (such as sex) in people, {_PEOPLE}",
            )
        else:
            counted = _shared_out(adults, parts)
            people |= {(area, variable, category): n for category, n in counted.items()}
    return people


def _adults(area: str, *known: Mapping[tuple[str, str, str], int]) -> int | None:
    """Return how many adults live in an area, by a variable that says so in people."""
    for totals in known:
        for variable in dict.fromkeys(key[1] for key in totals if key[0] == area):
            return sum(n for key, n in totals.items() if key[:2] == (area, variable))
    own = ("", "township", area)
    return next((totals[own] for totals in known if own in totals), None)


def _rounded(parts: Mapping[str, Decimal]) -> Decimal:
    """Return by how much percentages may miss a hundred for being rounded as they are written."""
    places = min(-int(part.as_tuple().exponent) for part in parts.values())
    return min(len(parts) * Decimal("0.5").scaleb(-places), _MOST_ROUNDED)


def _shared_out(adults: int, parts: Mapping[str, Decimal]) -> dict[str, int]:
    """Return whole people for percentages, as many as there are; largest remainders round up."""
    whole = sum(parts.values())
    exact = {category: adults * part / whole for category, part in parts.items()}
    counted = {category: int(value) for category, value in exact.items()}
    left = adults - sum(counted.values())
    for category in sorted(exact, key=lambda c: (counted[c] - exact[c], c))[:left]:
        counted[category] += 1
    return counted


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


def _compare(
    source: Source, totals: Totals, categories: Categories, problems: list[Problem]
) -> None:
    """Refuse rows of the margins that the cells contradict."""
    rows = _margin_rows(source, problems)
    for row in rows:
        area, variable, _ = key = _key(row, categories)
        known = totals.get(key)
        if known is None:
            row.refuse("level", zh=f"{_CELLS} 中没有该项", en=f"{_CELLS} knows no such entry")
        elif _is_percent(row):
            of = sum(n for each, n in totals.items() if each[:2] == (area, variable))
            _compare_percent(row, _ALL * known / of if of else Decimal(0))
        elif known != (stated := _people_of(row)):
            row.refuse(
                "population_18plus",
                zh=f"{stated} 与 {_CELLS} 汇总的 {known} 不一致",
                en=f"{stated} disagrees with {known} summed from {_CELLS}",
            )


def _compare_percent(row: Row, known: Decimal) -> None:
    stated = _percent_of(row)
    if abs(stated - known) > _APART:
        row.refuse(
            _PERCENT,
            zh=f"{stated} 与 {_CELLS} 汇总的 {known:.2f} 不一致",
            en=f"{stated} disagrees with {known:.2f} summed from {_CELLS}",
        )
