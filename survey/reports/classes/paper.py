"""A class's page as a paper for leaders: the same words and pictures as PDF/A-2b on A4."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from survey.fieldwork.papers.font import Font
from survey.fieldwork.papers.typesetting import typeset
from survey.reports.classes.page import ClassPage
from survey.two_persons.deed import Said

_OPEN = Said(zh="必须先决定的", en="To be decided first")
_NOTHING_OPEN = Said(
    zh="发布时没有未决的案卷，也没有未了结的回访。",
    en="At the release no case was undecided and no round of calls open.",
)
_SURE = Said(zh="可以肯定的", en="What is sure")
_NOTHING_SURE = Said(zh="没有可以肯定的结论。", en="Nothing is sure.")
INTERVALS = Said(zh="得分和区间", en="Scores and intervals")
FUNNEL = Said(zh="哪些单位超出了偶然", en="Which units lie beyond chance")
_UNITS = Said(zh="各单位", en="Units")
_RELIED_ON = Said(zh="得分靠得住吗", en="How far the scores can be relied on")
_UNIT_HEADS = (
    *(Said(zh="单位", en="Unit"), Said(zh="得分", en="Score"), Said(zh="区间", en="Interval")),
    *(Said(zh="名次", en="Rank"), Said(zh="名次可能的范围", en="Ranks it may have")),
    *(Said(zh="档", en="Tier"), Said(zh="等次", en="Grade")),
    *(Said(zh="有效样本", en="Valid answers"), Said(zh="与偶然相比", en="Against chance")),
    *(Said(zh="与上次相比", en="Since last time"), Said(zh="备注", en="Remark")),
)
_STATE_HEADS = (
    *(Said(zh="单位", en="Unit"), Said(zh="受邀样本", en="Invited answers")),
    *(Said(zh="异常", en="Signs"), Said(zh="回访核验", en="Verification calls")),
    Said(zh="案卷", en="Cases"),
)
_BEYOND = {
    0: Said(zh="偶然范围内", en="within chance"),
    1: Said(zh="高于95%的范围", en="above the 95% limits"),
    2: Said(zh="高于99.8%的范围", en="above the 99.8% limits"),
    -1: Said(zh="低于95%的范围", en="below the 95% limits"),
    -2: Said(zh="低于99.8%的范围", en="below the 99.8% limits"),
}
_OF_INTERVALS = Said(
    zh="区间的把握为{}；名次范围有重叠的单位，先后不能确定。",
    en="Intervals are of {} confidence; units whose ranges of ranks overlap cannot be told apart.",
)
_OF_FUNNEL = Said(
    zh="横轴是加权后相当于多少份答卷，横线是同类平均{}；只因抽样而变动的，虚线以内占95%，"
    "实线以内占99.8%。超出虚线的标有序号，超出实线的{}个。",
    en="Across: effective answers; the line is the class mean {}. Of what chance alone moves 95% "
    "lie within the dashed limits, 99.8% within the solid ones. Beyond the dashed ones units have "
    "their number; beyond the solid ones: {}.",
)
_LEGEND = Said(
    zh="受邀样本：凭评议码作答的人够不够。异常：系统发现、已按规则处理的情况，是否属实由人决定。"
    "回访核验：假答卷对得分的影响是否已确认有限。案卷：可疑答卷由两人决定，未决的按规则计分。",
    en="Invited answers: whether enough people answered by a code. Signs: found and scored by the "
    "rules; whether it is so, people decide. Verification calls: whether false answers are "
    "confirmed to matter little. Cases: two people decide on suspicious answers.",
)
_SOURCE = Said(zh="取自 {}（{}）", en="From {} ({})")


def class_paper(page: ClassPage, *, lang: str, dated_at: datetime, font: Font) -> bytes:
    """Return a class's page as a PDF; the same release gives the same bytes.

    Raises Refused where the font lacks a character.
    """
    told, part = page.fields, page.part
    chance = _OF_FUNNEL.text(lang).format(page.target, page.n_beyond)
    sure = _OF_INTERVALS.text(lang).format(told.sure)
    pictures = [(INTERVALS, page.intervals, sure), (FUNNEL, page.funnel, chance)]
    words = {
        "lang": lang,
        "title": f"{told.title} {part.code} {part.name}",
        "organiser": told.organiser,
        "warning": told.warning,
        "source": _SOURCE.text(lang).format(told.release, told.released_on),
        "lists": [
            _list(_OPEN, page.to_decide, _NOTHING_OPEN, lang),
            _list(_SURE, part.lines, _NOTHING_SURE, lang),
        ],
        "pictures": [
            {"heading": heading.text(lang), "svg": _drawable(str(svg), font), "note": note}
            for heading, svg, note in pictures
            if svg
        ],
        "tables": [_units(page, lang), _state(page, lang)],
    }
    return typeset("class.typ", words, font=font, dated=dated_at)


def _drawable(svg: str, font: Font) -> str:
    """Return a picture that says which font its words are of: on paper no page says it."""
    return svg.replace("<svg ", f'<svg font-family="{font.family}" ', 1)


def _list(heading: Said, lines: Sequence[str], empty: Said, lang: str) -> dict[str, Any]:
    return {"heading": heading.text(lang), "lines": list(lines), "empty": empty.text(lang)}


def _table(
    heading: Said,
    heads: Sequence[Said],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[int],
    note: str,
    lang: str,
) -> dict[str, Any]:
    return {
        "heading": heading.text(lang),
        "heads": [head.text(lang) for head in heads],
        "rows": [list(row) for row in rows],
        "widths": list(widths),
        "note": note,
    }


def _units(page: ClassPage, lang: str) -> dict[str, Any]:
    rows = []
    for row in page.part.units:
        standing = page.standing[row.code]
        beyond = _BEYOND[standing.beyond].text(lang) if page.funnel and row.scored else "–"
        rows.append(
            [
                *(f"{standing.number}. {row.name}", row.score, row.interval, row.rank, row.ranks),
                *(row.tier, row.grade, row.n, beyond, " ".join(standing.changes) or "–"),
                row.remark,
            ]
        )
    widths = (25, 9, 15, 7, 10, 6, 9, 9, 16, 16, 12)
    return _table(_UNITS, _UNIT_HEADS, rows, widths=widths, note="", lang=lang)


def _state(page: ClassPage, lang: str) -> dict[str, Any]:
    between = "; " if lang == "en" else "；"
    rows = []
    for row in page.part.units:
        standing = page.standing[row.code]
        state = standing.state
        signs = between.join(state.signs) or "–"
        name = f"{standing.number}. {row.name}"
        rows.append([name, state.protection, signs, state.calls, state.cases])
    note = _LEGEND.text(lang)
    widths = (25, 18, 40, 28, 20)
    return _table(_RELIED_ON, _STATE_HEADS, rows, widths=widths, note=note, lang=lang)
