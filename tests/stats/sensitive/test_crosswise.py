"""Crosswise items: what cannot be one is refused; missing answers and the side of .5 do no harm."""

import numpy as np
import pytest

from survey.stats import Design, Domains, StatsError, WeightSet, crosswise
from survey.stats.sensitive.crosswise import Crosswise
from survey.wording import problem_of

ITEM = np.repeat([1.0, 0.0, 1.0, 0.0], [560, 240, 60, 140])
ANCHOR = np.repeat([1.0, 0.0], [800, 200])


def found(item: np.ndarray = ITEM, anchor: np.ndarray = ANCHOR, **changed: object) -> Crosswise:
    weights = WeightSet(base_weights=np.ones(item.size), design=Design.build(n=item.size))
    given = {"chance": 0.15, "anchor_chance": 0.15, **changed}
    return crosswise(weights=weights, item=item, anchor=anchor, **given)  # type: ignore[arg-type]


def test_a_statement_true_of_many_tells_as_much_as_one_true_of_few() -> None:
    few, many = found(), found(1 - ITEM, 1 - ANCHOR, chance=0.85, anchor_chance=0.85)
    for one in ("share", "uncorrected", "attentive"):
        for column in ("value", "se", "lower", "upper"):
            a, b = (getattr(getattr(each, one), column)[0] for each in (few, many))
            assert a == pytest.approx(b, abs=1e-12), (one, column)


def test_who_left_one_of_them_out_counts_in_neither() -> None:
    left = np.concatenate([ITEM, [1.0, np.nan, np.nan]]), np.concatenate([ANCHOR, [np.nan, 0, 1]])
    assert found(*left).share.n[0] == 1000
    assert found(*left).share.value[0] == pytest.approx(0.3)


def test_domains_are_told_one_by_one() -> None:
    codes = np.arange(1000) % 2
    whole = found(domains=Domains(codes=codes, size=2)).share
    halves = [found(ITEM[codes == half], ANCHOR[codes == half]).share for half in (0, 1)]
    assert whole.value.tolist() == pytest.approx([half.value[0] for half in halves])
    assert whole.se.tolist() == pytest.approx([half.se[0] for half in halves], rel=2e-3)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"chance": 0.5}, "0.5"),
        ({"anchor_chance": 1.0}, "1.0"),
        ({"item": ITEM * 2}, "both or neither"),
        ({"anchor": ANCHOR[:-1]}, "999"),
    ],
)
def test_what_is_no_crosswise_item_is_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(StatsError) as refused:
        found(**changed)  # type: ignore[arg-type]
    assert words in problem_of(refused.value).en
