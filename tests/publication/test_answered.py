"""No number of few people is shown, and none can be told from the others."""

import numpy as np
import pytest

from survey.problems import Refused
from survey.publication.answered import ALL, Answered, Way, protected
from tests.publication.attacker import widths

SMALLEST = WIDTH = 10
COUNTIES = 24  # bench/disclosure.py tries 200


def county(seed: int) -> dict[Way, int]:
    """Draw how many answered: mostly enough, some few, some nobody."""
    rng = np.random.default_rng([41, seed])
    units = [f"U{n}" for n in range(rng.integers(4, 14))]
    groups = [f"G{n}" for n in range(1, rng.integers(3, 6))]
    channels = ["qr_open", "sms", "paper"][: rng.integers(2, 4)]
    usual = rng.uniform(4, 40)
    return {
        (unit, group, channel): int(rng.poisson(usual * rng.uniform(0, 1.5)))
        for unit in units
        for group in groups
        for channel in channels
        if rng.random() < 0.9
    }


def shown(received: dict[Way, int]) -> Answered:
    return protected(
        received,
        units=sorted({unit for unit, _, _ in received}),
        groups=sorted({group for _, group, _ in received}),
        smallest=SMALLEST,
        width=WIDTH,
    )


@pytest.mark.parametrize("seed", range(COUNTIES))
def test_an_attacker_tells_no_number_that_is_not_shown(seed: int) -> None:
    received = county(seed)
    read = shown(received)
    assert read.total == sum(received.values())
    told = [n for table in (read.units, read.channels) for n in table.values() if n is not None]
    assert all(n == 0 or n >= SMALLEST for n in told)
    found = widths(read)
    assert len(found) == read.n_hidden
    assert all(width >= WIDTH - 1e-6 for width in found.values())


def test_what_is_shown_is_true() -> None:
    received = county(1)
    read = shown(received)
    for (unit, group), n in read.units.items():
        true = sum(
            count for (u, g, _), count in received.items() if unit in {u, ALL} and group in {g, ALL}
        )
        assert n in {None, true}


def test_with_only_small_numbers_hidden_the_attacker_would_tell_some() -> None:
    """The attack itself finds what is given away, or the test above would say nothing."""
    received = {
        (unit, group, "sms"): 4 if (unit, group) == ("U1", "G1") else 40
        for unit in ("U1", "U2", "U3")
        for group in ("G1", "G2")
    }
    read = shown(received)
    careless = Answered(
        units={
            (unit, group): None
            if (unit, group) == ("U1", "G1")
            else sum(
                n for (u, g, _), n in received.items() if unit in {u, ALL} and group in {g, ALL}
            )
            for unit, group in read.units
        },
        channels=read.channels,
        total=read.total,
    )
    assert widths(careless)["unit", "U1", "G1"] == pytest.approx(0)
    assert widths(read)["unit", "U1", "G1"] >= WIDTH


def test_a_county_of_few_answers_is_refused() -> None:
    with pytest.raises(Refused, match="不能公布") as caught:
        shown({("U1", "G1", "sms"): 4, ("U1", "G2", "sms"): 3})
    assert "ALL" in str(caught.value)
