"""Codes used by those whose codes they are not, and people told what to answer."""

import numpy as np
import pytest

from survey.stats.campaign.sample import Sample
from survey.stats.simulation.captures import capture_codes, coach, raise_by_one
from tests.stats.invited_county import invited_county

ROWS = np.arange(40, 140)


@pytest.fixture
def sample() -> Sample:
    return invited_county(1, level=70, n=20).sample


def changed(before: Sample, after: Sample) -> np.ndarray:
    return np.flatnonzero((before.items != after.items).any(axis=1))


@pytest.mark.parametrize(("kind", "best"), [("full", 1.0), ("careful", 0.8)])
def test_a_share_of_the_codes_and_no_other_answer_is_captured(
    sample: Sample, kind: str, best: float
) -> None:
    rng = np.random.default_rng(1)
    after = capture_codes(sample, rows=ROWS, share=0.4, kind=kind, best=5, rng=rng)  # type: ignore[arg-type]
    rows = changed(sample, after)
    assert set(rows) <= set(ROWS)
    assert 30 <= rows.size <= 40
    assert (after.items[rows] == 5).mean() == pytest.approx(best, abs=0.08)
    for column in ("submitted_at", "network", "device", "duration_ms"):
        assert (getattr(after, column) == getattr(sample, column)).all()


def test_a_batch_is_worked_off_in_its_order_in_one_evening(sample: Sample) -> None:
    sample = invited_county(1, level=70, n=20).sample
    numbered = Sample(**{
        name: getattr(sample, name) for name in sample.__dataclass_fields__
    } | {"token": np.arange(sample.n_responses)[::-1].copy()})  # fmt: skip
    rng = np.random.default_rng(2)
    after = capture_codes(numbered, rows=ROWS, share=0.2, kind="batch", best=5, rng=rng)
    rows = np.flatnonzero(after.submitted_at != numbered.submitted_at)
    taken = np.arange(rows.min(), rows.max() + 1)
    assert taken.size == 20
    assert (after.items[taken] == 5).all()
    assert np.ptp(after.submitted_at[taken]) <= 3 * 3600
    assert np.unique(after.network[taken]).size == 5
    assert (after.duration_ms[taken] >= 20_000).all()


def test_coached_people_tick_what_they_were_told(sample: Sample) -> None:
    rng = np.random.default_rng(3)
    after = coach(sample, rows=ROWS, share=0.5, pattern="5, 4, 5, 4", rng=rng)
    assert (after.items[ROWS[:50]] == [5, 4, 5, 4, 5]).all()
    assert (after.items[ROWS[50:]] == sample.items[ROWS[50:]]).all()


def test_staff_say_one_better_and_never_anything_bad(sample: Sample) -> None:
    rng = np.random.default_rng(4)
    after = raise_by_one(sample, rows=ROWS, share=1.0, best=5, rng=rng)
    assert (after.items[ROWS] >= 4).all()
    assert (after.items[ROWS] == np.clip(sample.items[ROWS] + 1, 4, 5)).all()
