"""Two people decide on a case, a third where they differ; scores follow, and can be undone."""

import json
from dataclasses import replace

import jsonschema
import pytest
import sqlalchemy as sa
from flask import Flask

from survey.app import create_app
from survey.exchange.schema import SCORE_DOCUMENT
from survey.model import AuditEntry, Release, ReviewWord, TreeHead
from survey.site.installation import Site
from tests.appraisal.review.attacked import (
    HERE,
    RUNS,
    SCORE,
    after,
    case_numbers,
    contents,
    press,
    say,
    score_of,
    scored,
    told,
)
from tests.demonstrated import CODE
from tests.officials import approved, signed_in, token
from tests.reckoned import reckon_anew

RELEASE = f"/office/campaigns/{CODE}/release"


@pytest.fixture
def app(site: Site) -> Flask:
    scored(site)
    return create_app(replace(site, clock=after))


def test_two_who_agree_move_the_score_as_the_case_said(app: Flask, site: Site) -> None:
    [number, *_more] = case_numbers(site, "shared_network")
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    assert press(admin, f"{HERE}{number}/weigh").status_code == 302
    page = admin.get(f"{HERE}{number}").text
    without, whole = told(page, "不计入"), told(page, "照常计入")
    assert without != whole
    assert say(admin, number, "keep").status_code == 302
    assert "待另一人认定" in review.get(f"{HERE}{number}").text
    assert say(review, number, "keep").status_code == 302
    assert "已认定" in review.get(f"{HERE}{number}").text
    assert press(review, SCORE).status_code == 302
    before, after_it = contents(site)
    assert score_of(after_it, "B03") == whole
    assert score_of(before, "B03") != whole
    assert "review" not in before
    [decided] = after_it["review"]["cases"]  # type: ignore[index]
    assert (decided["number"], decided["verdict"]) == (number, "keep")
    assert set(decided) == {"number", "kind", "unit_code", "group_code", "n", "verdict"}


@pytest.mark.parametrize(("verdict", "words"), [("exclude", "不计入"), ("one", "合并按一份计")])
def test_what_is_left_out_or_counted_as_one_scores_as_was_said(
    app: Flask, site: Site, verdict: str, words: str
) -> None:
    number = case_numbers(site, "shared_network")[0]
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    press(admin, f"{HERE}{number}/weigh")
    page = admin.get(f"{HERE}{number}").text
    said = told(page, words)
    assert said != told(page, "照常计入")
    say(admin, number, verdict)
    say(review, number, verdict)
    press(admin, SCORE)
    assert score_of(contents(site)[-1], "B03") == said


def test_a_third_decides_where_two_differ(app: Flask, site: Site) -> None:
    number = case_numbers(site, "shared_network")[0]
    admin, review, third = (signed_in(app, name) for name in ("admin", "review", "review2"))
    say(admin, number, "keep")
    say(review, number, "exclude")
    assert "两人不一致，待第三人" in third.get(f"{HERE}{number}").text
    for who in (admin, review):
        again = say(who, number, "exclude")
        assert again.status_code == 422
        assert "请另一人办理" in again.text
    other = say(third, number, "one")
    assert other.status_code == 422
    assert "这里只能选：照常计入、不计入" in other.text
    assert say(third, number, "exclude").status_code == 302
    press(admin, SCORE)
    assert contents(site)[-1]["review"]["cases"][0]["verdict"] == "exclude"  # type: ignore[index]


def test_nobody_gives_two_words_under_whatever_account(app: Flask, site: Site) -> None:
    number = case_numbers(site, "shared_network")[0]
    review, namesake = signed_in(app, "review"), signed_in(app, "namesake")
    say(review, number, "exclude")
    assert "请另一人办理" in say(review, number, "exclude").text
    refused = say(namesake, number, "exclude")
    assert refused.status_code == 422
    assert "视为同一人" in refused.text
    assert "<button" not in namesake.get(f"{HERE}{number}").text.partition("认定</h2>")[2]


def test_the_second_does_not_see_what_the_first_said(app: Flask, site: Site) -> None:
    number = case_numbers(site, "shared_network")[0]
    admin, review, leader = (signed_in(app, name) for name in ("admin", "review", "leader"))
    say(admin, number, "exclude", "第一人的理由")
    assert "第一人的理由" in admin.get(f"{HERE}{number}").text
    for other in (review, leader):
        page = other.get(f"{HERE}{number}").text
        assert "已有一人认定，内容在另一人认定以后显示" in page
        assert "第一人的理由" not in page
        audit = other.get("/office/audit/").text + other.get("/office/audit/entries.csv").text
        assert "第一人的理由" not in audit
        assert "不计入" not in audit
    say(review, number, "keep", "第二人的理由")
    assert "第一人的理由" in review.get(f"{HERE}{number}").text
    assert "第二人的理由" in leader.get(f"{HERE}{number}").text


def test_undoing_is_a_new_decision_of_two(app: Flask, site: Site) -> None:
    number = case_numbers(site, "shared_network")[0]
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    refused = say(admin, number, "undo")
    assert refused.status_code == 422  # there is nothing to undo
    for who in (admin, review):
        say(who, number, "keep")
    press(admin, SCORE)
    say(review, number, "undo")
    press(admin, SCORE)  # one word undoes nothing
    say(admin, number, "undo")
    press(admin, SCORE)
    first, kept, same, undone = contents(site)
    assert score_of(kept, "B03") == score_of(same, "B03") != score_of(first, "B03")
    assert undone["units"] == first["units"]
    assert undone["review"]["cases"] == []  # type: ignore[index]
    page = admin.get(f"{HERE}{number}").text
    assert "第1次认定：照常计入" in page
    assert "第2次认定：撤销认定" in page
    runs = admin.get(RUNS).text
    assert runs.count("新认定") == 1
    assert runs.count("撤销<ul>") == 1
    assert "各单位得分都没有变动" in runs


def test_the_same_decisions_give_the_same_bytes(
    app: Flask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    reckon_anew(monkeypatch)
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    for number in case_numbers(site, "shared_network", "quarantined"):
        for who in (admin, review):
            say(who, number, "exclude")
    press(admin, SCORE)
    press(review, SCORE)
    _first, once, again = contents(site)
    assert once == again
    assert list(once) == list(again)


def test_cases_stay_what_they_are_when_scores_are_computed_again(app: Flask, site: Site) -> None:
    kinds = ("burst", "shared_network", "coached_group", "quarantined", "poster_burst")
    before = case_numbers(site, *kinds)
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    for who in (admin, review):
        say(who, before[0], "exclude")
    press(admin, SCORE)
    assert case_numbers(site, *kinds) == before
    assert f"{len(before) - 1}件案卷待两人认定" in admin.get("/office/").text


def test_weighing_waits_for_a_run_under_what_is_decided(app: Flask, site: Site) -> None:
    first, second = case_numbers(site, "shared_network", "quarantined")[:2]
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    for who in (admin, review):
        say(who, first, "exclude")
    refused = press(admin, f"{HERE}{second}/weigh")
    assert refused.status_code == 422
    assert "请先重新计分" in refused.text
    press(admin, SCORE)
    assert press(admin, f"{HERE}{second}/weigh").status_code == 302


@pytest.mark.parametrize("form", [{"verdict": "keep"}, {"reason": "有理由"}])
def test_a_word_needs_a_verdict_and_a_reason(app: Flask, site: Site, form: dict[str, str]) -> None:
    number = case_numbers(site, "shared_network")[0]
    admin = signed_in(app, "admin")
    answer = say(admin, number, form.get("verdict", ""), form.get("reason", ""))
    assert answer.status_code == 422
    assert ("请写明理由" in answer.text) == ("reason" not in form)
    assert "还没有人认定" in admin.get(f"{HERE}{number}").text


def test_everything_done_on_the_desk_is_on_record(app: Flask, site: Site) -> None:
    number = case_numbers(site, "shared_network")[0]
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    press(admin, f"{HERE}{number}/weigh")
    say(admin, number, "exclude")
    say(review, number, "exclude")
    with site.database.reading() as session:
        entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
        words = session.scalars(sa.select(ReviewWord)).all()
        occasions = session.scalars(sa.select(TreeHead.occasion)).all()
    done = [entry for entry in entries if entry.action.startswith("review.")]
    assert [entry.action for entry in done] == [
        *("review.find", "review.weigh", "review.word", "review.word", "review.decide"),
    ]
    assert done[-1].detail["verdict"] == "exclude"
    for entry in done[2:4]:  # who reads the audit learns that a word was given, not which
        assert set(entry.detail) == {"case", "word", "turn", "position", "digest"}
    assert occasions.count("review") == len(words) == 2
    page = signed_in(app, "auditor").get("/office/audit/").text
    assert f"第{number}号案卷" in page
    assert "认定为：不计入" in page


def test_a_release_says_how_many_cases_were_decided_how(app: Flask, site: Site) -> None:
    first, second, third = case_numbers(site, "shared_network")[:3]
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    for who in (admin, review):
        say(who, first, "exclude")
        say(who, second, "exclude")
        say(who, third, "keep")
    press(admin, SCORE)
    carried = token(admin.get("/office/password"))
    asked = admin.post(RELEASE, data={"csrf_token": carried, "reason": "年度评议"})
    assert approved(review, asked).status_code == 302
    with site.database.reading() as session:
        document = json.loads(session.scalars(sa.select(Release.document)).one())
    assert document["release"]["cases"] == {"keep": 1, "exclude": 2, "one": 0}
    jsonschema.Draft202012Validator(SCORE_DOCUMENT).validate(document)
    assert "已发布第 1 号" in admin.get(RUNS).text
