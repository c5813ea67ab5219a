"""Every page about cases, for every role, own and foreign; and the resident's side of them."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from survey import codes
from survey.app import create_app
from survey.model import CaseStep, CoachingReport, Response
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK
from tests.feedback.factories import TICKET, answered, brought_to, found, later, only_case
from tests.officials import OFFICIALS, add_officials, office, signed_in, token
from tests.respond.factories import hand_in, invitation_codes, opened, poster_code

HERE = f"/office/campaigns/{CODE}"
ROLES = list(OFFICIALS)
OFFICE = ("admin", "review")


@pytest.fixture
def later_site(site: Site) -> Site:
    return replace(site, clock=later)


@pytest.fixture
def app(later_site: Site) -> Flask:
    answered(later_site)
    add_officials(later_site)
    return create_app(later_site)


def expected(office: int, liaison: int) -> dict[str, int]:
    return {**dict.fromkeys(ROLES, 403), **dict.fromkeys(OFFICE, office), "liaison": liaison}


@pytest.mark.parametrize("username", ROLES)
@pytest.mark.parametrize(("state", "liaison"), [("opened", 404), ("assigned", 200)])
def test_every_page_for_every_role(
    app: Flask, later_site: Site, username: str, state: str, liaison: int
) -> None:
    case = only_case(later_site)
    if state != "opened":
        brought_to(later_site, state)
    gets = {
        f"{HERE}/cases": expected(200, 200),
        f"{HERE}/cases?state=opened&unit=A01&late=1&p=2": expected(200, 200),
        f"{HERE}/cases?state=x&unit=Z99&late=7&p=x": expected(200, 200),
        f"{HERE}/cases/{case.code}": expected(200, liaison),
        f"{HERE}/cases/NOTTHERE": expected(404, 404),
        f"{HERE}/coaching": expected(200, 403),
        "/office/campaigns/NOPE/cases": expected(404, 404),
        f"/office/campaigns/NOPE/cases/{case.code}": expected(404, 404),
    }
    client = signed_in(app, username)
    assert {path: client.get(path).status_code for path in gets} == {
        path: by_role[username] for path, by_role in gets.items()
    }


@pytest.mark.parametrize("username", ROLES)
def test_every_step_for_every_role(app: Flask, later_site: Site, username: str) -> None:
    case = only_case(later_site)
    client = signed_in(app, username)
    stamp = token(client.get("/office/"))
    steps = ("verify", "dismiss", "assign", "answer", "publish", "return", "close")
    refused = 422 if username in OFFICE else 403
    for step in steps:
        path = f"{HERE}/cases/{case.code}/{step}"
        assert client.post(path, data={"csrf_token": stamp}).status_code == refused, step
        assert client.post(path).status_code == 400
    reply = client.post(f"{HERE}/cases/{case.code}/reply", data={"csrf_token": stamp})
    assert reply.status_code == (404 if username == "liaison" else 403)
    unknown = client.post(f"{HERE}/cases/{case.code}/nothing", data={"csrf_token": stamp})
    assert unknown.status_code == (404 if username in (*OFFICE, "liaison") else 403)
    assert only_case(later_site).state == "opened"


def test_a_unit_reaches_no_foreign_case(app: Flask, later_site: Site) -> None:
    brought_to(later_site, "assigned")
    with later_site.database.writing() as session:
        campaign, case = found(session)
        case.unit_id = next(u.unit_id for u in campaign.units if u.unit.code == "A02")
    client = signed_in(app, "liaison")
    path = f"{HERE}/cases/{only_case(later_site).code}"
    assert client.get(path).status_code == 404
    data = {"csrf_token": token(client.get("/office/")), "reply-text": "知道是谁了"}
    assert client.post(f"{path}/reply", data=data).status_code == 404
    assert only_case(later_site).state == "assigned"
    assert only_case(later_site).code not in client.get(f"{HERE}/cases").text


def test_a_stranger_is_sent_to_sign_in(app: Flask) -> None:
    for path in ("/cases", "/cases/X", "/coaching"):
        assert app.test_client().get(HERE + path).location.startswith("/office/sign-in")


def test_a_unit_never_reads_more_than_the_redacted_text(app: Flask, later_site: Site) -> None:
    brought_to(later_site, "assigned")
    client = signed_in(app, "liaison")
    code = only_case(later_site).code
    for path in (f"{HERE}/cases", f"{HERE}/cases/{code}"):
        page = client.get(path).text
        assert "跑了三趟" in page
        for hidden in ("13800138000", "张三丰", "54321054", "2026-12-05", "admin"):
            assert hidden not in page


def test_the_whole_way_in_the_browser(app: Flask, later_site: Site) -> None:
    code = only_case(later_site).code
    case = f"{HERE}/cases/{code}"
    office, unit, resident = signed_in(app, "admin"), signed_in(app, "liaison"), app.test_client()
    receipt = f"/r/{TICKET}"
    assert "等待核实" in resident.get(receipt).text

    def post(client: object, step: str, **data: str) -> None:
        stamp = token(client.get("/office/"))  # type: ignore[attr-defined]
        sent = client.post(f"{case}/{step}", data={"csrf_token": stamp, **data})  # type: ignore[attr-defined]
        assert sent.status_code == 302, sent.text

    page = office.get(case).text
    assert "13800138000" in page
    suggested = re.search(r"<textarea[^>]*verify-text[^>]*>\s*([^<]*)", page)
    assert suggested is not None
    assert suggested[1].strip() == "窗口让我跑了三趟，我叫〔姓名〕，电话〔电话〕"
    post(office, "verify", **{"verify-level": "simple", "verify-text": suggested[1]})
    assert "已核实" in resident.get(receipt).text
    post(office, "assign")
    assert "应在2026年12月25日前答复" in resident.get(receipt).text
    assert "by 25 December 2026" in resident.get(f"{receipt}?lang=en").text
    post(unit, "reply", **{"reply-text": "已增设窗口。"})
    assert "已增设窗口" not in resident.get(receipt).text
    post(office, "return", **{"return-text": "请写明时间"})
    assert "请写明时间" in unit.get(case).text
    post(unit, "reply", **{"reply-text": "12月20日增设窗口。"})
    post(office, "publish")
    page = resident.get(receipt).text
    assert "12月20日增设窗口。" in page
    assert "放假安排尚未录入" in page
    empty = resident.post("/r/reply", data={"code": TICKET, "case": code, "text": "还行"})
    assert empty.status_code == 422
    assert "请选择“满意”或“不满意”" in empty.text
    assert "还行" in empty.text
    said = {"code": TICKET, "case": code, "satisfied": "yes", "text": "好"}
    for _sent_again in range(2):
        done = resident.post("/r/reply", data=said)
        assert (done.status_code, done.location) == (200, None)
        assert "感谢您的评价" in done.text
    other = resident.post("/r/reply", data=said | {"satisfied": "no"})
    assert other.status_code == 422
    post(office, "close")
    assert "已办结" in resident.get(receipt).text
    assert not resident.get_cookie("session")


def test_words_refused_are_said_and_what_was_written_is_kept(app: Flask, later_site: Site) -> None:
    client = signed_in(app, "admin")
    case = f"{HERE}/cases/{only_case(later_site).code}"
    data = {"csrf_token": token(client.get("/office/")), "verify-text": "写了一半"}
    page = client.post(f"{case}/verify", data=data)
    assert page.status_code == 422
    assert "请选择办理难度" in page.text
    assert "写了一半" in page.text
    stale = client.post(f"{case}/publish", data=data)
    assert stale.status_code == 422
    assert "请刷新页面" in stale.text


def test_a_dismissed_comment_tells_why(app: Flask, later_site: Site) -> None:
    client = signed_in(app, "review")
    case = f"{HERE}/cases/{only_case(later_site).code}"
    data = {"csrf_token": token(client.get("/office/")), "dismiss-text": "属于表扬，已转告"}
    assert client.post(f"{case}/dismiss", data=data).status_code == 302
    page = app.test_client().get(f"/r/{TICKET}").text
    assert "不予受理" in page
    assert "属于表扬，已转告" in page


def test_an_unknown_receipt_takes_no_word(app: Flask) -> None:
    client = app.test_client()
    assert client.post("/r/reply", data={"code": "0" * 12, "case": "X"}).status_code == 404
    sent = client.post("/r/reply", data={"code": "0" * 12, "case": "X", "satisfied": "yes"})
    assert sent.status_code == 422


def test_an_answer_without_words_has_no_case(later_site: Site) -> None:
    answered(later_site, others=1)
    with later_site.database.reading() as session:
        silent = session.query(Response).filter_by(receipt=b"silent0000").one()
        assert session.query(CaseStep).count() == 0
        assert silent.receipt
    page = create_app(later_site).test_client().get(f"/r/{codes.from_bytes(b'silent0000')}")
    assert page.status_code == 200
    assert "您的意见" not in page.text


def test_somebody_told_me_what_to_answer(app: Flask, later_site: Site) -> None:
    code = poster_code(later_site, "A02")
    client = app.test_client()
    page = client.get(f"/q/{code}")
    assert "?told=1&amp;" in page.text
    form = client.get(f"/q/{code}?told=1&lang=zh", follow_redirects=True)
    assert "只有绩效办能看到" in form.text
    stamp = re.search(r'name="token" value="([^"]+)"', form.text)
    assert stamp is not None
    data = {"token": stamp[1], "text": "村口有人教，电话13800138000"}
    for _twice in range(2):
        assert "举报已收到" in client.post(f"/q/{code}/told", data=data).text
    with later_site.database.reading() as session:
        report = session.query(CoachingReport).one()
    assert (report.day, report.text) == ("2026-12-18", "村口有人教，电话〔电话〕")
    assert report.entrance_id is not None
    assert not client.get_cookie("session")
    forged = client.post(f"/q/{code}/told", data={**data, "token": "x.y.z"})
    assert forged.status_code == 422
    assert "村口有人教" in forged.text
    office = signed_in(app, "admin").get(f"{HERE}/coaching").text
    assert "村口有人教" in office
    assert "2026-12-18" in office
    assert "（1 件）" in signed_in(app, "admin").get(f"{HERE}/cases").text
    assert "村口" not in signed_in(app, "liaison").get(f"{HERE}/cases").text


def report(app: Flask, code: str, text: str, address: str) -> None:
    client = app.test_client()
    source = {"environ_overrides": {"REMOTE_ADDR": address}}
    form = client.get(f"/q/{code}/told", **source).text
    stamp = re.search(r'name="token" value="([^"]+)"', form)
    assert stamp is not None
    sent = client.post(f"/q/{code}/told", data={"token": stamp[1], "text": text}, **source)
    assert "举报已收到" in sent.text or "举报已收到" in sent.text, sent.status


def test_a_flood_of_reports_is_one_source_and_one_line(site: Site) -> None:
    app, code = office(site), poster_code(site, "A02")
    for number in range(8):
        report(app, code, f"城关街道窗口有人让大家全部选非常满意！第{number}次", "203.0.113.7")
    report(app, code, "有人在菜市场门口发礼品，要求选满意", "203.0.113.8")
    page = signed_in(app, "admin").get(f"{HERE}/coaching").text
    assert "2个来源（9份）" in page, re.findall(r"\d+个来源[^<]*", page)
    assert "1个来源（8份）" in page
    assert page.count("城关街道窗口") == 1
    with site.database.reading() as session:
        marks = {row.source for row in session.query(CoachingReport)}
    assert len(marks) == 2
    assert not any(b"203" in mark for mark in marks if mark)


def test_comments_alike_are_told_with_their_sources(app: Flask, later_site: Site) -> None:
    code = poster_code(later_site)
    with later_site.database.writing() as session:
        entrance = opened(session, later_site, code)
        for number in range(5):
            hand_in(
                session,
                entrance,
                comment=f"局长作风霸道，态度恶劣，应当撤职{number}",
                receipt=b"flood%05d" % number,
                network_mark=b"onesourc",
            )
    page = signed_in(app, "admin").get(f"{HERE}/cases").text
    assert page.count("内容相近的共5件，1个来源") == 5
    assert "全部意见来自2个来源" in page
    assert "来源" not in signed_in(app, "liaison").get(f"{HERE}/cases").text


def test_a_report_through_an_invitation_names_no_entrance(app: Flask, later_site: Site) -> None:
    (code,) = invitation_codes(later_site)
    client = app.test_client()
    form = client.get(f"/q/{code}/told?lang=en")
    assert "tells me what to answer" in form.text
    stamp = re.search(r'name="token" value="([^"]+)"', form.text)
    assert stamp is not None
    client.post(f"/q/{code}/told", data={"token": stamp[1], "text": ""})
    with later_site.database.reading() as session:
        assert session.query(CoachingReport).one().entrance_id is None


def test_an_unknown_code_takes_no_report(app: Flask) -> None:
    assert app.test_client().get("/q/0000000000/told").status_code == 404


def test_the_privacy_page_speaks_both_languages(app: Flask, site: Site) -> None:
    client = app.test_client()
    assert "我们不收集姓名、电话" in client.get("/privacy").text
    assert "We do not collect names" in client.get("/privacy?lang=en&mode=elder").text
    assert "{" not in re.sub(
        r"<style>.*?</style>", "", client.get("/privacy").text, flags=re.DOTALL
    )


def test_the_privacy_page_stands_before_any_campaign(site: Site) -> None:
    page = create_app(site).test_client().get("/privacy")
    assert page.status_code == 200
    assert "目前没有正在进行的评议" in page.text


def test_the_case_of_today_has_its_day(later_site: Site) -> None:
    answered(later_site)
    day = FIELDWORK.astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=0, minute=0, second=0)
    assert only_case(later_site).opened_at == day  # not the moment: that is the answer's own
