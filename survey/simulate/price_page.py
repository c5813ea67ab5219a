"""Writes what false answers cost and gain: docs/price-per-point.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from survey.simulate.charts import lines
from survey.simulate.kept import Kept, repeats_of
from survey.simulate.tables import ATTACK, as_table, markdown
from survey.stats.simulation import PLANS, SCENARIOS, SETTINGS

_FLAT = 0.05  # points by which a curve may still rise and be called flat


def write_price_page(out: Path, kept: Sequence[Kept]) -> Path:
    """Write price-per-point.md and its charts from everything kept in ``out``."""
    parts = [_HEAD]
    for setting in SETTINGS:
        for plan in PLANS:
            here = [
                entry
                for entry in kept
                if (entry.cell.setting, entry.cell.plan) == (setting, plan) and entry.attacked
            ]
            if here:
                parts += _place_section(out, here)
    page = out / "price-per-point.md"
    page.write_text("\n".join([*parts, _HOW_TO_READ]) + "\n", encoding="utf-8")
    return page


def _place_section(out: Path, kept: Sequence[Kept]) -> list[str]:
    cell = kept[0].cell
    attacked = [summary for entry in kept for summary in entry.attacked]
    chart = f"simulation/{cell.setting}-{cell.plan}-price.svg"
    (out / chart).write_text(lines(attacked), encoding="utf-8")
    head = ["", "手法", "attack", "most tried 最多试过", "plain mean: for one point 简单平均",
            "score: for one point 得分", "score moves at most 得分最多移动",
            "named 被发现"]  # fmt: skip
    return [
        f"\n## {cell.setting}, plan “{cell.plan}” {PLANS[cell.plan].zh}\n",
        f"{repeats_of(kept)}.",
        "",
        *as_table(head, [_price_row(entry) for entry in kept], words=3),
        f"\n![Points moved by number of false answers]({chart})\n",
        *markdown(attacked, ATTACK),
    ]


def _price_row(kept: Kept) -> list[str]:
    scenario, last = SCENARIOS[kept.cell.scenario], kept.attacked[-1].figures
    number = [summary.figures["false_answers"] for summary in kept.attacked]
    raw = [summary.figures["raw_moved"] for summary in kept.attacked]
    moved = [summary.figures["pulled"] for summary in kept.attacked]
    return [
        scenario.name, scenario.zh, scenario.en, f"{number[-1]:.0f}", _price(number, raw),
        _price_of_score(number, moved),
        f"{max(moved):+.2f}", f"{last['found']:.0%}",
    ]  # fmt: skip


def _price(number: Sequence[float], moved: Sequence[float]) -> str:
    """Return with how many false answers a point is reached, between the amounts tried."""
    before, at = 0.0, 0.0
    for false, points in zip(number, moved, strict=True):
        if points >= 1:
            return f"{before + (false - before) * (1 - at) / (points - at):.0f}"
        before, at = false, points
    return f"over {number[-1]:.0f}"


def _price_of_score(number: Sequence[float], moved: Sequence[float]) -> str:
    """Return the price, and whether more false answers do more, of the last amounts tried."""
    after = ""
    if moved[-1] < max(moved) - _FLAT:
        after = "then less 此后反而少"
    elif len(moved) > 1 and moved[-1] - moved[-2] < _FLAT:
        after = "then flat 此后不再动"
    price = "not to be had 买不到" if after and max(moved) < 1 else _price(number, moved)
    return ", ".join(filter(None, (price, after)))


# One line each: a line broken inside Chinese is shown with a blank.
_LEAD = (
    "多少份、哪一种假答卷，能把一个单位的得分抬高（或压低）一分？下面每个数都来自模拟的县：真实得分已知，"
    "假答卷混进真答卷里，一起交给正式算分的程序。公开渠道（海报）的假答卷有上限：再多也只能移动受邀样本标准误"
    "的一部分，曲线到顶变平。受邀渠道没有这样的上限：谁拿到评议码、谁授意了受邀的人，谁就能移动得分；"
    "系统能做的是发现、加宽区间、请人复核，复核之前得分照旧。"
)
_READ = (
    "得分移动一分所需的假答卷份数（试过的数量之间按直线推算）；“over N”：试到N份也不到一分；"
    "“买不到”：不到一分，再多也不再移动；“此后反而少”：数量一多就被发现、被降权。"
)
_HEAD = f"""# Price per point 一分的价钱

{_LEAD}

How many false answers, and of which kind, move a unit's score by one point? Written by
`survey simulate --out docs`; every figure is of simulated counties whose true scores are known.
False answers are mixed with honest ones and scored by the code that publishes scores. What comes
in at posters is bounded: however much, it moves a score by no more than a part of the standard
error of the invited sample, and the curve goes flat. Nothing bounds the invited side: whoever
holds the codes, or tells invited people what to say, moves the score. There the system can find
it, widen the interval and have people look into it; until they have, the score stands. Who is
simulated, and what each scenario is, stands on [the page of the simulation](simulation.md)."""

_HOW_TO_READ = f"""
## How to read it 怎样看

- “for one point”: false answers about one unit with which the mean movement in the wanted
  direction reaches one point of 100, drawn straight between the amounts tried; “over N” where it
  does not with the most that was tried. “then flat”: the last amount moved it no further than the
  one before; “then less”: it moved it less, since it was found and weighed less; “not to be had”:
  no point, and no more with more.
  {_READ}
- “Plain mean” is what an office would publish that takes the mean of all answers.
  简单平均：把所有答卷直接平均的做法。
- Amounts: of stuffing, a share of all residents' answers about the unit; of leaked codes and
  staff, of its invited answers; of coached people, of their group's; of posters, answers.
- “its way” is the mean movement in the direction the attack is after, “score moves” the mean
  distance whichever way: an alarm takes the open answers of the unit out of its score, which also
  moves it. “most” is the unit that moved furthest in any draw, “most, SE” in standard errors of
  its invited sample. “named”: an alarm, a case, a notice of coaching or of captured codes names
  the unit; “others named” is the same of units nobody attacked. “others move” is how far these
  moved. “cover”: the interval published for the attacked unit holds the truth.
- Answers of language models are drawn, no model is called: what a person of the county would
  answer, mostly one better, at a likely pace. Comments come with them; no score reads comments.
- One unit is attacked in a draw (twelve in “fifth” and “several”), so shares of units named are
  known to one over the number of draws."""
