"""Tables of what simulations found, for a terminal and for pages."""

from __future__ import annotations

from collections.abc import Sequence

from survey.simulate.kept import Kept, amount_of
from survey.stats.simulation import Outcome, Summary

Columns = Sequence[tuple[str, str, str]]

# Heading, figure, form; "±" before a figure: its Monte-Carlo standard error.
ACCURACY: Columns = (
    ("raw", "raw_rmse", "{:.2f}"),
    ("invited", "invited_rmse", "{:.2f}"),
    ("alone", "alone_rmse", "{:.2f}"),
    ("no limit", "unlimited_rmse", "{:.2f}"),
    ("floor", "floor_rmse", "{:.2f}"),
    ("score", "score_rmse", "{:.2f}"),
    ("±", "±score_rmse", "{:.2f}"),
    ("bias", "score_bias", "{:+.2f}"),
    ("cover", "score_coverage", "{:.3f}"),
    ("±", "±score_coverage", "{:.3f}"),
    ("least", "score_coverage_worst_county", "{:.3f}"),
    ("half 95 %", "half_width", "{:.2f}"),
    ("rank err", "score_rank_error", "{:.2f}"),
    ("raw", "raw_rank_error", "{:.2f}"),
    ("ranked", "ranked", "{:.3f}"),
    ("alarms", "alarms", "{:.4f}"),
)
ATTACK: Columns = (
    ("false answers", "false_answers", "{:.0f}"),
    ("raw moves", "raw_moved", "{:.2f}"),
    ("score moves", "moved", "{:.2f}"),
    ("±", "±moved", "{:.2f}"),
    ("its way", "pulled", "{:+.2f}"),
    ("most", "moved_most_worst", "{:.2f}"),
    ("most, SE", "moved_most_se_worst", "{:.3f}"),
    ("no limit", "unlimited_moved", "{:.2f}"),
    ("others move", "honest_moved", "{:.3f}"),
    ("rank gain raw", "raw_rank_gain", "{:.1f}"),
    ("score", "rank_gain", "{:.1f}"),
    ("still ranked", "still_ranked", "{:.3f}"),
    ("alarm", "alarm_power", "{:.3f}"),
    ("named", "found", "{:.3f}"),
    ("others named", "found_falsely", "{:.4f}"),
    ("cover", "attacked_coverage", "{:.3f}"),
)


def table_lines(found: Sequence[Kept]) -> list[str]:
    """Return the figures as lines for a terminal, with the promises they are held against."""
    out: list[str] = []
    for place in dict.fromkeys(kept.cell.place for kept in found):
        here = [kept for kept in found if kept.cell.place == place]
        summaries = [summary for kept in here for summary in kept.summaries]
        for columns, attacked in ((ACCURACY, False), (ATTACK, True)):
            rows = [entry for entry in summaries if (entry.share != "0") == attacked]
            if rows:
                out += ["", _row(place, [name for name, _, _ in columns])]
                out += [_row(_title(entry), _cells(entry, columns)) for entry in rows]
        out += ["", *(outcome_line(outcome) for kept in here for outcome in kept.outcomes())]
    return out


def markdown(summaries: Sequence[Summary], columns: Columns) -> list[str]:
    """Return the figures as a table of a page."""
    head = ["scenario", *(name for name, _, _ in columns)]
    rows = [[_title(entry), *_cells(entry, columns)] for entry in summaries]
    return as_table(head, rows)


def as_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> list[str]:
    """Return a table whose first ``words`` columns hold words, the others figures."""
    marks = ["---"] * words + ["--:"] * (len(head) - words)
    return ["| " + " | ".join(row) + " |" for row in (head, marks, *rows)]


def where(outcome: Outcome) -> str:
    """Name the scenario, with the amount of false answers."""
    amount = float(outcome.share)
    said = f" {amount:.0%}" if amount <= 1 else f" {amount:.0f}"
    return outcome.scenario + (said if amount else "")


def outcome_line(outcome: Outcome) -> str:
    """Say of a promise whether it is kept, by what figure."""
    mark = "✓" if outcome.reached else "✗"
    sign = "≤" if outcome.goal.at_most else "≥"
    return (
        f"{mark} {outcome.value:8.3f} {sign} {outcome.goal.limit:<6.3g}"
        f" {outcome.goal.en}: {where(outcome)}"
    )


def _row(title: str, cells: Sequence[str]) -> str:
    return f"{title:24}" + "".join(f"{cell:>14}" for cell in cells)


def _title(summary: Summary) -> str:
    return f"{summary.scenario} {amount_of(summary)}".strip()


def _cells(summary: Summary, columns: Columns) -> list[str]:
    known = {**summary.figures, **{f"±{name}": error for name, error in summary.errors.items()}}
    return [form.format(known[name]) if name in known else "" for _, name, form in columns]
