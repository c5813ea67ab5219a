"""What must be done today: taken from the data, for each role its own."""

import re
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import audit
from survey.app import create_app
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.closing import close_campaign
from survey.fieldwork.entrances import withdraw
from survey.model import Campaign
from survey.schedule.backups import last_backup
from survey.site.installation import Site
from tests.factories import CODE, in_fieldwork, poster
from tests.officials import add_officials, signed_in, staff, token
from tests.respond.factories import invitation_codes

HERE = f"/office/campaigns/{CODE}"
REMINDERS = f"/office/reminders?code={CODE}"


@pytest.fixture
def staffed(site: Site) -> Site:
    staff(site)
    return site


def office_on(site: Site, day: int, month: int = 12, year: int = 2026) -> Flask:
    noon = datetime(year, month, day, 4, tzinfo=UTC)
    return create_app(replace(site, clock=lambda: noon))


def rows(client: FlaskClient, address: str = f"{HERE}/calendar") -> dict[str, str]:
    """Return what the page says of each step, by its first words."""
    page = client.get(address)
    assert page.status_code == 200
    told = {}
    for row in page.text.split("<tr>")[1:]:
        words = " ".join(part.split(">")[-1].strip() for part in row.split("<"))
        told[words.split("（")[0].split()[0]] = " ".join(words.split())
    return told


def test_each_step_stands_as_the_data_shows(staffed: Site) -> None:
    told = rows(signed_in(office_on(staffed, 5), "admin"))
    assert len(told) == 14  # the head and thirteen steps
    assert "已完成 方案、问卷和 26 个单位已载入" in told["名单和样本"]
    assert "逾期5个工作日 还有 26 个单位没有海报或评议码" in told["抽样、制码、印制海报和评议码"]
    assert "已完成 评议已开启" in told["公告"]
    assert "剩10个工作日 评议尚未结束" in told["组织评议"]
    assert "未到时间" in told["察访核验、抽样回访"]
    assert "未到时间 尚未计分" in told["计分、初步结果"]


def test_every_unit_with_a_poster_or_codes_ends_the_step_and_one_without_begins_it(
    staffed: Site,
) -> None:
    client = signed_in(office_on(staffed, 5), "admin")
    with staffed.database.writing() as session:
        codes = [unit.unit.code for unit in find_campaign(session, CODE).units]
        hung = [poster(session, code, "G2") for code in codes]
        assert len(hung) == 26
    assert "已完成 26 个单位都有海报或评议码" in rows(client)["抽样、制码、印制海报和评议码"]
    with staffed.database.writing() as session:
        campaign = find_campaign(session, CODE)
        gone = session.merge(hung[3])
        withdraw(session, entrance=gone, campaign=campaign, by="t", clock=in_fieldwork)
    assert "还有 1 个单位没有" in rows(client)["抽样、制码、印制海报和评议码"]


def test_closing_is_seen_with_its_day(staffed: Site) -> None:
    client = signed_in(office_on(staffed, 22), "admin")
    assert "逾期2个工作日 评议尚未结束" in rows(client)["组织评议"]
    with staffed.database.writing() as session:
        close_campaign(
            session,
            campaign=find_campaign(session, CODE),
            by="t",
            clock=lambda: datetime(2026, 12, 21, 2, tzinfo=UTC),
        )
    assert "已完成 评议已结束 · 2026-12-21" in rows(client)["组织评议"]


@pytest.mark.parametrize(
    ("username", "day", "sees", "not_sees"),
    [
        ("admin", 10, ["组织评议", "抽样、制码", "察访核验"], ["向单位反馈"]),
        ("inspector", 10, ["察访核验"], ["向单位反馈"]),
        ("liaison", 10, ["今天没有您要办的事", "接下来：意见交办"], ["组织评议"]),
        ("leader", 10, ["组织评议", "接下来：领导小组审定"], []),
        ("groupa", 10, ["今天没有您要办的事"], ["组织评议", "察访核验", "接下来"]),
    ],
)
def test_each_role_finds_its_own_on_the_first_page(
    staffed: Site, username: str, day: int, sees: list[str], not_sees: list[str]
) -> None:
    page = signed_in(office_on(staffed, day), username).get("/office/").text
    assert [words for words in sees if words not in page] == []
    assert [words for words in not_sees if words in page] == []


def test_what_cannot_be_seen_is_not_called_done_or_late(staffed: Site) -> None:
    now = rows(signed_in(office_on(staffed, 10), "admin"))
    later = rows(signed_in(office_on(staffed, 30), "admin"))
    assert "按日程办理 系统里没有是否完成的记录" in now["察访核验、抽样回访"]
    assert "日程已过 系统里没有是否完成的记录" in later["察访核验、抽样回访"]


def test_late_ones_come_first_and_an_unknown_year_is_said(staffed: Site) -> None:
    page = signed_in(office_on(staffed, 20, 1, 2027), "admin").get("/office/").text
    assert page.index("计分、初步结果") < page.index("领导小组审定")
    assert "2027年的放假调休安排尚未录入日历" in page


def test_who_may_decide_is_told_how_much_waits(staffed: Site) -> None:
    app = office_on(staffed, 5)
    admin = signed_in(app, "admin")
    sent = admin.post(
        f"{HERE}/close",
        data={"csrf_token": token(admin.get(f"{HERE}/close")), "reason": "雨雪停止入户调查"},
    )
    assert sent.location.startswith("/office/proposals/")
    words = "有1件事等待另一人批准"
    assert words in signed_in(app, "review").get("/office/").text
    assert words not in admin.get("/office/").text


def test_a_scheme_without_a_calendar_says_where_to_write_one(staffed: Site) -> None:
    app = office_on(staffed, 2)  # before the first bulletin is due
    with staffed.database.writing() as session:
        campaign = session.query(Campaign).one()
        campaign.scheme = {k: v for k, v in campaign.scheme.items() if k != "calendar"}
    client = signed_in(app, "admin")
    page = client.get(f"{HERE}/calendar").text
    assert "方案里没有写日程" in page
    assert "第3天，2026-12-03" in page  # bulletins are due all the same
    assert "今天没有您要办的事" in client.get("/office/").text


@pytest.mark.slow
def test_scoring_release_and_export_are_seen(released_site: Site) -> None:
    add_officials(released_site)
    client = signed_in(office_on(released_site, 22, 1, 2027), "review")
    told = rows(client)
    assert "已完成 已计分" in told["计分、初步结果"]
    assert "已完成 已发布第 1 版" in told["向单位反馈、公示5个工作日"]
    assert "最新一版尚未导出" in told["导入绩效考核总分系统"]
    assert client.get(f"{HERE}/releases/1/json").status_code == 200
    assert "最新一版已导出" in rows(client)["导入绩效考核总分系统"]
    page = f"{HERE}/release/approval"
    paper = {"approved_on": "2027-01-18", "document_number": "安绩〔2027〕3号"}
    sent = client.post(page, data={"csrf_token": token(client.get(page)), **paper})
    assert sent.status_code == 302
    shown_by(released_site, {"向单位反馈": "approve"})
    assert "已完成 2027-01-18 审定（安绩〔2027〕3号）" in rows(client)["向单位反馈、公示5个工作日"]


@pytest.mark.slow
def test_a_release_no_leader_approved_is_not_done(released_site: Site) -> None:
    add_officials(released_site)
    shown_by(released_site, {"向单位反馈": "approve"})
    leader = signed_in(office_on(released_site, 22, 1, 2027), "leader")
    assert "尚未记录领导小组的审定" in rows(leader)["向单位反馈、公示5个工作日"]
    assert f'href="{HERE}/release/approval"' in leader.get(f"{HERE}/calendar").text


def test_reminders_and_bulletins_are_led_to_and_seen_done(staffed: Site) -> None:
    shown_by(staffed, {"组织评议": "reminders", "察访核验": "bulletins"})
    app = office_on(staffed, 8)
    admin, leader = signed_in(app, "admin"), signed_in(app, "leader")
    assert "剩" in rows(admin)["组织评议"]
    assert "还没有催办过" in rows(admin)["组织评议"]
    assert "进度通报应发 4 期，已发 0 期" in rows(admin)["察访核验、抽样回访"]
    for page in ("/office/", f"{HERE}/calendar"):
        assert f'href="/office/reminders?code={CODE}"' in admin.get(page).text
        assert f'href="{HERE}/bulletins"' in admin.get(page).text
    invitation_codes(staffed, 20)
    form = {"csrf_token": token(admin.get("/office/password")), "words": "zh", "files": ["list"]}
    [number] = re.findall(r'name="batches"\s+value="(\d+)"', admin.get(REMINDERS).text)
    assert admin.post(REMINDERS, data={**form, "batches": [number]}).status_code == 200
    for day in (8, 13, 18):
        issued = signed_in(office_on(staffed, day), "admin")
        sent = issued.post(f"{HERE}/bulletins", data={"csrf_token": form_token(issued)})
        assert sent.status_code == 302
    assert "已完成 已催办 1 次，最近一次 · 2026-12-08" in rows(admin)["组织评议"]
    assert "进度通报应发 4 期，已发 3 期" in rows(admin)["察访核验、抽样回访"]
    assert "已催办 1 次" in admin.get("/office/").text
    assert "已催办 1 次" in leader.get(f"{HERE}/calendar").text
    liaison = signed_in(app, "liaison")
    assert "已催办 1 次" not in liaison.get("/office/").text


def test_planned_reminders_are_due_on_their_day_for_their_half(staffed: Site) -> None:
    with staffed.database.writing() as session:
        campaign = find_campaign(session, CODE)
        campaign.scheme = {**campaign.scheme, "reminder_days": ["9 second", "5 first", 14, 366]}
    invitation_codes(staffed, 20)
    admin = signed_in(office_on(staffed, 6), "admin")
    page = " ".join(admin.get(f"{HERE}/calendar").text.split())
    assert "第5天，2026-12-05，抽签先催的一半： <strong>待催办</strong>" in page
    assert "第9天，2026-12-09，抽签后催的一半： 未到" in page
    assert "第14天，2026-12-14，全部未答的： 未到" in page
    assert "第366天" not in page  # after the last day of the fieldwork
    due = "催办待发（方案定在2026-12-05，抽签先催的一半）"
    assert due in admin.get("/office/").text
    assert due not in signed_in(office_on(staffed, 6), "liaison").get("/office/").text
    assert "催办待发" not in signed_in(office_on(staffed, 4), "admin").get("/office/").text
    send(admin, half="1")  # a day late, which makes up for it
    page = " ".join(admin.get(f"{HERE}/calendar").text.split())
    assert "抽签先催的一半： 已催办" in page
    assert "催办待发" not in admin.get("/office/").text
    later = signed_in(office_on(staffed, 9), "admin")
    assert "催办待发（方案定在2026-12-09，抽签后催的一半）" in later.get("/office/").text
    send(later, half="0")  # all of them, where the other half alone was planned
    assert "催办待发（方案定在2026-12-09，抽签后催的一半）" in later.get("/office/").text
    late = " ".join(
        signed_in(office_on(staffed, 15), "admin").get(f"{HERE}/calendar?lang=en").text.split()
    )
    assert "the half whose turn is second by lot: not reminded" in late
    assert "all who have not answered: <strong>due</strong>" in late


def send(client: FlaskClient, *, half: str) -> None:
    [number] = re.findall(r'name="batches"\s+value="(\d+)"', client.get(REMINDERS).text)
    form = {"csrf_token": form_token(client), "words": "zh", "files": ["list"], "half": half}
    assert client.post(REMINDERS, data={**form, "batches": [number]}).status_code == 200


def shown_by(site: Site, wanted: dict[str, str]) -> None:
    """Let steps of the scheme's calendar, by the beginning of their words, be shown by others."""
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        scheme = deepcopy(campaign.scheme)
        for step in scheme["calendar"]:
            for words, name in wanted.items():
                if step["zh"].startswith(words):
                    step["shown_by"] = name
        campaign.scheme = scheme


def form_token(client: FlaskClient) -> str:
    return token(client.get("/office/password"))


def test_the_first_page_says_when_it_was_backed_up_last(staffed: Site) -> None:
    admin = signed_in(office_on(staffed, 5), "admin")
    assert "还没有备份过" in admin.get("/office/").text
    made = datetime(2026, 12, 4, 1, tzinfo=UTC)
    with staffed.database.writing() as session:
        audit.record(session, by=audit.SYSTEM, at=made, action="backup.make", subject="here")
    page = admin.get("/office/").text
    assert "上次备份：2026-12-04 09:00" in page
    assert "survey backup" not in page  # nothing real is at stake
    assert "备份整个系统" in admin.get("/office/audit/?action=backup.make").text
    assert "备份" not in signed_in(office_on(staffed, 5), "liaison").get("/office/").text
    with staffed.database.reading() as session:
        campaign = find_campaign(session, CODE)
        campaign.simulated = False
        due = [last_backup(session, [campaign], at=made + timedelta(days=n)) for n in (1, 3)]
        campaign.state = "closed"
        due.append(last_backup(session, [campaign], at=made + timedelta(days=3)))
    assert [each.is_due for each in due] == [False, True, False]
