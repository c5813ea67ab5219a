"""calls.csv: the answers that could be called and how calls ended, for whoever computes it anew."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from survey.appraisal.callbacks.calls import Call, CampaignCalls, UnitCalls
from survey.appraisal.callbacks.frame import AnsweredCode
from survey.model import CALL_OUTCOMES
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import Row, one_of, read_rows, told_once
from survey.stats.campaign.plan import ClassPlan, GroupPlan, UnitPlan
from survey.stats.campaign.sample import Sample

CALLS = "calls.csv"
COLUMNS = ("response_id", "position", "outcome")
_OUTCOMES = ("", *CALL_OUTCOMES)


def rows_of_calls(
    calls: CampaignCalls, *, ids: NDArray[Any], sample: Sample
) -> Iterator[Sequence[object]]:
    """Yield a row for each answer that could be drawn; `ids` are the keys of the sample's rows.

    Without a position it was not drawn, without an outcome nobody has entered one.
    """
    places = {int(key): place for place, key in enumerate(ids)}
    for unit in calls.units:
        drawn = {call.code_id: call for call in unit.calls}
        for code in unit.codes:
            call = drawn.get(code.code_id)
            name = sample.response_id[places[code.response_id]]
            yield name, call.position if call else "", (call.outcome if call else "") or ""


def read_calls(
    path: Path,
    *,
    units: Sequence[UnitPlan],
    groups: Sequence[GroupPlan],
    classes: Sequence[ClassPlan],
    sample: Sample,
) -> CampaignCalls:
    """Read the file; the keys of its answers are their places in the sample.

    Raises Refused with every row that names no answer, or one twice, an outcome that is none, or
    positions that do not follow one another within a unit.
    """
    problems: list[Problem] = []
    rows = read_rows(
        path, columns=COLUMNS, problems=problems, key=("response_id",), of_answers=True
    )
    place_of = {str(name): place for place, name in enumerate(sample.response_id)}
    of_unit: dict[int, list[tuple[int, Row]]] = defaultdict(list)
    for row in rows:
        name = one_of(
            row,
            "response_id",
            place_of.__contains__,
            zh="答卷文件",
            en="the file of answers",
        )
        one_of(row, "outcome", _OUTCOMES.__contains__, zh="回访结果", en=", ".join(_OUTCOMES[1:]))
        if name in place_of:
            place = place_of[name]
            of_unit[int(sample.unit[place])].append((place, row))
    codes = [group.group_code for group in groups]
    parts = {each.class_code: dict(zip(codes, each.coefficients, strict=True)) for each in classes}
    read = tuple(
        _unit(unit, parts[unit.class_code], of_unit[number], sample)
        for number, unit in enumerate(units)
    )
    if problems:
        raise Refused(told_once(problems))
    return CampaignCalls(units=read, digest="")


def _unit(
    unit: UnitPlan,
    parts: Mapping[str, float],
    answers: Sequence[tuple[int, Row]],
    sample: Sample,
) -> UnitCalls:
    """Return a unit's calls; `parts` are the coefficients of the groups in the plan's order."""
    of_group = [*parts.items()]
    n = Counter(int(sample.group[place]) for place, _row in answers)
    codes = []
    for place, row in answers:
        group = int(sample.group[place])
        group_code, coefficient = of_group[group]
        if not coefficient:
            row.refuse(
                "response_id",
                zh="这类评议对象在该单位的得分中没有权重，不在可抽的范围内",
                en="its group has no part in the unit's score and cannot be drawn",
            )
            continue
        codes.append(
            AnsweredCode(
                code_id=place,
                unit_code=unit.unit_code,
                group_code=group_code,
                batch=0,
                serial=0,
                response_id=place,
                size=coefficient / n[group],
            )
        )
    return UnitCalls(
        unit_code=unit.unit_code,
        class_code=unit.class_code,
        codes=tuple(codes),
        calls=_calls(answers),
    )


def _calls(answers: Sequence[tuple[int, Row]]) -> tuple[Call, ...]:
    drawn = sorted(
        (
            (row.count("position"), place, row)
            for place, row in answers
            if row.cells["position"].strip()
        ),
        key=lambda one: one[:2],
    )
    for expected, (position, _place, row) in enumerate(drawn, start=1):
        if position != expected:
            row.refuse(
                "position",
                zh=f"应为 {expected}：同一单位的次序从 1 起，不能重复或缺号",
                en=f"must be {expected}: positions of a unit count from 1, none twice or missing",
            )
    return tuple(
        Call(
            draw_id=place,
            position=position,
            code_id=place,
            outcome=row.cells["outcome"].strip() or None,
        )
        for position, place, row in drawn
    )
