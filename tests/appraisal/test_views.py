"""The score pages: what is shown to whom, scoring and releasing from the browser."""

import re
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from survey.access import passwords
from survey.access.accounts import create_account
from survey.app import create_app
from survey.appraisal.changes import compare
from survey.appraisal.record import AppraisalRecord
from survey.appraisal.review import replay
from survey.appraisal.runs import latest_appraisal
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import Site
from survey.stats.campaign.corrections import BorrowingPlan
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from tests.demonstrated import CODE, answered, closed
from tests.officials import approved

PASSWORD = "seven plain words of a song"
SCORES = f"/office/campaigns/{CODE}/scores"
SCORE = f"/office/campaigns/{CODE}/score"
RELEASE = f"/office/campaigns/{CODE}/release"
READERS = ("office_admin", "office_review", "leader", "class_group")
STRANGERS = ("unit_liaison", "inspector")


def _clock() -> datetime:
    return datetime(2026, 12, 28, 2, 0, tzinfo=UTC)


def _signed_in(site: Site, role: str) -> FlaskClient:
    with site.database.writing() as session:
        create_account(
            session,
            username=role,
            name=f"测试{role}",
            role=role,
            by="tests",
            clock=_clock,
            password=passwords.chosen(PASSWORD),
            class_code="B" if role == "class_group" else None,
            unit_code="B01" if role == "unit_liaison" else None,
        )
    client = create_app(site).test_client()
    form = {"username": role, "password": PASSWORD, "csrf_token": _token(client, "/office/sign-in")}
    assert client.post("/office/sign-in", data=form).status_code in {302, 303}
    return client


def _token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def _state(site: Site) -> str:
    with site.database.reading() as session:
        return find_campaign(session, CODE).state


@pytest.mark.parametrize("role", READERS)
def test_those_who_may_see_scores_with_intervals(released_site: Site, role: str) -> None:
    page = _signed_in(released_site, role).get(SCORES)
    assert page.status_code == 200
    assert "演示数据" in page.text
    assert "公安局" in page.text
    assert ("城关街道" in page.text) == (role != "class_group")
    assert page.text.count('class="dots"') == (1 if role == "class_group" else 3)
    assert page.text.count("<circle") == (9 if role == "class_group" else 26)


@pytest.mark.parametrize("role", STRANGERS)
def test_nobody_else_sees_scores(released_site: Site, role: str) -> None:
    client = _signed_in(released_site, role)
    for path in (SCORES, f"{SCORES}/B01", SCORE, RELEASE, _download(1, "json")):
        assert client.get(path).status_code == 403


def test_strangers_are_sent_to_sign_in(released_site: Site) -> None:
    client = create_app(released_site).test_client()
    for path in (SCORES, f"{SCORES}/A01", SCORE, RELEASE, _download(1, "json")):
        assert "/office/sign-in" in client.get(path).headers["Location"]


def test_a_class_group_finds_no_foreign_unit_and_no_export(released_site: Site) -> None:
    client = _signed_in(released_site, "class_group")
    assert client.get(f"{SCORES}/B01").status_code == 200
    assert client.get(f"{SCORES}/A01").status_code == 404
    assert client.get(_download(1, "json")).status_code == 403
    assert "下载" not in client.get(SCORES).text


def test_a_unit_page_tells_the_steps_and_withholds_few(released_site: Site) -> None:
    page = _signed_in(released_site, "leader").get(f"{SCORES}/C05").text
    for words in ("原始分", "剔除无效后", "按人口加权后", "份数过少，不显示", "80.0%"):
        assert words in page


def test_units_that_nothing_holds_are_shown_without_a_rank(
    released_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The plan is sealed at the opening: another method can only be slipped in while scoring.
    def pooled(plan: Plan, sample: Sample, **invited: Any) -> AppraisalResult:
        combination = replace(plan.combination, method="pooled")
        return appraise(replace(plan, combination=combination), sample, **invited)

    monkeypatch.setattr(replay, "appraise", pooled)
    client = _signed_in(released_site, "office_admin")
    assert client.post(SCORE, data={"csrf_token": _token(client, SCORE)}).status_code == 302
    table = client.get(SCORES).text
    unranked = table.count('<span class="tag low">不排名</span>')
    assert 0 < unranked < 26
    assert f"缺少受邀样本作对照，不参与排名：{unranked}个单位" in table  # and it is said why
    unit = client.get(f"{SCORES}/A01").text
    assert "不排名" in unit
    assert "抗造假检验" in unit
    assert "评议码被冒用时约低" in unit


def test_a_unit_page_shows_a_drawn_score_and_the_undrawn_one(
    released_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The plan is sealed at the opening: another method can only be slipped in while scoring.
    def borrowing(plan: Plan, sample: Sample, **invited: Any) -> AppraisalResult:
        wanted = replace(plan, borrowing=BorrowingPlan(method="groups"))
        return appraise(wanted, sample, **invited)

    client = _signed_in(released_site, "office_admin")
    assert "借用信息前后" not in client.get(f"{SCORES}/A01").text
    monkeypatch.setattr(replay, "appraise", borrowing)
    assert client.post(SCORE, data={"csrf_token": _token(client, SCORE)}).status_code == 302
    with released_site.database.reading() as session:
        run = latest_appraisal(session, campaign=find_campaign(session, CODE))
        assert run is not None
        record = AppraisalRecord.from_dict(run.content)
    told = next(one for one in record.borrowing or () if one.unit_code == "A01")
    assert record.to_dict()["borrowing"][0]["groups"][0]["state"] == "drawn"
    page = client.get(f"{SCORES}/A01").text
    assert f"不借用，该单位为{told.undrawn:.2f}分" in page
    assert f"借用后为{told.drawn:.2f}分" in page
    assert "各类对象互相借用信息后" in page  # a step of its own
    for group in told.groups:
        assert f"{group.undrawn:.2f}" in page
        assert f"{group.drawn:.2f}" in page
    english = client.get(f"{SCORES}/A01?lang=en").text
    assert "Without borrowing and with it" in english
    assert "groups borrow from one another: " in english


def test_a_unit_page_tells_what_changed_or_why_that_cannot_be_said(released_site: Site) -> None:
    with released_site.database.writing() as session:
        run = latest_appraisal(session, campaign=find_campaign(session, CODE))
        assert run is not None
        before = deepcopy(run.content) | {"campaign": "ANLAN-2025"}
        before["units"][0]["estimate"] -= 10
        before["units"][1]["estimate"] = None
        record = AppraisalRecord.from_dict(run.content)
        changes = compare(record, AppraisalRecord.from_dict(before))
        run.content = replace(record, changes=changes).to_dict()
    client = _signed_in(released_site, "leader")
    grown, new, same = (client.get(f"{SCORES}/{code}").text for code in ("A01", "A02", "A03"))
    assert "比 ANLAN-2025 变化 +10.00 分" in grown
    assert "不能说有变化" not in grown
    assert "与 ANLAN-2025 不可比" in new
    assert "上次没有公布得分" in new
    assert "变化 +0.00 分" in same
    assert "不能说有变化" in same


def test_scoring_then_releasing_from_the_browser(site: Site) -> None:
    closed(site, n=400)
    client = _signed_in(site, "office_admin")
    assert "开始计分" in client.get(SCORES).text
    assert client.post(SCORE).status_code == 400  # without the form's token
    assert _state(site) == "closed"
    assert client.post(SCORE, data={"csrf_token": _token(client, SCORE)}).status_code == 302
    assert _state(site) == "scored"
    assert "尚未发布" in client.get(SCORES).text
    assert client.get(_download(1, "json")).status_code == 404
    form = {"csrf_token": _token(client, RELEASE), "reason": "年度结果"}
    asked = client.post(RELEASE, data=form)
    assert _state(site) == "scored"
    assert approved(_signed_in(site, "office_review"), asked).status_code == 302
    assert _state(site) == "released"
    page = client.get(SCORES).text
    assert f"{CODE}-R1" in page
    assert "Ed25519" in page
    again = client.post(RELEASE, data=form)
    assert again.status_code == 422
    assert "没有尚未发布的计分结果" in again.text


def test_an_open_campaign_is_not_scored_from_the_browser(site: Site) -> None:
    answered(site, n=5)
    client = _signed_in(site, "office_review")
    assert "开始计分" not in client.get(SCORES).text
    refused = client.post(SCORE, data={"csrf_token": _token(client, SCORE)})
    assert refused.status_code == 422
    assert "结束后才能计分" in refused.text
    assert _state(site) == "open"


def test_a_campaign_that_does_not_exist_is_not_found(released_site: Site) -> None:
    client = _signed_in(released_site, "office_admin")
    for path in ("scores", "scores/A01", "score", "release", "releases/1/json"):
        assert client.get(f"/office/campaigns/NONE/{path}").status_code == 404
    assert client.get(f"{SCORES}/Z99").status_code == 404
    assert client.get(_download(9, "json")).status_code == 404
    assert client.get(_download(1, "exe")).status_code == 404


@pytest.mark.parametrize(
    ("name", "media", "ending"),
    [
        ("json", "application/json", "json"),
        ("csv", "text/csv; charset=utf-8", "csv"),
        ("gb18030", "text/csv; charset=gb18030", "gb18030.csv"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ],
)
def test_downloads_are_named_and_labelled(
    released_site: Site, name: str, media: str, ending: str
) -> None:
    file = _signed_in(released_site, "leader").get(_download(1, name))
    assert file.status_code == 200
    assert file.headers["Content-Type"] == media
    expected = f'attachment; filename="{CODE}-R1-SIMULATED.{ending}"'
    assert file.headers["Content-Disposition"] == expected


def _download(number: int, name: str) -> str:
    return f"/office/campaigns/{CODE}/releases/{number}/{name}"
