"""What differs between a run and the one before it: decisions, inputs, and scores that moved."""

from typing import Any

from survey.appraisal.record import AppraisalRecord
from survey.model import Appraisal

Told = list[list[object]]


def since(now: AppraisalRecord, before: Appraisal | None) -> dict[str, object]:
    """Return what the audit says of a run besides its digests.

    `decided` counts the cases that stand by verdict; `made` and `undone` are the decisions that
    were not there before, or other ones, and those that are gone: number, kind, unit, verdict.
    `n_moved` is how many published scores differ, `most` by how much at the most.
    """
    standing = _standing(now.review.cases if now.review else ())
    told: dict[str, object] = {"decided": _counted(standing)} if now.review else {}
    if before is None:
        return told
    then = before.content
    stood = {
        case["number"]: [case["number"], case["kind"], case["unit_code"], case["verdict"]]
        for case in (then.get("review") or {}).get("cases", ())
    }
    earlier = {unit["unit_code"]: unit["score"] for unit in then["units"]}
    moved = [
        None if score is None or earlier[unit.unit_code] is None
        else abs(float(score) - float(earlier[unit.unit_code]))
        for unit in now.units
        if unit.unit_code in earlier
        and (score := None if unit.score is None else str(unit.score)) != earlier[unit.unit_code]
    ]  # fmt: skip
    return {
        **told,
        "before": before.id,
        "made": [case for number, case in standing.items() if stood.get(number) != case],
        "undone": [case for number, case in stood.items() if number not in standing],
        "n_moved": len(moved),
        "most": f"{max((points for points in moved if points is not None), default=0.0):.2f}",
    }


def _standing(cases: Any) -> dict[int, list[object]]:
    return {case.number: [case.number, case.kind, case.unit_code, case.verdict] for case in cases}


def _counted(standing: dict[int, list[object]]) -> dict[str, int]:
    verdicts = [str(case[3]) for case in standing.values()]
    return {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}
