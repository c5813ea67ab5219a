"""Reads and checks a folder laid out as the demonstration county's (``survey/demo/anlan``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from survey.problems import Problem, Refused
from survey.scheme import checks
from survey.scheme.age_bands import ages_of
from survey.scheme.county import (
    CampaignFacts,
    ClassGroupFacts,
    CountyFolder,
    GroupFacts,
    TownshipFacts,
    UnitFacts,
)
from survey.scheme.csv_rows import Row, one_of, refuse_numbers, refuse_repeated, rows_in, told_once
from survey.scheme.documents import read_questionnaire, read_scheme, read_texts
from survey.scheme.kinds import CODE
from survey.scheme.margins import read_margins
from survey.scheme.scheme import CampaignPart, Scheme
from survey.scheme.source import FolderSource, Source

UNIT_COLUMNS = (
    *("unit_code", "uscc", "name_zh", "short_zh"),
    *("class", "area_code12", "is_vertical"),
)
GROUP_COLUMNS = ("group_code", "name_zh", "min_valid_per_unit")
WEIGHT_COLUMNS = ("class", "group_code", "weight_percent", "target_valid_per_unit")
TOWNSHIP_COLUMNS = (
    *("township_code", "name_zh", "type_zh"),
    *("resident_population", "villages_and_communities"),
)

_ENGLISH = ("name_en",)  # Chinese stands where it is left out


def read_folder(folder: Path) -> CountyFolder:
    """Read a county's folder; any table of it may be a workbook of the same name.

    Raises
    ------
    Refused
        With every problem found, by file, row and field; nothing is used of such a folder.
    """
    source = FolderSource(path=folder)
    with source.told():
        return read_county(source)


def read_county(source: Source) -> CountyFolder:
    """Read a county from wherever it is given; raises Refused as `read_folder` does.

    What is refused names files of a folder; `Source.told` names the places people know.
    """
    problems = list(source.passed_over())
    document, scheme = read_scheme(source, problems)
    questionnaire = read_questionnaire(source, problems)
    if scheme is None or any(problem.file == "questionnaire.json" for problem in problems):
        # Every other file is read against these two; without them each row would be a fault.
        raise Refused(problems)
    groups = _groups(source, problems)
    class_groups = _class_groups(source, scheme, groups, problems)
    townships = _townships(source, problems)
    units = _units(source, scheme, questionnaire, problems)
    margins, townships = read_margins(
        source, scheme.county.area_code, townships, ages_of(questionnaire), problems
    )
    parts = checks.Parts(
        scheme=scheme,
        questionnaire=questionnaire,
        groups=groups,
        class_groups=class_groups,
        units=units,
        townships=townships,
        margins=margins,
    )
    if not problems:
        checks.check(parts, problems)
    texts = read_texts(source, problems)
    if problems:
        raise Refused(told_once(problems))
    return CountyFolder(
        campaign=_campaign(scheme.campaign),
        groups=groups,
        class_groups=class_groups,
        units=units,
        townships=townships,
        margins=margins,
        questionnaire=questionnaire,
        document=document,
        texts=texts,
        digests=source.digests(),
    )


def _campaign(stated: CampaignPart) -> CampaignFacts:
    return CampaignFacts(
        campaign_code=stated.campaign_code,
        title_zh=stated.title_zh,
        title_en=stated.title_en,
        organiser_zh=stated.organiser_zh,
        timezone=stated.timezone,
        starts_at=stated.fieldwork.starts_at,
        ends_at=stated.fieldwork.ends_at,
    )


def _groups(source: Source, problems: list[Problem]) -> tuple[GroupFacts, ...]:
    rows = rows_in(
        source,
        "respondent_groups.csv",
        columns=GROUP_COLUMNS,
        optional=_ENGLISH,
        problems=problems,
        key=("group_code",),
    )
    return tuple(
        GroupFacts(
            group_code=row.text("group_code"),
            name_zh=row.text("name_zh"),
            name_en=row.text_or("name_en", row.cells["name_zh"].strip()),
            min_valid=row.count("min_valid_per_unit"),
            row=row.number,
        )
        for row in rows
    )


def _class_groups(
    source: Source,
    scheme: Scheme,
    groups: tuple[GroupFacts, ...],
    problems: list[Problem],
) -> tuple[ClassGroupFacts, ...]:
    rows = rows_in(
        source,
        "class_group_weights.csv",
        columns=WEIGHT_COLUMNS,
        problems=problems,
        key=("class", "group_code"),
    )
    classes = set(scheme.classes)
    known = {group.group_code for group in groups}
    return tuple(
        ClassGroupFacts(
            class_code=_class(row, classes),
            group_code=one_of(
                row,
                "group_code",
                known.__contains__,
                zh=" respondent_groups.csv ",
                en="respondent_groups.csv",
            ),
            coefficient=row.number_of("weight_percent"),
            target_valid=row.count("target_valid_per_unit"),
            row=row.number,
        )
        for row in rows
    )


def _class(row: Row, classes: set[str]) -> str:
    listed = "、".join(sorted(classes))
    return one_of(
        row,
        "class",
        classes.__contains__,
        zh=f" scheme.yaml 的类别（{listed}）",
        en=f"the classes of scheme.yaml ({', '.join(sorted(classes))})",
    )


def _townships(source: Source, problems: list[Problem]) -> tuple[TownshipFacts, ...]:
    if not source.holds("townships.csv"):
        return ()  # the population files name the townships too
    rows = rows_in(
        source,
        "townships.csv",
        columns=TOWNSHIP_COLUMNS,
        problems=problems,
        key=("township_code",),
        optional=_ENGLISH,
    )
    return tuple(
        TownshipFacts(
            township_code=row.text("township_code"),
            name_zh=row.text("name_zh"),
            name_en=row.text_or("name_en", row.cells["name_zh"].strip()),
            type_zh=row.text_or("type_zh", ""),
            resident_population=row.count("resident_population"),
            n_villages=row.count("villages_and_communities"),
        )
        for row in rows
    )


def _units(
    source: Source,
    scheme: Scheme,
    questionnaire: dict[str, Any],
    problems: list[Problem],
) -> tuple[UnitFacts, ...]:
    rows = rows_in(
        source,
        "units.csv",
        columns=UNIT_COLUMNS,
        problems=problems,
        key=("unit_code",),
        optional=(*_ENGLISH, *own_columns(questionnaire)),
    )
    classes = set(scheme.classes)
    refuse_numbers(rows, "area_code12")
    for column in ("uscc", "name_zh"):
        refuse_repeated(rows, (column,))
    return tuple(
        UnitFacts(
            unit_code=_code(row),
            uscc=_uscc(row),
            name_zh=row.text("name_zh"),
            short_zh=row.text("short_zh"),
            name_en=row.text_or("name_en", row.cells["name_zh"].strip()),
            class_code=_class(row, classes),
            area_code=row.text("area_code12"),
            is_vertical=_yes(row, "is_vertical"),
            item_ids=_item_ids(row, questionnaire),
            row=row.number,
        )
        for row in rows
    )


def _code(row: Row) -> str:
    code = row.text("unit_code")
    if code and not CODE.holds(code):
        row.refuse("unit_code", zh=f"“{code}”{CODE.zh}", en=f"{code!r} {CODE.en}")
    return code


def _uscc(row: Row) -> str:
    code = row.text("uscc")
    if code and not checks.uscc_holds(code):
        row.refuse(
            "uscc",
            zh=f"“{code}”不是有效的统一社会信用代码（18位，末位为校验码）",
            en=f"{code!r} is not a unified social credit code (18 characters, the last a check)",
        )
    return code


def _yes(row: Row, field: str) -> bool:
    value = row.cells[field].strip()
    if value not in {"0", "1"}:
        row.refuse(field, zh=f"“{value}”应为 0 或 1", en=f"{value!r} must be 0 or 1")
    return value == "1"


def own_columns(questionnaire: dict[str, Any]) -> tuple[str, ...]:
    """Return the columns of units.csv that name an item of the unit's own."""
    entries = [entry for items in questionnaire["item_sets"].values() for entry in items]
    return tuple(dict.fromkeys(filter(None, map(own_column, entries))))


def own_column(entry: str) -> str:
    """Return the column of units.csv that an entry of an item set takes its item from, or ''."""
    own = entry.startswith("<units.") and entry.endswith(">")
    return entry.removeprefix("<units.").removesuffix(">") if own else ""


def _item_ids(row: Row, questionnaire: dict[str, Any]) -> tuple[str, ...]:
    """Return the items a unit is asked about; ``<units.COLUMN>`` takes the unit's own column."""
    out = []
    for entry in questionnaire["item_sets"].get(row.cells["class"].strip(), []):
        item_id = entry
        if column := own_column(entry):
            item_id = row.cells.get(column, "").strip()
            known = {item["id"] for item in questionnaire["scored_items"]}
            if item_id not in known:
                row.refuse(
                    column,
                    zh=f"“{item_id}”不是 questionnaire.json 中的题目",
                    en=f"{item_id!r} is no item of questionnaire.json",
                )
        out.append(item_id)
    return tuple(out)
