"""Writes how often forecasts of drawn fieldworks held: a page for readers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from survey.stats.simulation.forecast_quality import Quality

_PROMISED = ((0.78, 0.82), (0.93, 0.97))
NARROWER = 0.2


def kept(quality: Quality) -> bool:
    """Say whether both intervals held as often as promised, and the remedy was worth it."""
    shares = zip(quality.overall, _PROMISED, strict=True)
    inside = all(low <= share <= high for share, (low, high) in shares)
    return inside and quality.narrower >= NARROWER


def told(quality: Quality) -> str:
    """Return the figures of one manner in a line."""
    eighty, ninety_five = quality.overall
    return (
        f"{'✓' if kept(quality) else '✗'} {quality.manner}: {quality.fieldworks} fieldworks, "
        f"80 % interval {eighty:.1%} ± {quality.error[0]:.1%}, "
        f"95 % interval {ninety_five:.1%} ± {quality.error[1]:.1%}, widest interval narrower by "
        f"{quality.narrower:.0%} ± {quality.narrower_error:.0%} with {quality.codes:.0f} codes"
    )


def write_page(path: Path, found: Sequence[Quality], *, seed: int) -> None:
    """Write the page anew."""
    parts = [_HEAD.format(seed=seed)]
    for quality in found:
        parts += ["", f"## {quality.manner}", "", f"{told(quality)}.", "", *_table(quality)]
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _table(quality: Quality) -> list[str]:
    head = ("days over", "80 % holds", "95 % holds", "still to come", "width of 80 %")
    rows = zip(quality.days, quality.coverage, quality.to_come, quality.width, strict=True)
    cells = [
        (f"{day}", f"{inside[0]:.1%}", f"{inside[1]:.1%}", f"{to_come:.1f}", f"{width:.1f}")
        for day, inside, to_come, width in rows
    ]
    return ["| " + " | ".join(row) + " |" for row in (head, ("--:",) * len(head), *cells)]


_HEAD = """# Simulated fieldworks: how often forecasts hold

Written by `survey simulate-fieldwork --out docs/forecasts.md` (seed {seed}); every figure is of
simulated data. The method is told in [methods/forecasts.md](methods/forecasts.md).

Fieldworks are drawn by `survey/stats/simulation/fieldworks.py`, whose rules are none of the
forecast's: posters that lose half their answers every so many days down to a floor, at each unit
at a pace of its own, in some fieldworks busiest only after days; log-normal or Weibull delays of
single invited people, codes that go out late, a reminder on one day; weekends, holidays that
leave a third, days that are good or bad for the whole county, lumpy days, bursts, posters that
are torn down. “usual” was looked at while the method was made. “rough” has fewer units, a longer
time, heavier tails and days that resemble the day before; it was used for nothing but this page.

A forecast is made on every morning from the sixth day on, for every group of every unit: its
answers in the end, if nothing more is sent. It holds where what came in the end lies in the
interval. ± is the Monte-Carlo standard error, a fieldwork being one draw. Half-widths go with
one over the root of the answers: an interval of theirs holds where that of the answers does.
Single days differ by more than the whole: in the first days and after a reminder everything
hangs on one curve, and where next to nothing is still to come no interval holds less often than
the chance of nothing.

Half-way the remedy is put to the test: the codes that the groups expected to miss their minimum
(50, 30 and 15 answers) need are issued as it says, and, in the same fieldwork, as many in
proportion to the codes issued so far. “Narrower” compares the widest interval of both."""
