"""What the files of a folder must say together."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from survey.problems import Problem
from survey.scheme.age_bands import ages_of
from survey.scheme.county import (
    ClassGroupFacts,
    GroupFacts,
    MarginFacts,
    TownshipFacts,
    UnitFacts,
)
from survey.scheme.questionnaire.crosswise import crosswise_faults
from survey.scheme.scheme import Scheme
from survey.stats.campaign.ages import AGE_VARIABLES, age_bands

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a folder, each read without a fault."""

    scheme: Scheme
    questionnaire: dict[str, Any]
    groups: tuple[GroupFacts, ...]
    class_groups: tuple[ClassGroupFacts, ...]
    units: tuple[UnitFacts, ...]
    townships: tuple[TownshipFacts, ...]
    margins: tuple[MarginFacts, ...]


def uscc_holds(code: str) -> bool:
    """Say whether a unified social credit code has its shape and check character.

    GB 32100-2015: weights are powers of 3 modulo 31 over 17 characters.
    """
    if len(code) != 18 or any(character not in _USCC_ALPHABET for character in code):
        return False
    values = [_USCC_ALPHABET.index(character) for character in code]
    weighted = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return (31 - weighted % 31) % 31 == values[17]


def check(parts: Parts, problems: list[Problem]) -> None:
    """Note where the files contradict one another."""
    _check_coefficients(parts, problems)
    _check_items(parts, problems)
    _check_areas(parts, problems)
    _check_ages(parts, problems)
    _check_scale(parts, problems)
    _check_cells(parts, problems)
    _check_numbers(parts, problems)
    found = crosswise_faults(parts.scheme.crosswise, parts.questionnaire)
    problems.extend(fault.problem("scheme.yaml") for fault in found)


def _check_coefficients(parts: Parts, problems: list[Problem]) -> None:
    file = "class_group_weights.csv"
    given = {(entry.class_code, entry.group_code) for entry in parts.class_groups}
    for code in parts.scheme.classes:
        problems.extend(
            Problem(
                zh=f"缺少 {code} 类 {group.group_code} 组的一行（不评可填 0）",
                en=f"the row of class {code}, group {group.group_code} is missing (0 if not asked)",
                file=file,
                field="group_code",
            )
            for group in parts.groups
            if (code, group.group_code) not in given
        )
        entries = [entry for entry in parts.class_groups if entry.class_code == code]
        total = sum((entry.coefficient for entry in entries), Decimal(0))
        if entries and total != 100:
            problems.append(
                Problem(
                    zh=f"{code} 类各组权重合计为 {total}，应为 100",
                    en=f"the group weights of class {code} sum to {total}, not 100",
                    file=file,
                    row=entries[-1].row,
                    field="weight_percent",
                )
            )


def _check_items(parts: Parts, problems: list[Problem]) -> None:
    weights = {
        item["id"]: Decimal(str(item["weight"])) for item in parts.questionnaire["scored_items"]
    }
    sets = parts.questionnaire["item_sets"]
    problems.extend(
        Problem(
            zh=f"缺少 {code} 类的题目",
            en=f"class {code} has no items",
            file="questionnaire.json",
            field=f"item_sets.{code}",
        )
        for code in parts.scheme.classes
        if code not in sets
    )
    for unit in parts.units:
        total = sum((weights[item_id] for item_id in unit.item_ids), Decimal(0))
        if unit.class_code in sets and total != 100:
            problems.append(
                Problem(
                    zh=f"{unit.unit_code} 的各题权重合计为 {total}，应为 100",
                    en=f"the item weights of {unit.unit_code} sum to {total}, not 100",
                    file="units.csv",
                    row=unit.row,
                    field="class",
                )
            )


def _check_areas(parts: Parts, problems: list[Problem]) -> None:
    known = {township.township_code for township in parts.townships}
    known.add(parts.scheme.county.area_code)
    problems.extend(
        Problem(
            zh=f"区划代码“{unit.area_code}”既不是本县代码，也不是乡镇（街道）代码",
            en=f"the area code {unit.area_code!r} is neither the county's nor a township's",
            file="units.csv",
            row=unit.row,
            field="area_code12",
        )
        for unit in parts.units
        if unit.area_code not in known
    )
    if not parts.units:
        problems.append(Problem(zh="没有参评单位", en="there is no unit", file="units.csv", row=2))


def _check_ages(parts: Parts, problems: list[Problem]) -> None:
    """Note weights by ages other than the questionnaire asks for."""
    known = tuple(age_bands(ages_of(parts.questionnaire)))
    problems.extend(
        Problem(
            zh=f"“{variable}”与问卷的年龄段不符（见 questionnaire.json 的 profile[0].options），"
            f"请写 {'、'.join(known)}",
            en=f"{variable!r} does not go with the ages asked for (profile[0].options of "
            f"questionnaire.json); use {', '.join(known)}",
            file="scheme.yaml",
            field=f"scoring.weighting.{code}.margins",
        )
        for code, how in parts.scheme.scoring.weighting.items()
        for variable in how.margins
        if variable in AGE_VARIABLES and variable not in known
    )


def _check_scale(parts: Parts, problems: list[Problem]) -> None:
    stated = parts.scheme.scale_points
    for entry in parts.questionnaire["scale"]:
        points = entry.get("points")
        if points is not None and stated.get(str(entry["value"])) != points:
            problems.append(
                Problem(
                    zh=f"选项 {entry['value']} 的分值 {points} 与 scheme.yaml 的不一致",
                    en=f"answer {entry['value']} is worth {points}, other than in scheme.yaml",
                    file="questionnaire.json",
                    field="scale.points",
                )
            )


def _check_cells(parts: Parts, problems: list[Problem]) -> None:
    """Note groups that count but are too small to show: the unit's score would tell theirs."""
    smallest = parts.scheme.privacy.smallest_cell
    counting = {entry.group_code for entry in parts.class_groups if entry.coefficient}
    problems.extend(
        Problem(
            zh=f"“{group.min_valid}”少于 scheme.yaml 的 privacy.min_cell_for_reports "
            f"（{smallest}），该组的得分不公布，却能由单位得分推算出来",
            en=f"{group.min_valid} is below privacy.min_cell_for_reports of scheme.yaml "
            f"({smallest}): such a group's score is withheld, yet follows from the unit's",
            file="respondent_groups.csv",
            row=group.row,
            field="min_valid_per_unit",
        )
        for group in parts.groups
        if group.min_valid < smallest and group.group_code in counting
    )


def _check_numbers(parts: Parts, problems: list[Problem]) -> None:
    """Note classes that have another number of units than the scheme says."""
    for code, entry in parts.scheme.classes.items() if parts.units else ():
        found = sum(unit.class_code == code for unit in parts.units)
        if entry.n_units is not None and entry.n_units != found:
            problems.append(
                Problem(
                    zh=f"写有 {entry.n_units} 个单位，units.csv 中有 {found} 个",
                    en=f"says {entry.n_units} units, but units.csv has {found}",
                    file="scheme.yaml",
                    field=f"classes.{code}.units",
                )
            )
