from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.sample import SampleError, check_sample, codes_of_marks
from tests.stats.small_county import small_plan, small_sample


def test_a_fitting_sample_is_accepted() -> None:
    check_sample(small_sample([[5, 5], [0, -1]]), small_plan().lists)


@pytest.mark.parametrize(
    "columns",
    [
        {"unit": [0, 2]},
        {"group": [-1, 0]},
        {"channel": [0, 2]},
        {"township": [0, 2]},
        {"sex": [0, 3]},
        {"age": [0, 6]},
        {"residence": [0, 2]},
    ],
)
def test_a_code_outside_the_plan_is_refused(columns: dict[str, list[int]]) -> None:
    (name,) = columns
    with pytest.raises(SampleError, match=f"range: array={name},"):
        check_sample(small_sample([[5, 5], [4, 4]], **columns), small_plan().lists)


def test_arrays_of_other_lengths_are_refused() -> None:
    sample = small_sample([[5, 5], [4, 4]])
    with pytest.raises(SampleError, match="rows: array=sex, rows=2"):
        check_sample(replace(sample, sex=sample.sex[:1]), small_plan().lists)
    with pytest.raises(SampleError, match="items_shape: rows=2, items=1"):
        check_sample(sample, small_plan(coefficients=(100,)).lists)


def test_answers_off_the_scale_are_refused() -> None:
    with pytest.raises(SampleError, match="range: array=items,"):
        check_sample(small_sample([[6, 5]]), small_plan().lists)


def test_codes_of_margin_variables() -> None:
    sample = small_sample([[5, 5]] * 7, age=[0, 1, 2, 3, 4, 5, -1], sex=[0, 1, 2, -1, 0, 0, 0])
    plan = small_plan()
    categories, codes = sample.codes_of("age4", plan.townships)
    assert categories == ("18-29", "30-44", "45-59", "60+")
    assert codes.tolist() == [-1, 0, 1, 2, 3, 3, -1]
    assert sample.codes_of("age5", plan.townships)[1].tolist() == [-1, 0, 1, 2, 3, 4, -1]
    # prefer_not is no category of the census
    assert sample.codes_of("sex", plan.townships)[1].tolist() == [0, 1, -1, -1, 0, 0, 0]
    assert sample.codes_of("township", plan.townships)[0] == plan.townships
    with pytest.raises(SampleError, match="unknown_margin: variable=shoe"):
        sample.codes_of("shoe", plan.townships)


def test_a_countys_own_ages() -> None:
    ages = ("under18", "18-34", "35-70", "over70")
    sample = replace(small_sample([[5, 5]] * 5, age=[0, 1, 2, 3, -1]), ages=ages)
    categories, codes = sample.codes_of("age", ())
    assert categories == ("18-34", "35-70")
    assert codes.tolist() == [-1, 0, 1, -1, -1]
    with pytest.raises(SampleError, match="unknown_margin: variable=age4"):
        sample.codes_of("age4", ())
    check_sample(sample, replace(small_plan(), ages=ages).lists)
    with pytest.raises(SampleError, match="other_ages"):
        check_sample(sample, small_plan().lists)


def test_marks_become_codes_and_empty_ones_none() -> None:
    codes = codes_of_marks(np.array(["b", "", "a", "b"]))
    assert codes[0] == codes[3] != codes[2]
    assert codes[1] == -1
    assert codes_of_marks(np.array([], dtype=str)).size == 0
