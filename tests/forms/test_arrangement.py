from itertools import combinations

import pytest

from survey.forms.arrangement import Variation, choose, is_turned, is_varied, ordered, turned_round

ITEMS = ("C1", "C2", "C3", "C4", "C5", "C6", "S1", "S2")


def scheme(item_order: str = "fixed", scale_direction: str = "fixed") -> Variation:
    return Variation(item_order=item_order, scale_direction=scale_direction)


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        (Variation(), {0}),
        (scheme(), {0}),
        (scheme("rotated"), {0, 2, 4, 6}),
        (scheme("fixed", "random"), {0, 1}),
        (scheme("random", "random"), set(range(8))),
    ],
)
def test_a_byte_gives_each_arrangement_of_the_scheme_equally_often(
    given: Variation, numbers: set[int]
) -> None:
    drawn = [choose(given, byte) for byte in range(256)]
    assert {number: drawn.count(number) for number in numbers} == dict.fromkeys(
        numbers, 256 // len(numbers)
    )
    assert is_varied(given) is (numbers != {0})


def orders(item_order: str, items: tuple[str, ...] = ITEMS) -> list[list[str]]:
    return [
        ordered(items, number, varied=scheme(item_order), seed="digest") for number in (0, 2, 4, 6)
    ]


def test_rotated_orders_put_every_item_once_into_every_quarter() -> None:
    assert orders("rotated")[0] == list(ITEMS)
    for item in ITEMS:
        assert sorted(order.index(item) // 2 for order in orders("rotated")) == [0, 1, 2, 3]


@pytest.mark.parametrize("n", [1, 2, 5, 7, 8])
def test_random_orders_balance_places_and_pairs(n: int) -> None:
    made = orders("random", ITEMS[:n])
    assert all(sorted(order) == sorted(ITEMS[:n]) for order in made)
    for item in ITEMS[:n]:
        assert sum(order.index(item) for order in made) == 4 * (n - 1) / 2
    for one, other in combinations(ITEMS[:n], 2):
        assert sum(order.index(one) < order.index(other) for order in made) == 2


def test_random_orders_hang_on_the_questionnaire_alone() -> None:
    assert orders("random") == orders("random")
    other = ordered(ITEMS, 0, varied=scheme("random"), seed="another")
    assert other != orders("random")[0]


def test_the_direction_changes_no_order() -> None:
    assert ordered(ITEMS, 1, varied=scheme("fixed", "random"), seed="") == list(ITEMS)
    assert [is_turned(number) for number in range(4)] == [False, True, False, True]


@pytest.mark.parametrize(
    ("scale", "turned"),
    [("543210", "123450"), ("054321", "012345"), ("54321", "12345"), ("0", "0")],
)
def test_dont_know_keeps_its_place(scale: str, turned: str) -> None:
    assert turned_round(list(scale), "0") == list(turned)
