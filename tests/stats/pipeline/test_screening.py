from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from survey.stats.campaign.domains import cut_domains
from survey.stats.campaign.plan import Plan, RulePlan, ScreeningPlan
from survey.stats.campaign.sample import Sample
from survey.stats.campaign.verdicts import Screening, ScreeningVerdict
from survey.stats.pipeline.screening import UnknownRuleError, answer_codes, dominant_block, screen
from tests.stats.small_county import DAY, MORNING, small_plan, small_sample

HONEST = [[5, 4], [4, 4], [3, 5], [4, 3], [2, 3], [5, 3], [4, 5], [3, 2], [1, 2], [5, 2]]


def screened(plan: Plan, sample: Sample, *, decisions: NDArray[np.int8] | None = None) -> Screening:
    return screen(cut_domains(plan, sample), plan.screening, decisions=decisions)


def rules_of(items: list[list[int]], *, plan: Plan | None = None, **columns: Any) -> list[str]:
    screening = screened(plan or small_plan(), small_sample(items, **columns))
    return [";".join(screening.rules_of(row)) for row in range(len(items))]


def test_v01_under_age() -> None:
    assert rules_of([[5, 4], [5, 4]], age=[0, 1]) == ["V01", ""]


def test_v02_second_answer_from_a_device_about_the_same_unit() -> None:
    items = [[5, 4], [4, 3], [4, 5], [3, 4], [2, 4]]
    found = rules_of(items, device=[7, 7, 7, -1, -1], unit=[0, 0, 1, 0, 0])
    assert found == ["", "V02", "", "", ""]


def test_v02_keeps_the_first_by_time_not_by_place_in_the_file() -> None:
    moments = [MORNING + 60, MORNING]
    assert rules_of([[5, 4], [4, 3]], device=[7, 7], submitted_at=moments) == ["V02", ""]


def test_v03_reused_token_counts_across_units() -> None:
    assert rules_of([[5, 4], [4, 3]], token=[9, 9], unit=[0, 1]) == ["", "V03"]


def test_v04_too_fast_but_not_by_telephone_nor_of_unknown_duration() -> None:
    found = rules_of(
        [[5, 4]] * 4,
        duration_ms=[19_999, 20_000, 5_000, -1],
        channel=[0, 0, 1, 0],
        submitted_at=MORNING + DAY * np.arange(4),
    )
    assert found == ["V04", "", "", ""]


def test_v05_nothing_rated() -> None:
    assert rules_of([[0, 0], [0, -1], [0, 3]]) == ["V05", "V05", ""]


def test_v06_residents_of_elsewhere_only_in_the_residents_group() -> None:
    assert rules_of([[5, 4], [5, 3]], township=[1, 1], group=[0, 1]) == ["V06", ""]
    assert rules_of([[5, 4]], township=[-1]) == ["V06"]


def test_v07_takes_the_identical_answers_of_a_network_and_no_others() -> None:
    items = [[5, 5]] * 9 + [[3, 4]]
    spread = MORNING + DAY * np.arange(10)
    found = rules_of(items, network=[3] * 10, submitted_at=spread)
    assert found == ["V07;V09"] * 9 + [""]


def test_v07_a_shared_address_alone_is_no_reason() -> None:
    spread = MORNING + DAY * np.arange(10)
    assert set(rules_of(HONEST, network=[3] * 10, submitted_at=spread)) <= {"", "V09"}


def test_v07_counts_network_and_unit_together() -> None:
    found = rules_of([[5, 4]] * 10, network=[3] * 10, unit=[0, 1] * 5)
    assert found == [""] * 10


def test_v08_takes_identical_answers_of_a_burst() -> None:
    calm = MORNING + DAY * np.arange(6)
    burst = MORNING + 6 * DAY + 60 * np.arange(20)
    items = HONEST[:6] + [[1, 2]] * 15 + HONEST[:5]
    found = rules_of(items, submitted_at=np.concatenate([calm, burst]))
    assert found[6:21] == ["V08"] * 15
    assert "V08" not in "".join(found[:6] + found[21:])


def test_v08_leaves_an_honest_rush_alone() -> None:
    rush = MORNING + 60 * np.arange(20)
    assert "V08" not in "".join(rules_of(HONEST * 2, submitted_at=rush))


def test_v08_needs_more_than_the_unit_is_used_to() -> None:
    # Twelve identical answers at the same hour of every day are this unit's rhythm.
    moments = np.concatenate([MORNING + day * DAY + 60 * np.arange(12) for day in range(4)])
    found = rules_of([[4, 5]] * 48, submitted_at=moments)
    assert found[12:] == [""] * 36


def test_v08_below_the_floor_is_never_a_burst() -> None:
    assert rules_of([[1, 2]] * 9, submitted_at=MORNING + np.arange(9)) == [""] * 9


@pytest.mark.parametrize("network", [[3] * 30, range(30)])
def test_v07_and_v08_set_no_invited_answer_aside_for_what_the_open_box_holds(
    network: list[int],
) -> None:
    # Of ten invited people three are content with everything; a flood says the same.
    items = [[5, 5]] * 3 + HONEST[:7] + [[5, 5]] * 20
    channel = [1] * 10 + [0] * 20
    moments = MORNING + 30 * np.arange(30)
    found = rules_of(items, network=list(network), channel=channel, submitted_at=moments)
    assert found[:10] == ["V09"] * 3 + ["", "V09", "", "", "", "", ""]
    assert all("V08" in rules for rules in found[10:])


def test_v09_straight_lining_is_a_flag_and_counts() -> None:
    screening = screened(small_plan(), small_sample([[4, 4], [0, 0], [4, 5]]))
    assert screening.verdict.tolist() == [
        ScreeningVerdict.FLAG,
        ScreeningVerdict.EXCLUDE,
        ScreeningVerdict.KEEP,
    ]
    assert screening.valid.tolist() == [True, False, True]


def test_v10_own_staff() -> None:
    assert rules_of([[5, 4], [5, 4]], own_staff=[True, False]) == ["V10", ""]


def test_the_strictest_rule_decides_and_all_stay_on_record() -> None:
    screening = screened(small_plan(), small_sample([[5, 5]], age=[0]))
    assert screening.rules_of(0) == ("V01", "V09")
    assert screening.verdict[0] == ScreeningVerdict.EXCLUDE


def test_a_decision_of_people_replaces_the_verdict_but_not_the_record() -> None:
    decisions = np.array([ScreeningVerdict.KEEP, -1], dtype=np.int8)
    screening = screened(small_plan(), small_sample([[5, 4]] * 2, age=[0, 0]), decisions=decisions)
    assert screening.verdict.tolist() == [ScreeningVerdict.KEEP, ScreeningVerdict.EXCLUDE]
    assert screening.decided.tolist() == [True, False]
    assert screening.rules_of(0) == ("V01",)


def test_rules_left_out_of_the_scheme_do_nothing() -> None:
    plan = replace(small_plan(), screening=ScreeningPlan(rules=()))
    screening = screened(plan, small_sample([[0, 0]], age=[0]))
    assert screening.valid.all()
    assert not screening.hit("V05").any()
    assert screening.aware_or_not.all()


def test_an_unknown_rule_is_refused() -> None:
    rules = ScreeningPlan(rules=(RulePlan(rule_id="V99", action="exclude"),))
    with pytest.raises(UnknownRuleError, match="V99"):
        screened(replace(small_plan(), screening=rules), small_sample([[5, 4]]))


def test_awareness_counts_those_who_know_nothing_but_not_the_excluded() -> None:
    screening = screened(small_plan(), small_sample([[0, 0], [0, 0], [5, 4]], age=[1, 0, 1]))
    assert screening.aware_or_not.tolist() == [True, False, True]


def test_an_empty_sample_is_screened() -> None:
    assert screened(small_plan(), small_sample(np.empty((0, 2)))).verdict.size == 0


def test_dominant_block_needs_its_share() -> None:
    vectors = np.array([1, 1, 1, 2])
    assert dominant_block(vectors, 0.75).tolist() == [True, True, True, False]
    assert not dominant_block(vectors, 0.8).any()


def test_answer_codes_tell_answers_apart_however_many_items() -> None:
    rng = np.random.default_rng(5)
    items = rng.integers(-1, 6, size=(200, 40))
    items[100:] = items[:100]
    codes = answer_codes(small_sample(items))
    assert (codes[:100] == codes[100:]).all()
    assert np.unique(codes).size == np.unique(items, axis=0).shape[0]


def test_order_of_the_rows_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    n = 60
    columns = {
        "device": rng.integers(0, 20, n),
        "network": rng.integers(0, 3, n),
        "token": rng.integers(-1, 30, n),
        "submitted_at": MORNING + rng.integers(0, 4000, n),
        "response_id": np.array([f"R{i}" for i in range(n)]),
    }
    items = rng.integers(4, 6, size=(n, 2))
    order = rng.permutation(n)
    straight = screened(small_plan(), small_sample(items, **columns))
    mixed = screened(
        small_plan(),
        small_sample(items[order], **{name: value[order] for name, value in columns.items()}),
    )
    assert (straight.hits[order] == mixed.hits).all()
