"""What a leader reads of how far a class's scores can be relied on: from the release alone."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.reported import CallsReported, CasesReported
from survey.appraisal.record.scores import Remark
from survey.exchange.document import FrozenDocument
from survey.reports.classes.page import ClassPage, class_page
from tests.demonstrated import CODE

HERE = f"/office/campaigns/{CODE}"
Official = Callable[[str], FlaskClient]


def shown(document: ScoreDocument, lang: str = "zh") -> ClassPage:
    return class_page(document, class_code="B", lang=lang, words=("scores", "funnel"))


def with_unit(
    document: ScoreDocument,
    *,
    codes: tuple[str, ...] = (),
    calls: CallsReported | None = None,
    cases: CasesReported | None = None,
) -> ScoreDocument:
    """Return a release of which B01 alone has these notices, calls and cases."""
    units = []
    for unit in document.units:
        assert unit.reported is not None
        mine = unit.unit_code == "B01"
        reported = replace(
            unit.reported,
            rules=(),
            calls=calls if mine else None,
            cases=cases if mine else None,
        )
        notices = tuple(Remark(code=code, group_code=None, zh="甲", en="a") for code in codes)
        units.append(replace(unit, reported=reported, notices=notices if mine else ()))
    return replace(document, units=tuple(units))


def test_cases_of_the_release_are_counted_by_unit(
    as_official: Official, scores: dict[str, Any]
) -> None:
    counted = [unit["reported"]["cases"] for unit in scores["units"] if "cases" in unit["reported"]]
    assert counted
    leader = as_official("leader")
    page = leader.get(f"{HERE}/classes/B").text
    for unit in scores["units"]:
        cases = unit["reported"].get("cases")
        if unit["class"] == "B" and cases and cases["undecided"]:
            assert f"{unit['name']}（{cases['undecided']}件）" in page
    assert "必须先决定的" in page
    english = leader.get(f"{HERE}/classes/B?lang=en").text
    main = english[english.index("<main") : english.index("</main>")]
    assert not re.search(r"[一-鿿]", main.replace("中文 PDF", ""))


@pytest.mark.parametrize(
    ("state", "further", "zh", "en"),
    [
        ("none", None, "没有开始", "not begun"),
        (
            "confirmed",
            None,
            "已确认影响不超过5分（联系上84人）",
            "confirmed: at most 5 points (84 reached)",
        ),
        (
            "open",
            37,
            "还没有确认，查出2份不是本人所答，预计还要打37个",
            "not confirmed yet, 2 found false, about 37 more calls",
        ),
        (
            "open",
            None,
            "还没有确认，查出2份不是本人所答",
            "not confirmed yet, 2 found false",
        ),
        (
            "refuted",
            None,
            "查出2份不是本人所答，不能确认影响不超过5分",
            "2 found false: at most 5 points cannot be confirmed",
        ),
    ],
)
def test_calls_are_told_in_words(
    document: FrozenDocument, state: Any, further: int | None, zh: str, en: str
) -> None:
    n_false = 2 if state in {"open", "refuted"} else 0
    calls = CallsReported(state=state, most="5", reached=84, n_false=n_false, further=further)
    changed = with_unit(document.content, calls=calls)
    assert shown(changed).standing["B01"].state.calls == zh
    page = shown(changed, "en")
    assert page.standing["B01"].state.calls == en
    assert page.standing["B02"].state.calls == "not begun"
    assert bool(page.to_decide) == (state in {"open", "refuted"})


def test_decided_and_undecided_cases_are_told_apart(document: FrozenDocument) -> None:
    open_ones = CasesReported(keep=1, exclude=0, one=2, undecided=3)
    page = shown(with_unit(document.content, cases=open_ones))
    assert page.standing["B01"].state.cases == "保留1件、算作一份2件、未决3件"
    name = next(row.name for row in page.part.units if row.code == "B01")
    assert page.to_decide == (f"有案卷还没有决定：{name}（3件）。",)
    done = CasesReported(keep=1, exclude=0, one=2, undecided=0)
    assert shown(with_unit(document.content, cases=done)).to_decide == ()
    assert page.standing["B02"].state.cases == "没有案卷"


def test_protection_and_signs_are_told_the_graver_first(document: FrozenDocument) -> None:
    codes = ("bounded_group", "not_ranked", "codes_captured")
    state = shown(with_unit(document.content, codes=codes)).standing["B01"].state
    assert state.protection == "受邀样本不足，不排名"
    assert state.signs == ("部分评议码可能被冒用，待两人核查", "公开答卷只在限度内影响得分")
    other = shown(with_unit(document.content, codes=codes)).standing["B02"].state
    assert other.protection == "受邀样本足够"
    assert other.signs == ()


def test_answers_set_aside_are_told_by_their_rule(document: FrozenDocument) -> None:
    told = document.content.reported
    assert told is not None
    rules = {rule.rule_id: rule for rule in told.rules if rule.action == "quarantine"}
    page = shown(document.content)
    for unit in document.content.units:
        if unit.class_code == "B" and unit.reported:
            met = [one for one in unit.reported.rules if one.rule_id in rules and one.n != 0]
            said = [one for one in page.standing[unit.unit_code].state.signs if "暂不计入" in one]
            assert len(said) == len(met)
