"""Writes what simulations found as a page with charts: docs/simulation.md."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from survey.simulate.charts import bars
from survey.simulate.kept import Kept, repeats_of
from survey.simulate.tables import ACCURACY, as_table, markdown, where
from survey.stats.simulation import (
    GOALS,
    PLANS,
    SCENARIOS,
    SETTINGS,
    UNSEEN,
    Goal,
    Outcome,
    Summary,
)

_EXTRA = {
    "published": "share of units published",
    "ranked": "share of units ranked",
    "callback_g": "log odds of answering per SD of the answer, as the reminder tells",
    "without_step_rmse": "RMSE of the score where silence moves no score",
    "sensitivity_coverage": "coverage of the sensitivity interval",
    "sensitivity_half_width": "its half width",
    "interval_alone_coverage": "coverage where silence moves no score (`callbacks_interval`)",
    "interval_alone_half_width": "its half width there",
    "rank_sets_hold": "rank sets hold all true ranks of a class",
    "rank_set_width": "mean width of a rank set",
    "honest_weight_lost": "honest open weight lost",
    "honest_set_aside": "honest open answers set aside or named in a case",
}


def write_page(out: Path, kept: Sequence[Kept]) -> Path:
    """Write simulation.md and its charts from everything kept in ``out``."""
    parts = [
        _HEAD, *_places_section(kept), *_scenarios_section(kept), *_promises_section(kept),
        *_worse_section(kept), _HOW_TO_READ,
    ]  # fmt: skip
    for setting in SETTINGS:
        for plan in PLANS:
            here = [e for e in kept if (e.cell.setting, e.cell.plan) == (setting, plan)]
            if here:
                parts += _place_section(out, here)
    page = out / "simulation.md"
    page.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return page


def _places_section(kept: Sequence[Kept]) -> list[str]:
    """Name the settings and plans that are on the page, and the seeds."""
    settings = [name for name in SETTINGS if any(e.cell.setting == name for e in kept)]
    plans = [name for name in PLANS if any(e.cell.plan == name for e in kept)]
    rows = []
    for name in settings:
        setting = SETTINGS[name]
        rows.append([
            name, "yes" if name in UNSEEN else "no", str(setting.n_towns),
            str(setting.n_departments), f"{setting.level:g}", f"{setting.n_codes:,}",
            f"{setting.n_open:,}",
        ])  # fmt: skip
    return [
        "\n## Counties and plans 模拟的县和方案\n",
        *as_table(
            ["setting", "never used for tuning", "towns", "departments", "level", "codes",
             "volunteers"],
            rows, words=2,
        ),
        "",
        *(f"- “{name}”: {PLANS[name].zh} / {PLANS[name].en}" for name in plans),
        "",
        _PLANS_TOLD,
    ]  # fmt: skip


def _scenarios_section(kept: Sequence[Kept]) -> list[str]:
    names = [name for name in SCENARIOS if any(entry.cell.scenario == name for entry in kept)]
    rows = [[name, SCENARIOS[name].zh, SCENARIOS[name].en] for name in names]
    return [
        "\n## What goes wrong 模拟了哪些问题\n",
        *as_table(["scenario", "中文", "English"], rows, words=3),
    ]


def _promises_section(kept: Sequence[Kept]) -> list[str]:
    """Count of each promise where it is kept; then name every place where it is not."""
    found = [(entry, outcome) for entry in kept for outcome in entry.outcomes()]
    n_broken = sum(not outcome.reached for _, outcome in found)
    rows, broken = [], []
    for goal in GOALS:
        of = [(entry, outcome) for entry, outcome in found if outcome.goal is goal]
        if of:
            rows.append(_promise_row(goal, of))
        missed = [
            f"{entry.cell.place} {where(outcome)} {outcome.value:.4g}"
            for entry, outcome in of
            if not outcome.reached
        ]
        if missed:
            broken.append(f"- {goal.en} ({_limit(goal)}): {'; '.join(missed)}")
    return [
        f"\n## Promises 承诺: {n_broken} of {len(found)} are not kept\n",
        _PROMISES_TOLD,
        *as_table(["承诺", "promise", "limit", "kept", "worst", "where"], rows, words=2),
        "\nNot kept:\n",
        *broken,
    ]


def _limit(goal: Goal) -> str:
    return f"{'≤' if goal.at_most else '≥'} {goal.limit:.3g}"


def _promise_row(goal: Goal, found: Sequence[tuple[Kept, Outcome]]) -> list[str]:
    worst = (max if goal.at_most else min)(found, key=lambda each: each[1].value)
    n_kept = sum(outcome.reached for _, outcome in found)
    return [
        goal.zh, goal.en, _limit(goal), f"{n_kept} of {len(found)}",
        f"{worst[1].value:.3g}", f"{worst[0].cell.place} {where(worst[1])}",
    ]  # fmt: skip


def _worse_section(kept: Sequence[Kept]) -> list[str]:
    """Say where the published score is further from the truth than the plain mean."""
    worse = [
        entry
        for entry in kept
        if entry.honest.figures["score_rmse"] > entry.honest.figures["raw_rmse"]
        and SCENARIOS[entry.cell.scenario].attack is None
    ]
    n_all = sum(SCENARIOS[entry.cell.scenario].attack is None for entry in kept)
    parts = ["\n## Where the published score is worse than the plain mean\n"]
    if not worse:
        return [*parts, f"In none of the {n_all} cases without an attack."]
    said = (
        f"In {len(worse)} of {n_all} cases without an attack what is published is, over all"
        " units, further from the truth (root mean squared error, points of 100; ± is the"
        " Monte-Carlo standard error) than the plain mean of all answers that were returned:\n"
    )
    rows = []
    for entry in worse:
        raw, score = (_with_error(entry.honest, f"{name}_rmse") for name in ("raw", "score"))
        times = round(entry.honest.figures["worse_than_raw"] * entry.honest.repeats)
        rows.append([entry.cell.place, entry.cell.scenario, raw, score,
                     f"{times} of {entry.honest.repeats}"])  # fmt: skip
    head = ["county and plan", "scenario", "plain mean", "published score",
            "draws in which it is worse"]  # fmt: skip
    return [*parts, said, *as_table(head, rows, words=2)]


def _with_error(summary: Summary, name: str) -> str:
    error = summary.errors.get(name)
    return f"{summary.figures[name]:.2f}" + ("" if error is None else f" ± {error:.2f}")


def _place_section(out: Path, kept: Sequence[Kept]) -> list[str]:
    """Return tables and chart of one setting under one plan."""
    cell = kept[0].cell
    plain = [entry.honest for entry in kept if SCENARIOS[entry.cell.scenario].attack is None]
    parts = [f"\n## {cell.setting}, plan “{cell.plan}”\n", f"{repeats_of(kept)}.", ""]
    if plain:
        parts += markdown(plain, ACCURACY)
        chart = f"simulation/{cell.setting}-{cell.plan}-rmse.svg"
        (out / chart).write_text(bars(plain), encoding="utf-8")
        parts += [f"\n![RMSE by scenario]({chart})\n", *_extras(plain)]
    attacks = [name for name, _ in groupby(e.cell.scenario for e in kept if e.attacked)]
    if attacks:
        parts += [f"\nAttacks ([price per point](price-per-point.md)): {', '.join(attacks)}."]
    return parts


def _extras(plain: Sequence[Summary]) -> list[str]:
    out = []
    for figure, words in _EXTRA.items():
        said = [f"{e.scenario} {e.figures[figure]:.3g}" for e in plain if figure in e.figures]
        if said:
            out.append(f"- {words}: {', '.join(said)}")
    return out


_HEAD = """# Simulated counties: how far published scores are from a known truth

Written by `survey simulate --out docs`; every figure is of simulated data. What is drawn stands
in `survey/stats/simulation/`. Every score, interval, rank and alarm comes from
`survey.stats.pipeline.appraise`, the code that publishes scores, by plans that an office could
write as a scheme. Check it:

    survey simulate --scenario plain --plan groups --repeat 1 --write-county drawn --json
    survey appraise drawn --out out

scores one such county from files, and gives the scores of the first command to the last digit.
What false answers cost and gain stands on [a page of its own](price-per-point.md).

The pages rest on few draws each (how many, with which seed, stands under each setting). To draw
as many as you like, resumed where it was stopped:

    survey simulate --setting upland --setting suburb --setting delta --setting border \\
        --repeat 200 --seed 20261130 --jobs 8 --out pages --resume"""

_PLANS_TOLD = """“Level” is the mean opinion of residents before it is rounded to an answer of five.
A plan is the product's default but for what is said here: one item; residents raked by unit on
sex and five ages within 0.2 and 5 times the mean weight; the weights and minima of the
demonstration's groups; rules V04, V07 and V08. Rank sets rest on 1,000 draws, not 20,000. Where
one person rates one unit, four times the codes go out, each for one unit, by lot, and one of the
open ones a person would have given is kept. In sittings whoever rates several units is known to
be one person, invited or not. The other groups of a unit think of it as its residents do, but for
2 to 6 points by which a group is more content everywhere and 1 to 4 (a standard deviation) by
which it differs at each unit; all of those asked answer. Codes have an order of issue, by unit
and group.

The four settings marked “yes” were drawn up when method 5 stood, with their seed; nothing was
chosen on them, and they are not to be tuned on: who changes the method draws up others."""

_PROMISES_TOLD = """The limits are not moved for being missed; each is held against the figure as it
came out, whatever its Monte-Carlo error. Promises that leaned on the plain mean where nothing is
wrong (“null ≤ 1.05”) or where silence has nothing to do with opinion (“plain ≤ .60”), with the
bound and without it, were withdrawn: no score that open answers cannot move can keep them
([why](methods/limiter.md)). In their place the error is held against the least that the bound
allows, and in plain nonresponse against the plain mean. What is promised of errors and ranks
against the plain mean under self-selection, and of leniency, was promised of counties that ask
residents alone (plan “residents”): where four more groups have half of the weight or more, whose
answers all come by code, the plain mean errs by little else than they do.
"""

_HOW_TO_READ = """
## How to read the tables

“raw” is the plain mean of all returned answers of each group, “invited” what the invited ones say
raked by themselves, “alone” the best these say without the open ones (net of raters, drawn
towards their model), “no limit” the combination before the limiter, “score” what is published;
all are root mean squared errors over the published units, in points of 100, the groups summed by
their share in the score. “floor” is the error of whoever knows the truth and may say only what
lies within the limit of “alone”, unit by unit. “cover” is the share of 95 % intervals
that hold the truth, “least” the same in the worst population: each of up to ten repeats has its
own, so with ten repeats or fewer it is one draw of the county's units. “rank err” is the mean
distance from the true rank, within the class as published; “ranked” the share of units that have
a rank. ± is the Monte-Carlo standard error of the figure before it, draws of one population taken
together; with so few draws it is itself rough.

A score that no attack on the open channel may move by more than one standard error of the
invited sample has to stay within half of it of what these answers say, and then its error has a
floor however good the open sample is (proved in [the limiter](methods/limiter.md)). “no limit”
beside “score” shows what that costs.

Where invited residents do not answer because of their opinion (“nonignorable”, “three_waves…”,
“several”) the list of all of them is known, with a row for each unit they were asked about, of
which passing over a unit is silence, and the plan says `nonresponse: callbacks`. The list tells
who answered before the first reminder and who after one, as the platform's does; a third wave is
not told from the second. In the leniency scenarios 20,000 codes go out, nothing is open, and
people rate fewer than half of the units they know: the likelier, the more lenient they are and
the more sought after the unit. One item is rated: coaching and captured codes that show only
across items are tried in `bench/coached_groups.py` and `bench/captured_codes.py`."""
