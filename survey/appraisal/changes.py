"""What changed since an earlier campaign, unit by unit, or why that cannot be said."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from survey.problems import Problem, Refused
from survey.stats.campaign.plan_format import upgraded
from survey.stats.notices import Notice
from survey.stats.ranking.change import Change, Measured, measure_change
from survey.wording import CAMPAIGN_NAMES, Words, spoken

KIND = "public-review-appraisal"
_SAME_QUESTIONS = ("scored_items", "scale")
# Word for a step, the plan's record of it and the setting in that record.
COMPARED_STEPS = (
    ("cap_collusion", "quality", "cap_collusion"),
    ("weigh_carelessness", "quality", "weigh_carelessness"),
    ("limit", "combination", "limit"),
    ("nonresponse", "nonresponse", "method"),
    ("small_areas", "small_areas", "method"),
    ("leniency", "raters", "method"),
)
_PARTS = ("campaign", "simulated", "plan_digest", "plan", "units")


def question_digest(questionnaire: Mapping[str, Any]) -> str:
    """Return what is equal exactly if the questions and their answers are worded alike."""
    asked = {name: questionnaire[name] for name in _SAME_QUESTIONS}
    canonical = json.dumps(asked, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_before(path: Path) -> dict[str, Any]:
    """Read the appraisal.json of an earlier campaign.

    Raises
    ------
    Refused
        If it is none, or of a version that did not say what it was measured with.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise Refused([_not_one(path.name)])
    if any(part not in content for part in _PARTS):
        raise Refused([_cut(path.name)])
    if "question_digest" not in content or "channel_mix" not in content:
        raise Refused([_too_old(path.name)])
    return content


def compare(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes of two appraisals' documents, later less earlier.

    Notes
    -----
    Errors: the two campaigns are independent (nothing ties an answer of one to an answer of
    the other, so what residents who answered twice would take off the error stays in it), and
    so are the units.
    """
    now, before = ({**document, "plan": upgraded(document["plan"])} for document in (now, before))
    units = _paired(now, before)
    same = [unit for unit in units if unit["reason"] is None]
    reasons = _overall(now, before, anything=bool(same))
    if not reasons:
        found = measure_change(
            before=_measured(before, [unit["before"] for unit in same]),
            now=_measured(now, [unit["now"] for unit in same]),
        )
        if isinstance(found, Change):
            for i, unit in enumerate(same):
                unit |= {
                    name: float(getattr(found, name)[i])
                    for name in ("delta", "se", "lower", "upper")
                }
        else:
            names = _names(before["plan"]) | _names(now["plan"])
            reasons = [spoken(notice, names=names) for notice in found.notices]
    return {
        "before": {name: before[name] for name in ("campaign", "simulated", "plan_digest")},
        "comparable": not reasons,
        "reasons": reasons,
        "units": [_plain(unit) for unit in units],
    }


def _paired(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every unit of the later campaign with its figures of both and what differs."""
    earlier = {figure["unit_code"]: figure for figure in before["units"]}
    out = []
    for figure in now["units"]:
        code = figure["unit_code"]
        then = earlier.get(code)
        differs = _differs(now, before, figure, then)
        out.append(
            {
                "unit_code": code,
                "class_code": figure["class_code"],
                "before": then if then and then["estimate"] is not None else None,
                "now": figure if figure["estimate"] is not None else None,
                "delta": None, "se": None, "lower": None, "upper": None,
                "reason": spoken(differs) if differs else None,
            }
        )  # fmt: skip
    return out


def _differs(
    now: Mapping[str, Any],
    before: Mapping[str, Any],
    figure: Mapping[str, Any],
    then: Mapping[str, Any] | None,
) -> Notice | None:
    if then is None or then["estimate"] is None:
        return Notice("not_before")
    if figure["estimate"] is None:
        return Notice("not_now")
    if figure["class_code"] != then["class_code"]:
        return Notice("other_class", before=then["class_code"], now=figure["class_code"])
    plans = (now["plan"], before["plan"])
    first, second = (_entry(plan["units"], "unit_code", figure["unit_code"]) for plan in plans)
    if first["population"] != second["population"]:
        return Notice("other_population", before=second["population"], now=first["population"])
    # Lists where read from a file, tuples where just computed.
    if list(first["items"]) != list(second["items"]):
        return Notice("other_items")
    return _other_coefficients(*(_coefficients(plan, figure["class_code"]) for plan in plans))


def _other_coefficients(now: dict[str, float], before: dict[str, float]) -> Notice | None:
    if now == before:
        return None
    return Notice("other_coefficients", before=tuple(before.items()), now=tuple(now.items()))


def _coefficients(plan: Mapping[str, Any], class_code: str) -> dict[str, float]:
    """Return the group coefficients of a class, without the groups it does not ask."""
    values = _entry(plan["classes"], "class_code", class_code)["coefficients"]
    codes = [group["group_code"] for group in plan["groups"]]
    return {code: value for code, value in zip(codes, values, strict=True) if value}


def _entry(rows: list[dict[str, Any]], name: str, value: str) -> dict[str, Any]:
    return next(row for row in rows if row[name] == value)


def _overall(
    now: Mapping[str, Any], before: Mapping[str, Any], *, anything: bool
) -> list[dict[str, Any]]:
    """Return what makes the whole campaigns incomparable before any figure is looked at."""
    out = []
    if now["simulated"] != before["simulated"]:
        out.append(Notice("simulated"))
    chosen = [document["plan"].get("combination", {}).get("method") for document in (before, now)]
    if chosen[0] != chosen[1]:
        out.append(Notice("other_combination", before=chosen[0], now=chosen[1]))
    changed = _steps_changed(before["plan"], now["plan"])
    if changed:
        out.append(Notice("other_steps", steps=tuple(changed)))
    if not anything:
        out.append(Notice("no_common_unit"))
    return [spoken(notice) for notice in out]


def _steps_changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return the steps that may move a level and were not the same in both campaigns."""
    rules = [
        {rule["rule_id"]: rule["action"] for rule in plan["screening"]["rules"]}
        for plan in (before, now)
    ]
    changed = []
    for word, step, name in COMPARED_STEPS:
        stated = [plan.get(step, {}) for plan in (before, now)]
        # A step that a plan of an earlier version does not know was not there to differ.
        if all(name in entry for entry in stated) and stated[0][name] != stated[1][name]:
            changed.append(word)
    return ["validity_rules", *changed] if rules[0] != rules[1] else changed


def _measured(document: Mapping[str, Any], units: list[dict[str, Any]]) -> Measured:
    plan = document["plan"]
    return Measured(
        score=np.array([unit["estimate"] for unit in units]),
        covariance=np.diag([unit["se"] ** 2 for unit in units]),
        questionnaire=f"{document['question_digest']} {list(plan['points'])}",
        margins=tuple(
            f"{group['group_code']}:{variable}"
            for group in plan["groups"]
            for variable in group["margins"]
        ),
        channel_mix={entry["channel"]: entry["share"] for entry in document["channel_mix"]},
    )


def _plain(unit: dict[str, Any]) -> dict[str, Any]:
    """Return a unit's change with the two estimates in the place of all figures."""
    return unit | {
        name: unit[name]["estimate"] if unit[name] else None for name in ("before", "now")
    }


def _names(plan: Mapping[str, Any]) -> dict[str, Words]:
    """Return what the margins of ``_measured`` are called."""
    return {
        f"{group['group_code']}:{variable}": Words(
            *(f"{group['group_code']} {name}" for name in astuple(CAMPAIGN_NAMES[variable]))
        )
        for group in plan["groups"]
        for variable in group["margins"]
    }


def _not_one(name: str) -> Problem:
    return Problem(
        file=name,
        zh="不是 survey appraise 写出的 appraisal.json",
        en="is no appraisal.json written by `survey appraise`",
    )


def _cut(name: str) -> Problem:
    return Problem(
        file=name,
        zh=f"不完整，缺少 {'、'.join(_PARTS)} 中的某项；请用 survey appraise 重新写出",
        en=f"is cut short: one of {', '.join(_PARTS)} is missing; write it anew with"
        " `survey appraise`",
    )


def _too_old(name: str) -> Problem:
    return Problem(
        file=name,
        zh="由旧版程序写出，没有说明所用的题目和渠道构成；请用本版对那次评议重新计分",
        en="was written by a version that did not say which questions and channels it was"
        " measured with; appraise that campaign again with this one",
    )
