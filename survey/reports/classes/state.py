"""How sure a class's scores are beyond chance: protection, calls, cases, in a leader's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey.appraisal.record.reported import CallsReported, CasesReported, Reported, UnitReported
from survey.appraisal.record.scores import UnitScore
from survey.reports.filling import NONE, count, name_of
from survey.reports.words import listed
from survey.two_persons.deed import Said
from survey.wording import heading_of

# What the release says of a unit that tells of influence on its answers, the graver first.
_SIGNS = (
    *("codes_captured", "codes_captured_unscored", "codes_unlike"),
    *("organised_answers", "suspicion"),
    *("group_coached", "group_coached_alone", "group_coached_unused"),
    *("channels_contradict", "bounded_group", "open_left_out", "unprotected"),
)
_ENOUGH = Said(zh="受邀样本足够", en="enough invited answers")
_RANKS = {
    "not_ranked": Said(zh="受邀样本不足，不排名", en="too few invited answers: no rank"),
    "ranked_unprotected": Said(
        zh="受邀样本不足，按方案仍排名", en="too few invited answers, ranked as the scheme says"
    ),
}
_VERDICTS = {
    "keep": Said(zh="保留{}件", en="{} kept"),
    "exclude": Said(zh="剔除{}件", en="{} excluded"),
    "one": Said(zh="算作一份{}件", en="{} counted as one"),
    "undecided": Said(zh="未决{}件", en="{} undecided"),
}
_CALLS = {
    "none": Said(zh="没有开始", en="not begun"),
    "confirmed": Said(
        zh="已确认影响不超过{calls.most}分（联系上{calls.reached}人）",
        en="confirmed: at most {calls.most} points ({calls.reached} reached)",
    ),
    "refuted": Said(
        zh="查出{calls.n_false}份不是本人所答，不能确认影响不超过{calls.most}分",
        en="{calls.n_false} found false: at most {calls.most} points cannot be confirmed",
    ),
    "open": Said(
        zh="还没有确认，查出{calls.n_false}份不是本人所答",
        en="not confirmed yet, {calls.n_false} found false",
    ),
}
_FURTHER = Said(zh="，预计还要打{}个", en=", about {} more calls")
_NO_CASE = Said(zh="没有案卷", en="no case")
_OPEN_CASES = Said(zh="有案卷还没有决定：{}。", en="Cases not decided: {}.")
_REFUTED = Said(
    zh="回访查出的假答卷影响过大，须作决定：{}。",
    en="Calls found false answers that matter much: {}.",
)
_UNCONFIRMED = Said(
    zh="回访还没有得出结论，须继续打：{}。", en="Calls have not come to an end, go on: {}."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitState:
    """A unit: what protects its score, each sign that something is amiss, calls and cases."""

    protection: str
    signs: tuple[str, ...]
    calls: str
    cases: str


def unit_state(unit: UnitScore, told: Reported, lang: str) -> UnitState:
    """Return how a unit stands, in words."""
    codes = {notice.code for notice in unit.notices}
    ranked = next((words for code, words in _RANKS.items() if code in codes), _ENOUGH)
    mine = unit.reported
    return UnitState(
        protection=NONE if unit.score is None else ranked.text(lang),
        signs=(
            *(heading_of(code).text(lang) for code in _SIGNS if code in codes),
            *(_quarantined(mine, told, lang) if mine else ()),
        ),
        calls=NONE if unit.score is None else _calls(mine.calls if mine else None, lang),
        cases=_cases(mine.cases if mine else None, lang),
    )


def to_decide(units: Sequence[UnitScore], lang: str) -> tuple[str, ...]:
    """Return what was open in a class when its release was made, a sentence each."""
    open_cases = [_of_so_many(unit, lang) for unit in units if _undecided(unit)]
    said = [
        (_OPEN_CASES, open_cases),
        (_REFUTED, _called(units, "refuted", lang)),
        (_UNCONFIRMED, _called(units, "open", lang)),
    ]
    return tuple(words.text(lang).format(listed(names, lang)) for words, names in said if names)


def _called(units: Sequence[UnitScore], state: str, lang: str) -> list[str]:
    return [
        name_of(unit, lang)
        for unit in units
        if unit.reported and unit.reported.calls and unit.reported.calls.state == state
    ]


def _undecided(unit: UnitScore) -> int:
    return unit.reported.cases.undecided if unit.reported and unit.reported.cases else 0


def _of_so_many(unit: UnitScore, lang: str) -> str:
    n = _undecided(unit)
    return f"{name_of(unit, lang)} ({n})" if lang == "en" else f"{name_of(unit, lang)}（{n}件）"


def _quarantined(mine: UnitReported, told: Reported, lang: str) -> tuple[str, ...]:
    """Return how many answers were set aside until reviewed, by the rule that did."""
    rules = {rule.rule_id: rule for rule in told.rules if rule.action == "quarantine"}
    return tuple(
        f"set aside until reviewed: {rules[met.rule_id].name_en} ({count(met.n, lang)})"
        if lang == "en"
        else f"暂不计入：{rules[met.rule_id].name}（{count(met.n, lang)}）"
        for met in mine.rules
        if met.rule_id in rules and met.n != 0
    )


def _calls(calls: CallsReported | None, lang: str) -> str:
    if calls is None:
        return _CALLS["none"].text(lang)
    said = _CALLS[calls.state].text(lang).format(calls=calls)
    if calls.further is None:
        return said
    return said + _FURTHER.text(lang).format(calls.further)


def _cases(cases: CasesReported | None, lang: str) -> str:
    if cases is None:
        return _NO_CASE.text(lang)
    return listed(
        [
            words.text(lang).format(getattr(cases, verdict))
            for verdict, words in _VERDICTS.items()
            if getattr(cases, verdict)
        ],
        lang,
    )
