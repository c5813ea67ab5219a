"""Whatever the statistics can say, both languages can, with the same values."""

import json
import re
from string import Formatter
from typing import Any, get_args

import pytest

from survey.stats.campaign import CombinationMethod, NonresponseMethod
from survey.stats.integrity.finding import KINDS
from survey.stats.notices import Notice
from survey.stats.raters.rater_effects import Choice
from survey.wording import CAMPAIGN_NAMES, Words, earlier_words, say, spoken
from survey.wording.headings import HEADINGS
from survey.wording.notices import CAMPAIGN, WEIGHTS
from survey.wording.phrases import PHRASES
from survey.wording.speaking import FORMATS, SENTENCES
from tests.wording.emitted import emitted, error_codes, spoken_of

CHINESE = re.compile(r"[一-鿿]")
# English letters a Chinese sentence may have: names of settings, columns and methods, and symbols.
TERMS = re.compile(
    r"z|g|w|d|p|n|x|y|k|rho|Fay|logit|logistic|raking|lonely_psu|nested|true|adjust|average|remove|certainty"
    r"|Chen|Li|Wu|Elliott|Valliant|score|tier|rater|unit|items|duration_ms|channel|effective_n"
    r"|open_weight|false_alarm_rate"
)
EVERY = emitted()


def fields(template: str) -> dict[str, set[str]]:
    """Return the placeholders of a template with their formats, phrases looked into."""
    found: dict[str, set[str]] = {}
    for _, name, form, _ in Formatter().parse(template):
        if name is None:
            continue
        found.setdefault(name, set()).add(form or "")
        for phrase in PHRASES.get(form or "", {}).values():
            for inner, forms in fields(phrase.zh).items():
                found.setdefault(inner, set()).update(forms)
    return found


def test_the_code_says_a_lot() -> None:
    assert len({one.code for one in EVERY}) > 100
    assert len(error_codes()) > 20


@pytest.mark.parametrize("code", sorted({one.code for one in EVERY}))
def test_what_can_be_said_has_words_for_exactly_its_values(code: str) -> None:
    assert code in SENTENCES, "put both languages into survey/wording"
    wanted = set(fields(SENTENCES[code].zh))
    for one in EVERY:
        if one.code == code:
            assert one.values == wanted, one.where


def test_no_words_are_left_of_what_nobody_says() -> None:
    assert set(SENTENCES) - {one.code for one in EVERY} - spoken_of() == set()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_tell_the_same_values_alike(code: str) -> None:
    words = SENTENCES[code]
    assert set(fields(words.zh)) == set(fields(words.en))
    assert CHINESE.search(words.zh)
    assert not CHINESE.search(words.en)
    plain = re.sub(r"\{[^}]*\}", "", words.zh)
    assert [word for word in re.findall(r"[A-Za-z_]+", plain) if not TERMS.fullmatch(word)] == []


@pytest.mark.parametrize("kind", sorted(PHRASES))
def test_phrases_tell_the_same_in_both_languages(kind: str) -> None:
    for words in PHRASES[kind].values():
        assert set(fields(words.zh)) == set(fields(words.en))
        assert CHINESE.search(words.zh)
        assert not CHINESE.search(words.en)


def test_every_value_a_phrase_depends_on_has_its_phrase() -> None:
    assert set(PHRASES["seen"]) == set(KINDS)
    assert set(PHRASES["combination"]) == set(get_args(CombinationMethod))
    assert {*PHRASES["nonresponse"], "none"} == set(get_args(NonresponseMethod))
    assert set(PHRASES["rater_model"]) == set(get_args(Choice))


SAMPLES: dict[str, Any] = {
    "words": ("male", "urban"), "listed": ("age4", "sex"), "quoted": ("女", "male"),
    "pairs": (("sex", "male"), ("age5", "70+")), "sizes": (("sex", 10.0), ("age4", 11.0)),
    "shares": (("G1", 60.0), ("G2", 40.0)), "moves": (("open", 0.6, 0.5),),
    "steps": ("limit", "validity_rules"), "percents": (0.05, 0.1), "points": (3.0, 12.0),
    "some": ("a=1", "b=2"), "count": ("a=1", "b=2"), "p": 0.0421,
}  # fmt: skip


def sample(forms: set[str]) -> Any:
    for form in forms:
        if form in PHRASES:
            return next(iter(PHRASES[form]))
        if form in FORMATS:
            return SAMPLES[form]
    return 0.25 if forms - {""} else 7


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_sentence_can_be_said_with_its_values(code: str) -> None:
    values = {name: sample(forms) for name, forms in fields(SENTENCES[code].zh).items()}
    said = say(code, values, names=CAMPAIGN_NAMES)
    assert "{" not in said.zh + said.en
    # What has been through a file is said as before.
    assert say(code, json.loads(json.dumps(values)), names=CAMPAIGN_NAMES) == said
    for name, forms in fields(SENTENCES[code].zh).items():
        if forms == {""}:
            assert str(values[name]) in said.zh
            assert str(values[name]) in said.en


@pytest.mark.parametrize("kind", KINDS)
def test_a_finding_says_how_many_and_from_where(kind: str) -> None:
    values = {"kind": kind, "n": 17, "alike": True, "minutes": 108.2, "keep": 1.2}
    said = say("organised_answers", values)
    assert said.zh.startswith("17份答卷疑似有人组织填报：答案几乎相同，")
    assert said.en.startswith("17 near-identical answers ")
    assert ("108分钟" in said.zh, "108 min" in said.en) == ((kind == "burst"),) * 2


def test_names_and_missing_figures_are_said_in_each_language() -> None:
    notice = Notice("margin_dropped", variable="residence", why="empty", categories=("rural",))
    assert spoken(notice, names=CAMPAIGN_NAMES) == {
        "code": "margin_dropped",
        "values": {"variable": "residence", "why": "empty", "categories": ("rural",)},
        "zh": "加权时未使用“居住地”这项人口结构：没有答卷填农村",
        "en": "margin residence dropped: nobody answered from rural",
    }
    untested = say("leniency", {"n": 3, "choice": "random", "p_value": None})
    assert "未检验" in untested.zh
    assert "not tested" in untested.en
    values = {"open": 91.5, "invited": 70.25, "z": None, "extremes": 5.31, "excluded": True}
    assert "z=—，高低分集中程度+5.3" in say("channels_contradict", values).zh


def test_a_long_list_is_cut() -> None:
    said = say("one_answer", {"domains": tuple(f"g={i}" for i in range(12))})
    assert said.zh.endswith("g=9等")
    assert said.en.endswith("g=9, ...")
    assert "12个分组" in said.zh


def test_what_an_earlier_program_stored_is_shown_as_it_was() -> None:
    words = Words("单位太少，无法建立小域估计模型", "too few units")
    assert earlier_words("no_model", "too few units") == words
    assert earlier_words("gone", "too few units") == Words("too few units", "too few units")


def test_every_kind_of_notice_of_a_campaign_has_a_name_to_be_counted_under() -> None:
    assert set(HEADINGS) == {*CAMPAIGN, *WEIGHTS}
    assert all(words.zh and words.en for words in HEADINGS.values())
