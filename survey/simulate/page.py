"""Writes what simulations found: a table for the terminal, a page with charts for readers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from survey.simulate.charts import bars, lines
from survey.stats.simulation.goals import Outcome, outcomes
from survey.stats.simulation.scenarios import SCENARIOS, SETTINGS
from survey.stats.simulation.summary import Summary

# Heading, figure, form; "±" before a figure: its Monte-Carlo standard error.
_COLUMNS = (
    ("raw", "raw_rmse", "{:.2f}"),
    ("invited", "invited_rmse", "{:.2f}"),
    ("alone", "alone_rmse", "{:.2f}"),
    ("no limit", "unlimited_rmse", "{:.2f}"),
    ("score", "score_rmse", "{:.2f}"),
    ("±", "±score_rmse", "{:.2f}"),
    ("bias", "score_bias", "{:+.2f}"),
    ("cover", "score_coverage", "{:.3f}"),
    ("±", "±score_coverage", "{:.3f}"),
    ("least", "score_coverage_worst_county", "{:.3f}"),
    ("half 95 %", "half_width", "{:.2f}"),
    ("rank err", "score_rank_error", "{:.2f}"),
    ("raw", "raw_rank_error", "{:.2f}"),
    ("alarms", "alarms", "{:.4f}"),
)
_ATTACK_COLUMNS = (
    ("raw moves", "raw_moved", "{:.2f}"),
    ("score moves", "moved", "{:.2f}"),
    ("±", "±moved", "{:.2f}"),
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
    "published": "share of units published",
    "ranked": "share of units ranked",
    "callback_g": "log odds of answering per SD of the answer, as the reminder tells",
    "sensitivity_coverage": "coverage of the sensitivity interval",
    "sensitivity_half_width": "its half width",
    "rank_sets_hold": "rank sets hold all true ranks of a class",
    "rank_set_width": "mean width of a rank set",
    "honest_weight_lost": "honest open weight lost",
    "honest_set_aside": "honest open answers set aside or named in a case",
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
            out += [_row(_title(entry), _cells(entry, columns)) for entry in rows]
    out += ["", *(_outcome(outcome) for outcome in outcomes(summaries))]
    return out


def _row(title: str, cells: Sequence[str]) -> str:
    return f"{title:24}" + "".join(f"{cell:>14}" for cell in cells)


def _title(summary: Summary) -> str:
    return summary.scenario + ("" if summary.share == "0" else f" {float(summary.share):.0%}")


def _cells(summary: Summary, columns: Sequence[tuple[str, str, str]]) -> list[str]:
    known = {**summary.figures, **{f"±{name}": error for name, error in summary.errors.items()}}
    return [form.format(known[name]) if name in known else "" for _, name, form in columns]


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
    parts = [_HEAD, *_worse_section(kept), *_promises_section(kept), _HOW_TO_READ]
    for setting in SETTINGS:
        here = [entry for entry in kept if entry.setting == setting]
        if here:
            parts += _setting_section(out, setting, here)
    page = out / "simulation.md"
    page.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return page


def _worse_section(kept: Sequence[Kept]) -> list[str]:
    """Say where the published score is further from the truth than the plain mean."""
    worse = [
        (entry.setting, summary)
        for entry in kept
        for summary in entry.summaries
        if summary.share == "0" and summary.figures["score_rmse"] > summary.figures["raw_rmse"]
    ]
    n_all = sum(summary.share == "0" for entry in kept for summary in entry.summaries)
    parts = ["\n## Where the published score is worse than the plain mean\n"]
    if not worse:
        return [*parts, f"In none of the {n_all} cases without an attack."]
    said = (
        f"In {len(worse)} of {n_all} cases without an attack what is published is, over all"
        " units, further from the truth (root mean squared error, points of 100; ± is the"
        " Monte-Carlo standard error) than the plain mean of all answers that were returned:\n"
    )
    parts += [
        said,
        "| setting | scenario | plain mean | published score | draws in which it is worse |",
        "| --- | --- | --: | --: | --: |",
    ]
    for setting, summary in worse:
        raw, score = (_with_error(summary, f"{name}_rmse") for name in ("raw", "score"))
        times = round(summary.figures["worse_than_raw"] * summary.repeats)
        parts.append(
            f"| {setting} | {summary.scenario} | {raw} | {score} | {times} of {summary.repeats} |"
        )
    return [*parts, *_worse_ranks(kept)]


def _worse_ranks(kept: Sequence[Kept]) -> list[str]:
    found = [
        f"{entry.setting} {s.scenario} {s.figures['score_rank_error']:.2f}"
        f" against {s.figures['raw_rank_error']:.2f}"
        for entry in kept
        for s in entry.summaries
        if s.share == "0" and s.figures["score_rank_error"] > s.figures["raw_rank_error"]
    ]
    return ["", f"Mean distance from the true rank, likewise: {'; '.join(found)}."] if found else []


def _with_error(summary: Summary, name: str) -> str:
    error = summary.errors.get(name)
    return f"{summary.figures[name]:.2f}" + ("" if error is None else f" ± {error:.2f}")


def _promises_section(kept: Sequence[Kept]) -> list[str]:
    """List every promise that is not kept anywhere, then count those that are."""
    found = [(entry.setting, outcome) for entry in kept for outcome in outcomes(entry.summaries)]
    broken = [(setting, outcome) for setting, outcome in found if not outcome.reached]
    said = (
        "The limits are not moved for being missed; each is held against the figure as it came"
        " out, whatever its Monte-Carlo error. Those kept stand under each setting.\n"
    )
    return [
        f"\n## Promises: {len(broken)} of {len(found)} are not kept\n",
        said,
        *(f"- {setting}: {_outcome(outcome)[2:].strip()}" for setting, outcome in broken),
    ]


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
    why = "its constants were tuned on" if setting == "tuning" else "not tuned on"
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
    parts += ["Besides:\n", *_extras(plain), "\nPromises kept:\n"]
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
    rows = [[_title(entry), *_cells(entry, columns)] for entry in summaries]
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
    return [
        f"- {_outcome(outcome)[2:].strip()}" for outcome in outcomes(summaries) if outcome.reached
    ]


_HEAD = """# Simulated counties: how far published scores are from a known truth

Written by `survey simulate --out docs`; every figure is of simulated data. What is drawn stands
in `survey/stats/simulation/`: a county of 60 units (towns and departments, a class each), invited
people (6,000 codes, about a third answer), 10,000 volunteers at the open entrance, people who
could rate three to seven units each, and what goes wrong. Every score, interval, rank and alarm
comes from `survey.stats.pipeline.appraise`, the code that publishes scores, by a plan with the
product's defaults: one item, one group, each unit raked on sex and five ages within 0.2 and 5
times the mean weight, rules V04, V07 and V08. Two settings differ: five answers are enough to
publish (the demonstration asks for 50), and rank sets rest on 1,000 draws, not 20,000. Whoever
rates several units is known to be one person, invited or not: so it is where a file of answers
names the rater; an open poster of the platform does not tell. Check it:

    survey simulate --scenario plain --repeat 1 --write-county drawn --json
    survey appraise drawn --out out

scores one such county from files, and gives the scores of the first command to the last digit."""

_HOW_TO_READ = """
## How to read the tables

“raw” is the plain mean of all returned answers, “invited” the raked mean of the invited ones,
“alone” the best these say without the open ones (net of raters, drawn towards their model),
“no limit” the combination before the limiter, “score” what is published; all five are root mean
squared errors over the published units, in points of 100. “cover” is the share of 95 % intervals
that hold the truth, “least” the same in the worst of ten populations (one or two draws each: of
60 units a share is known to about ± 0.03). “rank err” is the mean distance from the true rank,
within the class as published. ± is the Monte-Carlo standard error of the figure before it, draws
of one population taken together; with so few draws it is itself rough. “moves” is the mean
distance a score moves under an attack, whichever way: an alarm takes the open answers of the
unit out of it, which also moves it; “its way” is the mean movement in the direction the attack
is after.

A score that no attack on the open channel may move by more than one standard error of the
invited sample has to stay within half of it of what these answers say, and then its error has a
floor however good the open sample is (proved in `docs/methods/limiter.md`). “no limit” beside
“score” shows what that costs. Where invited people do not answer because of their opinion
(“nonignorable”, “several”) the list of everybody invited is known and the plan says
`nonresponse: callbacks`. In the leniency scenarios 20,000 codes go out, nothing is open, and
people rate fewer than half of the units they know: the likelier, the more lenient they are and
the more sought after the unit. Two promises were made of something else: that of leniency of
1,500 raters of four units each and of comparisons alone, those of ranks of all 60 units in one
list, where there are more places to gain than within a class. Simulated attackers rate one unit
each; nothing looks for that."""
