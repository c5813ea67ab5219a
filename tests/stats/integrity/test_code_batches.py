"""Honest batches of codes are left alone, those an official keeps are found: a few campaigns.

`bench/code_batches.py` does the same over 500.
"""

from bench.code_batches import OWN, measure


def test_own_codes_are_found_and_honest_ones_are_not() -> None:
    figures = measure(2)
    assert figures["honest batches found"] <= 0.01
    assert figures["60 of 60, over all days"] == 1.0
    assert figures["60 of 120, in 2 days"] == 1.0
    assert set(OWN) < set(figures)
