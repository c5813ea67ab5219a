import json
from dataclasses import fields, replace

import pytest

from survey.stats.campaign.corrections import Corrections
from survey.stats.campaign.plan import (
    ClassPlan,
    GradeBand,
    MarginPlan,
    Plan,
    PlanError,
)
from tests.stats.small_county import corrections, small_plan

SEXES = MarginPlan(variable="sex", categories=("male", "female"), totals=(60.0, 40.0))


def test_plan_survives_being_stored_as_json() -> None:
    plan = small_plan(margins=(SEXES,), trim=(0.2, 5.0))
    stored = json.loads(json.dumps(plan.to_dict()))
    assert Plan.from_dict(stored) == plan
    assert Plan.from_dict(stored).digest() == plan.digest()


def test_digest_changes_with_any_figure() -> None:
    plan = small_plan()
    assert plan.digest() == small_plan().digest()
    assert plan.digest() != replace(plan, min_covered=61.0).digest()
    assert len(plan.digest()) == 64


def test_plan_of_another_format_is_refused() -> None:
    with pytest.raises(PlanError, match="other_format"):
        Plan.from_dict({**small_plan().to_dict(), "format": 99})


def as_format_1(plan: Plan, **debiasing: object) -> dict[str, object]:
    """Return a plan as the first programs stored it."""
    stored = json.loads(json.dumps(plan.to_dict()))
    for entry in (*stored["units"], *stored["populations"]):
        entry["universe"] = entry.pop("population")
    stored["universes"] = stored.pop("populations")
    for step in fields(Corrections):
        stored.pop(step.name, None)  # raking is not written: there was no choice
    return stored | {"format": 1, "debiasing": debiasing}


def test_a_plan_of_the_first_format_keeps_its_meaning() -> None:
    plan = small_plan(margins=(SEXES,))
    # There was no choice but raking; a stored plan keeps it.
    meant = replace(plan, **corrections(calibration="raking"))
    assert Plan.from_dict(as_format_1(plan)) == meant
    assert not Plan.from_dict(as_format_1(plan, heed_alarms=False)).combination.alarms_exclude
    for switch, choice in ((True, "anchored"), (False, "pooled")):
        stored = as_format_1(plan, cap_collusion=False, combine_channels=switch)
        read = Plan.from_dict(stored)
        assert (read.combination.method, read.quality.cap_collusion) == (choice, False)


def test_a_plan_keeps_how_it_corrects_for_who_answered() -> None:
    raked, pooled = (
        replace(small_plan(), **corrections(calibration=method))
        for method in ("raking", "pooled_slopes")
    )
    assert "calibration" not in raked.to_dict()
    assert (Plan.from_dict(raked.to_dict()), Plan.from_dict(pooled.to_dict())) == (raked, pooled)


def test_coefficients_must_sum_to_100() -> None:
    with pytest.raises(PlanError, match="item_coefficients: unit=U1, total=90"):
        small_plan(coefficients=(60, 30))
    with pytest.raises(PlanError, match="group_coefficients: class_code=A, total=90"):
        small_plan(groups=(60, 30))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"units": ()}, "no_units"),
        ({"populations": ()}, "unknown_population"),
        (
            {"classes": (ClassPlan(class_code="B", coefficients=(60.0, 40.0)),)},
            "unknown_class",
        ),
        (
            {"classes": (ClassPlan(class_code="A", coefficients=(100.0,)),)},
            "coefficients_missing: class_code=A",
        ),
        ({"grades": (GradeBand(zh="良好", en="Good", minimum=80),)}, "ungraded_scores"),
    ],
)
def test_contradictions_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(PlanError, match=words):
        replace(small_plan(), **change)
