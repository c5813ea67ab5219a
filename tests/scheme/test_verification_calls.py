"""What a scheme may say of verification calls: defaults, ends of the ranges, a misspelt name."""

from typing import Any

import pytest

from survey.scheme.folder import read_folder
from survey.scheme.scheme import problems_of, scheme_in
from tests.factories import ANLAN


def document(**verification: object) -> dict[str, Any]:
    return {**read_folder(ANLAN).document, "verification": verification}


def test_a_scheme_that_says_nothing_wants_five_points_at_five_percent() -> None:
    wanted = scheme_in(read_folder(ANLAN).document).verification
    assert (wanted.most_points, wanted.risk) == (5.0, 0.05)


@pytest.mark.parametrize(("most", "risk"), [(0.5, 0.001), (50, 0.2), (8, 0.05)])
def test_both_ends_of_the_ranges_are_taken(most: float, risk: float) -> None:
    said = document(most_points=most, risk=risk)
    assert problems_of(said) == []
    wanted = scheme_in(said).verification
    assert (wanted.most_points, wanted.risk) == (most, risk)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("most_points", 0.4),
        ("most_points", 51),
        ("risk", 0.0009),
        ("risk", 0.21),
        ("risk", "5%"),
        ("most_point", 5),
    ],
)
def test_beyond_them_and_misspelt_it_is_named(name: str, value: object) -> None:
    [problem] = problems_of(document(**{name: value}))
    assert problem.field == f"verification.{name}"
