"""Keeps one drawn county as a folder of files that `survey appraise` scores."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from survey.problems import Problem, Refused
from survey.scheme.checks import uscc_holds
from survey.simulate.county_scheme import questionnaire_of, scheme_of
from survey.simulate.kept import Cell
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.campaign.invitations import Invitations
from survey.stats.campaign.plan import Plan, PopulationPlan, UnitPlan
from survey.stats.campaign.sample import SEXES, Sample
from survey.stats.simulation import (
    AREA,
    INVITED,
    ITEM,
    RESIDENTS,
    SCENARIOS,
    TOWNS,
    Draw,
    PlanKind,
    appraise_draw,
    draw_repeat,
    generator,
)

_CHINA = ZoneInfo("Asia/Shanghai")
_RESPONSE_COLUMNS = (
    *("response_id", "unit_code", "group_code", "channel", "token", "device_hash", "ip_hash"),
    *("rater", "submitted_at", "duration_s", "sex", "age_group", "township_code", "residence"),
    f"q_{ITEM}",
)
_README = """# 模拟数据 / Simulated data

本文件夹由 `survey simulate --write-county` 生成，县、单位和答卷全部为模拟，不得当作真实评议使用。
各单位的真实得分见 `truth.csv`，可以核对：

Everything here was drawn by `survey simulate --write-county` ({setting}, {scenario}, plan {plan},
seed {seed}); no person and no unit is real. `truth.csv` has the true score of every unit. Check
the scores:

    survey appraise THIS_FOLDER --out OUT
"""


def write_county(folder: Path, *, cell: Cell, seed: int) -> dict[str, Any]:
    """Write the first draw of a scenario to an empty folder; return its scores by unit.

    Raises
    ------
    Refused
        If the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        zh, en = "文件夹不是空的，请另选一个", "is not empty; choose another folder"
        raise Refused([Problem(zh=zh, en=en, file=str(folder))])
    folder.mkdir(parents=True, exist_ok=True)
    draw = draw_repeat(
        SCENARIOS[cell.scenario], setting=cell.setting, plan=cell.plan, seed=seed, county=0,
        rng=generator(seed=seed, county=0, repeat=0),
    )  # fmt: skip
    campaign = draw.campaign()
    frozen, sample = campaign.plan, campaign.sample
    code = f"SIMULATED-{cell.setting}-{cell.scenario}-{seed}"[:40]
    (folder / "README.md").write_text(_README.format(**asdict(cell), seed=seed), encoding="utf-8")
    (folder / "scheme.yaml").write_text(
        yaml.safe_dump(scheme_of(frozen, campaign=code), allow_unicode=True, sort_keys=False),
        encoding="utf-8",
    )
    (folder / "questionnaire.json").write_text(
        json.dumps(questionnaire_of(frozen), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    _write_places(folder, frozen, draw.kind)
    _write_responses(folder / "responses_demo.csv", frozen.lists, sample)
    if campaign.invitations is not None:
        _write_invitations(folder / "invitations.csv", frozen.lists, sample, campaign.invitations)
    _write(
        folder / "truth.csv", ("unit_code", "truth"),
        zip((unit.unit_code for unit in frozen.units), draw.truth.tolist(), strict=True),
    )  # fmt: skip
    return {**asdict(cell), "seed": seed, "units": _scores(draw)}


def _scores(draw: Draw) -> list[dict[str, Any]]:
    """Return what a repeat of the simulation says of each unit, beside the truth."""
    return [
        {
            "unit_code": unit.unit_code,
            "truth": truth,
            "raw_score": unit.raw_score,
            "estimate": unit.estimate,
            "score": None if unit.score is None else str(unit.score),
        }
        for unit, truth in zip(appraise_draw(draw).units, draw.truth.tolist(), strict=True)
    ]


def _write_places(folder: Path, plan: Plan, kind: PlanKind) -> None:
    """Write units, groups and the population."""
    columns = ("unit_code", "uscc", "name_zh", "short_zh", "name_en")
    _write(
        folder / "units.csv", (*columns, "class", "area_code12", "is_vertical"),
        (_unit_row(number, unit) for number, unit in enumerate(plan.units, start=1)),
    )  # fmt: skip
    names = {group.code: (group.zh, group.en) for group in kind.groups}
    names[RESIDENTS] = ("群众", "Residents")
    _write(
        folder / "respondent_groups.csv",
        ("group_code", "name_zh", "name_en", "min_valid_per_unit"),
        [(group.group_code, *names[group.group_code], group.min_valid) for group in plan.groups],
    )
    _write(
        folder / "class_group_weights.csv",
        ("class", "group_code", "weight_percent", "target_valid_per_unit"),
        [
            (entry.class_code, group.group_code, weight, 100)
            for entry in plan.classes
            for group, weight in zip(plan.groups, entry.coefficients, strict=True)
        ],
    )
    _write(
        folder / "population_margins_18plus.csv",
        ("area_level", "area_code", "dimension", "level", "population_18plus"),
        _margin_rows(plan.populations),
    )


def _unit_row(number: int, unit: UnitPlan) -> tuple[object, ...]:
    name = f"模拟{'镇' if unit.class_code == TOWNS else '部门'}{unit.unit_code}"
    return (
        unit.unit_code, _uscc(number), name, name, f"Simulated unit {unit.unit_code}",
        unit.class_code, unit.home or AREA, 0,
    )  # fmt: skip


def _uscc(number: int) -> str:
    start = f"11{AREA[:6]}{number:09d}"
    return next(start + end for end in "0123456789ABCDEFGHJKLMNPQRTUWXY" if uscc_holds(start + end))


def _margin_rows(populations: Sequence[PopulationPlan]) -> Iterable[tuple[object, ...]]:
    for entry in populations:
        level = "county" if entry.population == AREA else "township"
        for margin in entry.margins:
            for category, total in zip(margin.categories, margin.totals, strict=True):
                yield level, entry.population, margin.variable, category, round(total)
        if level == "township":
            yield "county", AREA, "township", entry.population, round(sum(entry.margins[0].totals))


def _write_responses(path: Path, lists: CodeLists, sample: Sample) -> None:
    rows = (_response_row(lists, sample, row) for row in range(sample.n_responses))
    _write(path, _RESPONSE_COLUMNS, rows)


def _response_row(lists: CodeLists, sample: Sample, row: int) -> tuple[object, ...]:
    return (
        sample.response_id[row], lists.units[sample.unit[row]],
        lists.groups[sample.group[row]], lists.channels[sample.channel[row]],
        _mark("t", sample.token[row]), _mark("d", sample.device[row]),
        _mark("n", sample.network[row]), _mark("p", sample.rater[row]),
        datetime.fromtimestamp(int(sample.submitted_at[row]), _CHINA).isoformat(),
        f"{sample.duration_ms[row] / 1000:.3f}", SEXES[sample.sex[row]],
        sample.ages[sample.age[row]],
        lists.townships[sample.township[row]] if sample.township[row] >= 0 else "", "",
        sample.items[row, 0],
    )  # fmt: skip


def _mark(kind: str, number: int) -> str:
    # Of one length, so that they sort as their numbers do.
    return f"{kind}{number:08d}" if number >= 0 else ""


def _write_invitations(path: Path, lists: CodeLists, sample: Sample, invited: Invitations) -> None:
    rows = (
        (
            lists.units[invited.unit[k]], RESIDENTS, INVITED,
            sample.response_id[invited.response[k]] if invited.response[k] >= 0 else "",
            invited.wave[k], SEXES[invited.sex[k]], invited.ages[invited.age[k]],
            *(invited.rounds.row(k) if invited.rounds else ()),
        )
        for k in range(invited.n_invited)
    )  # fmt: skip
    _write(
        path,
        (
            *("unit_code", "group_code", "channel", "response_id", "wave", "sex", "age_group"),
            *(("person", "lot", "early") if invited.rounds else ()),
        ),
        rows,
    )


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
