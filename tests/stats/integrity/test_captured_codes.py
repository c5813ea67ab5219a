"""Captured codes by the shape of the answers, by how they came in, and by channel."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.integrity.captured_codes import CapturedCodes, find_captured_codes
from survey.stats.integrity.captured_marks import InvitedSheets, excess_of_mark, marks_of
from survey.stats.integrity.captured_shape import sheet_classes
from survey.stats.integrity.honest_shape import fit_honest_shape
from survey.stats.integrity.random_effects import combined_chance

POINTS = (0.0, 0.0, 30.0, 60.0, 80.0, 100.0)
CUTS = np.array([-1.6, -0.7, 0.2, 1.2])
UNITS, N = 24, 80


def invited(seed: int = 1, *, n_units: int = UNITS, k: int = 4) -> InvitedSheets:
    """Honest sheets of one group and channel, units of different levels."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(n_units), N)
    level = 0.3 * rng.standard_normal(n_units)
    opinion = level[unit, None] + 0.8 * rng.standard_normal((unit.size, 1))
    items = 1 + np.searchsorted(CUTS, opinion + 0.6 * rng.standard_normal((unit.size, k)))
    nothing = np.zeros(unit.size, dtype=np.intp)
    return InvitedSheets(
        unit=unit, group=nothing, channel=nothing, items=items,
        score=np.array(POINTS)[items].mean(axis=1),
        duration_ms=rng.integers(60_000, 240_000, unit.size),
        device=np.arange(unit.size), network=np.arange(unit.size),
    )  # fmt: skip


def with_full_marks(sheets: InvitedSheets, number: int, **columns: object) -> InvitedSheets:
    """Let the first sheets about unit 0 be captured, with other columns on these rows."""
    items, score = sheets.items.copy(), sheets.score.copy()
    items[:number], score[:number] = 5, 100.0
    changed = {}
    for name, value in columns.items():
        changed[name] = getattr(sheets, name).copy()
        changed[name][:number] = value
    return replace(sheets, items=items, score=score, **changed)  # type: ignore[arg-type]


def find(sheets: InvitedSheets, n_units: int = UNITS) -> dict[int, CapturedCodes]:
    found = find_captured_codes(sheets, points=POINTS, n_units=n_units)
    return {one.unit: one for one in found}


def test_full_marks_beyond_the_level_are_found_with_their_share() -> None:
    assert 0 not in find(invited())
    one = find(with_full_marks(invited(), 16))[0]
    assert (one.n, one.signs[0]) == (N, "full")
    assert one.lower <= 0.2 <= one.upper


def test_the_order_of_the_rows_is_nothing_to_it() -> None:
    sheets = with_full_marks(invited(), 16)
    order = np.random.default_rng(2).permutation(sheets.unit.size)
    assert find(sheets.of_rows(order))[0].chance == pytest.approx(find(sheets)[0].chance)


def test_several_captured_units_do_not_hide_one_another() -> None:
    sheets = invited()
    items, score = sheets.items.copy(), sheets.score.copy()
    for unit in (0, 4, 9, 12):
        rows = np.flatnonzero(sheets.unit == unit)[:28]
        items[rows], score[rows] = 5, 100.0
    assert set(find(replace(sheets, items=items, score=score))) == {0, 4, 9, 12}


@pytest.mark.parametrize(
    ("columns", "sign"),
    [({"duration_ms": 20_000}, "fast"), ({"device": 7}, "shared"), ({"network": 7}, "shared")],
)
def test_best_sheets_that_came_otherwise_than_the_others_are_a_sign(
    columns: dict[str, int], sign: str
) -> None:
    hidden = with_full_marks(invited(), 7)
    assert 0 not in find(hidden)
    assert sign in find(with_full_marks(invited(), 7, **columns))[0].signs


def test_one_channel_better_than_the_others_is_a_sign() -> None:
    sheets = invited()
    other = np.arange(sheets.unit.size) % 2
    even = replace(sheets, channel=other)
    items = even.items.copy()
    mine = (even.unit == 0) & (even.channel == 1)
    items[mine] = np.minimum(items[mine] + 2, 5)
    found = find(replace(even, items=items, score=np.array(POINTS)[items].mean(axis=1)))
    assert "channel" in found[0].signs
    assert 0 not in find(even)


def test_few_units_or_few_answers_say_nothing() -> None:
    assert not find(with_full_marks(invited(n_units=8), 30), 8)
    sheets = with_full_marks(invited(), 10)
    few = np.flatnonzero((sheets.unit != 0) | (np.arange(sheets.unit.size) < 14))
    assert 0 not in find(sheets.of_rows(few))
    nothing = np.zeros((0, 4), dtype=np.intp)
    assert sheet_classes(nothing, POINTS) is None
    assert sheet_classes(np.full((40, 4), 5), POINTS) is None


def test_a_source_counts_as_shared_only_if_it_is_mostly_about_the_unit() -> None:
    sheets = invited()
    network = np.where(np.arange(sheets.unit.size) % 10 == 0, 3, sheets.network)
    assert not marks_of(replace(sheets, network=network))["shared"].any()
    network = np.where(np.arange(sheets.unit.size) < 4, -5, sheets.network)
    assert marks_of(replace(sheets, network=np.abs(network)))["shared"].sum() >= 4
    assert not marks_of(replace(sheets, network=np.full(sheets.unit.size, -1)))["shared"].any()


def test_a_mark_that_all_of_a_unit_share_is_no_excess() -> None:
    rng = np.random.default_rng(4)
    unit = np.repeat(np.arange(10), 50)
    likeness = rng.random(500)
    mark = (rng.random(500) < 0.3) | (unit == 0)
    found = excess_of_mark(
        mark=mark, likeness=likeness, unit=unit, stratum=np.zeros(500, dtype=np.intp), n_units=10
    )
    assert found.value[0] == pytest.approx(0, abs=1e-9)


def test_classes_are_ordered_and_captured_sheets_lie_at_their_upper_end() -> None:
    sheets = invited()
    classes = sheet_classes(sheets.items, POINTS)
    assert classes is not None
    means = [sheets.score[classes.of_row == place].mean() for place in range(classes.size)]
    assert means == sorted(means)
    for captured in classes.captured.values():
        assert captured.sum() == pytest.approx(1)
    assert classes.captured["full"][-1] == 1
    assert np.bincount(classes.of_row).min() >= 0.02 * sheets.unit.size


def test_the_honest_shape_is_that_of_the_population() -> None:
    rng = np.random.default_rng(8)
    level = 0.4 * rng.standard_normal(60)
    drawn = np.searchsorted(CUTS, level[:, None] + rng.standard_normal((60, 400)))
    counts = np.stack([np.bincount(row, minlength=5) for row in drawn]).astype(float)
    shape = fit_honest_shape(counts)
    assert np.diff(shape.thresholds) == pytest.approx(np.diff(CUTS), abs=0.05)
    assert np.corrcoef(shape.level, level)[0, 1] > 0.98
    grid, step = np.array([-0.5, 0.7]), 1e-5
    moved = np.log(shape.chances(grid + step) / shape.chances(grid - step)) / (2 * step)
    assert shape.slopes(grid) == pytest.approx(moved, rel=1e-5)
    wider = replace(shape, thresholds=shape.thresholds * np.exp(-step))
    narrower = replace(shape, thresholds=shape.thresholds * np.exp(step))
    at_zero = np.zeros(1)
    by_spread = np.log(wider.chances(at_zero) / narrower.chances(at_zero)) / (2 * step)
    assert shape.spread_slopes(at_zero) == pytest.approx(by_spread, rel=1e-5)


def test_a_chance_that_speaks_for_honesty_does_not_silence_another() -> None:
    parts = np.array([0.5, 0.5])
    assert combined_chance(np.array([[1e-4], [1.0]]), parts) < 0.001
    assert combined_chance(np.array([[0.3], [0.3]]), parts) == pytest.approx(0.3)
