import numpy as np
import pytest
from numpy.typing import NDArray

from survey.stats.integrity.collusion import CollusionError, cluster_cap, find_collusion
from survey.stats.integrity.finding import Finding
from survey.stats.integrity.row_groups import vector_codes
from tests.stats.organised_county import ATTACKS, DAY, Columns, N, county, with_attack


def weights(sample: Columns, findings: tuple[Finding, ...]) -> NDArray[np.float64]:
    marks = {name: sample[name] for name in ("unit", "items", "network", "submitted_at")}
    return cluster_cap(findings=findings, **marks)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_found_and_loses_its_weight(name: str) -> None:
    kind, columns = ATTACKS[name]
    sample = with_attack(county(1), 80, **columns)
    findings = find_collusion(**sample)
    assert kind in {finding.kind for finding in findings}
    found = np.unique(np.concatenate([finding.rows for finding in findings]))
    assert (found >= N).mean() > 0.7
    assert {finding.unit for finding in findings} == {7}
    factor = weights(sample, findings)
    assert factor[N:].mean() < 0.5
    assert factor[:N].mean() > 0.995


def test_a_case_file_says_what_when_how_many_and_what_it_changes() -> None:
    when = 9 * DAY + 50_000 + np.arange(80) * 40
    sample = with_attack(county(2), 80, submitted_at=when)
    case = next(each for each in find_collusion(**sample) if each.kind == "burst")
    here = sample["unit"] == 7
    assert case.n == case.rows.size
    assert case.when[0] >= when[0] - 7200
    assert case.certainty > 0.99
    assert case.score_with == pytest.approx(sample["score"][here].mean())
    assert case.score_without < case.score_with - 3
    assert case.minutes == pytest.approx(3160 / 60)
    assert case.alike


def test_a_case_is_of_plain_values_where_the_pattern_is_not_the_whole_of_it() -> None:
    """A truth value of numpy's once kept the run from being kept: it is no JSON."""
    items = np.random.default_rng(1).integers(1, 6, (80, 8))
    items[:20] = [5, 1, 5, 1, 5, 1, 5, 1]
    for common in ({"network": np.full(80, 200_000)}, {"device": np.full(80, 200_000)}):
        findings = find_collusion(**with_attack(county(1), 80, items=items, **common))
        assert [type(each.alike) for each in findings] == [bool]


def test_false_alarms_are_rarer_than_asked_for() -> None:
    alarms = [
        len(find_collusion(**county(seed, grievance=grievance), false_alarm_rate=0.05))
        for seed in range(20)
        for grievance in (0.0, 0.3)
    ]
    # 40 campaigns at 0.05 may show 2 on average; Poisson(2) exceeds 5 in 1.7 %.
    assert sum(alarms) <= 5


def test_a_carrier_address_is_never_a_reason() -> None:
    sample = county(3)
    sample["network"] = np.zeros(N, dtype=np.int64)
    findings = find_collusion(**sample)
    assert findings == ()
    assert weights(sample, findings).mean() > 0.999


def test_a_bad_opinion_is_treated_as_a_good_one() -> None:
    sample = with_attack(county(4), 60, network=np.full(60, 200_000))
    mirror = sample | {"items": 6 - sample["items"], "score": 100 - sample["score"]}
    up, down = find_collusion(**sample), find_collusion(**mirror)
    assert [each.kind for each in up] == [each.kind for each in down]
    assert all(a.rows.tolist() == b.rows.tolist() for a, b in zip(up, down, strict=True))
    angry = county(5)
    angry["items"][angry["unit"] == 3] = 1
    angry["score"][angry["unit"] == 3] = 0.0
    assert not [each for each in find_collusion(**angry) if each.kind != "coached_pattern"]


def test_a_meeting_of_honest_people_is_no_attack() -> None:
    sample = county(6)
    hall = np.flatnonzero(sample["unit"] == 4)[:40]
    sample["submitted_at"][hall] = 5 * DAY + 36_000 + np.arange(40) * 30
    sample["network"][hall] = 300_000
    assert find_collusion(**sample) == ()


def test_households_keep_their_votes() -> None:
    sample = county(7)
    pair = np.flatnonzero(sample["unit"] == 2)[:2]
    sample["items"][pair] = 5
    sample["network"][pair] = 300_000
    sample["submitted_at"][pair] = 40_000
    assert (weights(sample, ())[pair] == 1).all()


def test_identical_answers_in_half_an_hour_count_once() -> None:
    sample = county(8)
    rows = np.flatnonzero(sample["unit"] == 2)[:6]
    sample["items"][rows] = [5, 1, 5, 1, 5, 1, 5, 1]
    sample["network"][rows] = 300_000
    sample["submitted_at"][rows] = int(sample["submitted_at"].min()) + 3600 + np.arange(6)
    assert weights(sample, ())[rows] == pytest.approx(np.full(6, 1 / 6))


def test_row_order_does_not_matter_and_input_stays() -> None:
    sample = with_attack(county(9), 60, network=np.full(60, 200_000))
    copy = {name: values.copy() for name, values in sample.items()}
    shuffled = np.random.default_rng(1).permutation(sample["unit"].size)
    turned = find_collusion(**{name: values[shuffled] for name, values in sample.items()})
    straight = find_collusion(**sample)
    assert [set(shuffled[each.rows]) for each in turned] == [set(each.rows) for each in straight]
    assert all((sample[name] == copy[name]).all() for name in sample)


def test_unrated_responses_are_passed_over() -> None:
    sample = county(10)
    unrated = np.flatnonzero(sample["unit"] == 2)[:30]
    sample["score"][unrated] = np.nan
    sample["items"][unrated] = 0
    sample["network"][unrated] = 300_000
    assert find_collusion(**sample) == ()
    nobody = {name: values[:0] for name, values in sample.items()}
    assert find_collusion(**nobody) == ()
    assert weights(nobody, ()).size == 0


def test_what_does_not_fit_is_refused() -> None:
    sample = county(11)
    with pytest.raises(CollusionError, match="rate: rate="):
        find_collusion(**sample, false_alarm_rate=1.0)
    with pytest.raises(CollusionError, match="rows"):
        find_collusion(**(sample | {"device": sample["device"][1:]}))


@pytest.mark.parametrize("k", [1, 8, 40])
def test_vectors_have_one_number_each(k: int) -> None:
    items = np.random.default_rng(k).integers(-1, 6, (3000, k)).astype(np.int8)
    items[1500:] = items[:1500]
    distinct, places = np.unique(items, axis=0, return_inverse=True)
    codes = vector_codes(items)
    assert np.unique(codes).size == distinct.shape[0]
    assert np.unique(np.stack([codes, places.ravel()]), axis=1).shape[1] == distinct.shape[0]
