"""Writes what simulations found: a table for the terminal, a page with charts for readers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from survey.simulate.charts import bars, lines
from survey.stats.simulation.goals import Outcome, outcomes
from survey.stats.simulation.scenarios import SCENARIOS, SETTINGS
from survey.stats.simulation.summary import Summary

_COLUMNS = (
    ("raw", "raw_rmse", "{:.2f}"),
    ("invited", "anchor_rmse", "{:.2f}"),
    ("alone", "alone_rmse", "{:.2f}"),
    ("no limit", "unlimited_rmse", "{:.2f}"),
    ("score", "score_rmse", "{:.2f}"),
    ("bias", "score_bias", "{:+.2f}"),
    ("cover", "score_coverage", "{:.3f}"),
    ("least", "score_coverage_worst_county", "{:.3f}"),
    ("half 95 %", "half_width", "{:.2f}"),
    ("rank err", "score_rank_error", "{:.2f}"),
    ("raw", "raw_rank_error", "{:.2f}"),
    ("alarms", "alarms", "{:.4f}"),
)
_ATTACK_COLUMNS = (
    ("raw moves", "raw_moved", "{:.2f}"),
    ("score moves", "moved", "{:.2f}"),
    ("its way", "pulled", "{:+.2f}"),
    ("worst, SE", "moved_most_se_worst", "{:.3f}"),
    ("no limit", "unlimited_moved", "{:.2f}"),
    ("others move", "honest_moved", "{:.3f}"),
    ("rank gain raw", "raw_rank_gain", "{:.1f}"),
    ("score", "rank_gain", "{:.1f}"),
    ("its way", "rank_pulled", "{:+.1f}"),
    ("alarm", "alarm_power", "{:.3f}"),
    ("false", "false_alarms", "{:.4f}"),
    ("cover", "attacked_coverage", "{:.3f}"),
)
_EXTRA = {
    "callback_rmse": "RMSE with the callback model",
    "callback_bias": "bias with the callback model",
    "sensitivity_coverage": "coverage of the sensitivity interval",
    "sensitivity_half_width": "its half width",
    "bounds_hold": "不了解 bounds hold the mean of everybody asked",
    "bounds_width": "their width",
    "within_chosen": "within-rater comparison chosen",
    "rank_sets_hold": "rank sets hold all true ranks",
    "rank_set_width": "mean width of a rank set",
    "honest_weight_lost": "honest weight lost",
    "honest_set_aside": "honest answers set aside",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Results kept of one scenario in one setting."""

    setting: str
    seed: int
    summaries: tuple[Summary, ...]


def table_lines(summaries: Sequence[Summary]) -> list[str]:
    """Return the figures as lines for a terminal."""
    out = []
    for columns, attacked in ((_COLUMNS, False), (_ATTACK_COLUMNS, True)):
        rows = [entry for entry in summaries if (entry.share != "0") == attacked]
        if rows:
            out += ["", _row("scenario", [name for name, _, _ in columns])]
            out += [_row(_title(entry), _cells(entry.figures, columns)) for entry in rows]
    out += ["", *(_outcome(outcome) for outcome in outcomes(summaries))]
    return out


def _row(title: str, cells: Sequence[str]) -> str:
    return f"{title:24}" + "".join(f"{cell:>14}" for cell in cells)


def _title(summary: Summary) -> str:
    return summary.scenario + ("" if summary.share == "0" else f" {float(summary.share):.0%}")


def _cells(figures: Mapping[str, float], columns: Sequence[tuple[str, str, str]]) -> list[str]:
    return [form.format(figures[name]) if name in figures else "" for _, name, form in columns]


def _outcome(outcome: Outcome) -> str:
    mark = "✓" if outcome.reached else "✗"
    sign = "≤" if outcome.goal.at_most else "≥"
    where = outcome.scenario + ("" if outcome.share == "0" else f" {float(outcome.share):.0%}")
    return (
        f"{mark} {outcome.value:8.3f} {sign} {outcome.goal.limit:<6.3g} {outcome.goal.en}: {where}"
    )


def keep_results(out: Path, summaries: Sequence[Summary], *, setting: str, seed: int) -> None:
    """Keep each scenario's figures in a file of its own, replacing what was there."""
    folder = out / "simulation"
    folder.mkdir(parents=True, exist_ok=True)
    for name in dict.fromkeys(summary.scenario for summary in summaries):
        results = [asdict(summary) for summary in summaries if summary.scenario == name]
        content = {"simulated": True, "setting": setting, "seed": seed, "results": results}
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{setting}-{name}.json").write_text(text, encoding="utf-8")


def write_page(out: Path) -> Path:
    """Write simulation.md and its charts from everything kept in ``out``."""
    kept = _read(out / "simulation")
    parts = [_HEAD]
    for setting in SETTINGS:
        here = [entry for entry in kept if entry.setting == setting]
        if here:
            parts += _setting_section(out, setting, here)
    page = out / "simulation.md"
    page.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return page


def _read(folder: Path) -> list[Kept]:
    order = list(SCENARIOS)
    found = []
    for path in folder.glob("*.json"):
        data = json.loads(path.read_text(encoding="utf-8"))
        summaries = tuple(Summary(**entry) for entry in data["results"])
        found.append(Kept(setting=data["setting"], seed=data["seed"], summaries=summaries))
    return sorted(found, key=lambda kept: order.index(kept.summaries[0].scenario))


def _setting_section(out: Path, setting: str, kept: Sequence[Kept]) -> list[str]:
    summaries = [summary for entry in kept for summary in entry.summaries]
    plain = [entry for entry in summaries if entry.share == "0"]
    attacked = [entry for entry in summaries if entry.share != "0"]
    why = "the constants were chosen on it" if setting == "tuning" else "unseen by the tuning"
    parts = [f"\n## Setting “{setting}” ({why})\n", _repeats(kept), ""]
    parts += _table(plain, _COLUMNS)
    chart = f"simulation/{setting}-rmse.svg"
    (out / chart).write_text(bars(plain), encoding="utf-8")
    parts += [f"\n![RMSE by scenario]({chart})\n"]
    if attacked:
        parts += ["Points an attack moves the unit it aims at, by share of false answers:\n"]
        parts += _table(attacked, _ATTACK_COLUMNS)
        chart = f"simulation/{setting}-movement.svg"
        (out / chart).write_text(lines(attacked), encoding="utf-8")
        parts += [f"\n![Movement by share of false answers]({chart})\n"]
    parts += ["Besides:\n", *_extras(plain), "\nPromises:\n"]
    return [*parts, *_promises(summaries)]


def _repeats(kept: Sequence[Kept]) -> str:
    by_number: dict[int, list[str]] = {}
    for entry in kept:
        first = entry.summaries[0]
        by_number.setdefault(first.repeats, []).append(first.scenario)
    said = [f"{number} repeats: {', '.join(names)}" for number, names in by_number.items()]
    seeds = sorted({entry.seed for entry in kept})
    return f"Seed {', '.join(map(str, seeds))}; " + "; ".join(said) + "."


def _table(summaries: Sequence[Summary], columns: Sequence[tuple[str, str, str]]) -> list[str]:
    head = ["scenario", *(name for name, _, _ in columns)]
    rows = [[_title(entry), *_cells(entry.figures, columns)] for entry in summaries]
    marks = ["---", *("--:" for _ in columns)]
    return ["| " + " | ".join(row) + " |" for row in (head, marks, *rows)]


def _extras(plain: Sequence[Summary]) -> list[str]:
    out = []
    for figure, words in _EXTRA.items():
        said = [f"{e.scenario} {e.figures[figure]:.3g}" for e in plain if figure in e.figures]
        if said:
            out.append(f"- {words}: {', '.join(said)}")
    return out


def _promises(summaries: Sequence[Summary]) -> list[str]:
    found = outcomes(summaries)
    kept = sum(outcome.reached for outcome in found)
    lines = [f"- {'' if o.reached else '**not kept** '}{_outcome(o)[2:].strip()}" for o in found]
    return [f"{kept} of {len(found)} kept.\n", *lines]


_HEAD = """# Simulated counties: how right the scores are where the truth is known

Written by `survey simulate --out docs`; every figure is of simulated data. What is simulated
stands in `survey/stats/simulation/`: a county of 60 units, invited people (6,000 codes, about
a third answer), 10,000 volunteers, people who rate three to seven units each, and what goes
wrong. “raw” is the plain mean of all answers, “invited” the raked mean of the invited ones,
“alone” the best these say (net of raters' leniency, drawn towards their model), “no limit” the
combination before the limiter, “score” what is published. RMSE and bias are in points of 100;
“cover” is the share of 95 % intervals that hold the truth, “least” the same in the worst of ten
populations. “moves” is the mean distance a score moves, whichever way: an alarm takes the open
answers of the unit out of it, which also moves it; “its way” is the mean movement in the
direction the attack is after.

Two promises cannot both be kept. A score that no attack on the open channel may move by more
than one standard error of the invited sample has to stay within half of it of what these
answers say, and then its error has a floor however good the open sample is: 0.65 standard
errors about the raked mean, about 0.5 about “alone” (proved in `docs/methods/limiter.md`).
Where nothing is wrong, or only what weights mend, “no limit” shows most of what that safety
costs; the rest is what alarms falsely raised take out (`docs/methods/alarms.md`). On “tuning” the
constants were chosen, so its figures flatter. “varied” and “ageing” were looked at between
versions; “last” was drawn up when the method stood, and after it only one threshold was changed:
an alarm at best answers beyond 2.8 instead of 3, for on “varied” 94 % of attacks had been named.

Simulated attackers rate one unit each; nothing looks for that."""
