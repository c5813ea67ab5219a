"""A late case climbs by itself: seen by the office, the leader, the unit and its resident."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from survey import audit
from survey.app import create_app
from survey.feedback import cases
from survey.feedback.climbing.rates import rates_of
from survey.fieldwork.campaigns import find_campaign
from survey.model import Case
from survey.site.installation import Site
from tests.demonstrated import released
from tests.factories import CODE
from tests.feedback.factories import (
    TICKET,
    answered,
    at,
    brought_to,
    only_case,
    said_back,
    step,
)
from tests.officials import add_officials, signed_in

HERE = f"/office/campaigns/{CODE}"
# Handed over on 18 December, to be answered by the 25th; of 2027 weekends alone are known.
IN_TIME = datetime(2026, 12, 25, 9, tzinfo=UTC)
LATE = datetime(2026, 12, 26, 9, tzinfo=UTC)
AT_OFFICE = datetime(2026, 12, 28, 9, tzinfo=UTC)
AT_LEADERS = datetime(2027, 1, 4, 9, tzinfo=UTC)
IN_PUBLIC = datetime(2027, 1, 18, 9, tzinfo=UTC)
Visit = Callable[[datetime, str, str], str]


@pytest.fixture
def moment() -> list[datetime]:
    return [IN_TIME]


@pytest.fixture
def app(site: Site, moment: list[datetime]) -> Flask:
    answered(site)
    brought_to(site, "assigned")
    site = replace(site, clock=lambda: moment[0])
    add_officials(site)
    return create_app(site)


@pytest.fixture
def visit(app: Flask, moment: list[datetime]) -> Visit:
    def look(when: datetime, who: str, path: str) -> str:
        moment[0] = when
        client = signed_in(app, who) if who else app.test_client()
        page = client.get(path)
        assert page.status_code == 200
        return page.text

    return look


def test_each_role_finds_on_its_first_page_what_climbed_to_it(visit: Visit) -> None:
    told = "1件意见超期，请督促办理"
    expected = {
        IN_TIME: "",
        LATE: "liaison",
        AT_OFFICE: "liaison admin review auditor",
        AT_LEADERS: "liaison admin review auditor leader",
        IN_PUBLIC: "liaison admin review auditor leader",
    }
    for when, who in expected.items():
        others = ("review", "auditor", "groupa", "inspector") if when is IN_PUBLIC else ()
        for name in ("liaison", "admin", "leader", *others):
            assert (told in visit(when, name, "/office/")) == (name in who), (when, name)


def test_the_list_says_the_rung_since_when_and_what_comes_next(site: Site, visit: Visit) -> None:
    code = only_case(site).code
    assert "没有超期的意见" in visit(IN_TIME, "leader", f"{HERE}/late")
    page = " ".join(re.sub(r"<[^>]+>", " ", visit(AT_OFFICE, "leader", f"{HERE}/late")).split())
    assert code in page
    assert "绩效办督办 2026-12-28 起 2027-01-04 报领导小组" in page
    assert "逾期1个工作日" in page
    public = visit(IN_PUBLIC, "leader", f"{HERE}/late?rung=public&unit=A01")
    assert code in public
    assert "13800138000" not in public
    assert "跑了三趟" not in public
    assert code not in visit(IN_PUBLIC, "leader", f"{HERE}/late?rung=office")
    assert code not in visit(IN_PUBLIC, "leader", f"{HERE}/late?unit=A02")
    assert f"/cases/{code}" in visit(IN_PUBLIC, "admin", f"{HERE}/late")
    assert f"/cases/{code}" not in visit(IN_PUBLIC, "leader", f"{HERE}/late")


def test_a_unit_sees_no_case_that_the_office_is_late_with(site: Site, visit: Visit) -> None:
    with site.database.writing() as session:
        session.get_one(Case, only_case(site).id).state = "verified"
    assert only_case(site).code in visit(LATE, "admin", f"{HERE}/late")
    assert only_case(site).code not in visit(LATE, "liaison", f"{HERE}/late")
    assert "请督促办理" not in visit(LATE, "liaison", "/office/")


def test_the_resident_reads_how_far_his_comment_climbed(visit: Visit) -> None:
    said = {
        IN_TIME: ("应在2026年12月25日前答复", ""),
        LATE: ("单位没有按期答复。", "到2026年12月28日还没有答复，转由绩效办督办"),
        AT_OFFICE: ("2026年12月28日起由绩效办督办", "到2027年1月4日还没有办好，报领导小组"),
        AT_LEADERS: ("2027年1月4日起已报领导小组督办", "到2027年1月18日还没有办好，计入"),
        IN_PUBLIC: ("2027年1月18日起计入向社会公布的超期件数", ""),
    }
    for when, words in said.items():
        page = visit(when, "", f"/r/{TICKET}")
        assert all(word in page for word in words), when
    english = visit(AT_LEADERS, "", f"/r/{TICKET}?lang=en")
    assert "since 4 January 2027 it has been before the leading group" in english


def test_a_reply_that_is_public_takes_it_down_until_the_resident_is_dissatisfied(
    site: Site, visit: Visit
) -> None:
    code = only_case(site).code
    step(site, cases.reply, text="已增设窗口。", clock=at(AT_LEADERS))
    step(site, cases.publish, clock=at(AT_LEADERS))
    much_later = datetime(2027, 6, 1, 9, tzinfo=UTC)
    assert code not in visit(much_later, "admin", f"{HERE}/late")
    with site.database.writing() as session:
        said_back(session, satisfied=False)  # on 18 December, to be dealt with by the 21st
    page = visit(much_later, "admin", f"{HERE}/late")
    assert code in page
    assert "绩效办没有按期办理" not in visit(much_later, "", f"/r/{TICKET}")
    assert "计入向社会公布的超期件数" in visit(much_later, "", f"/r/{TICKET}")


def test_rates_count_turns_in_time_and_what_residents_say_of_the_last_reply(
    site: Site, visit: Visit
) -> None:
    def told(when: datetime) -> tuple[int, ...]:
        with site.database.reading() as session:
            campaign = find_campaign(session, CODE)
            found = rates_of(session, campaign=campaign, today=when.date().isoformat())
        assert sum(of.handed for of in found.values()) == found["A01"].handed
        of = found["A01"]
        return of.handed, of.settled, of.turns, of.in_time, of.rated, of.satisfied

    early = datetime(2026, 12, 17, 9, tzinfo=UTC)
    assert told(early) == (0, 0, 0, 0, 0, 0)  # the unit does not see it yet
    assert told(IN_TIME) == (1, 0, 0, 0, 0, 0)
    assert told(LATE) == (1, 0, 1, 0, 0, 0)
    step(site, cases.reply, text="已增设窗口。")  # in time, on the 18th
    assert told(LATE) == (1, 0, 1, 1, 0, 0)
    step(site, cases.publish)
    assert told(LATE) == (1, 1, 1, 1, 0, 0)
    with site.database.writing() as session:
        said_back(session, satisfied=False)
    assert told(LATE) == (1, 0, 1, 1, 1, 0)
    step(site, cases.give_back, note="请再办")
    step(site, cases.reply, text="又增设一个。", clock=at(AT_LEADERS))
    step(site, cases.publish, clock=at(AT_LEADERS))
    assert told(AT_LEADERS) == (1, 1, 2, 1, 1, 0)
    with site.database.writing() as session:
        said_back(session, satisfied=True)  # of the new reply he is asked anew
    assert told(AT_LEADERS) == (1, 1, 2, 1, 1, 1)
    page = " ".join(re.sub(r"<[^>]+>", " ", visit(AT_LEADERS, "leader", f"{HERE}/late")).split())
    assert page.count("1 100% (1/1) 50% (1/2) 100% (1/1)") == 2  # its unit, and its class


def test_the_public_page_counts_by_class_what_climbed_there_and_hides_few(site: Site) -> None:
    released(site, n=900)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        of = {entry.unit_id: entry.class_code for entry in campaign.units}
        found = session.scalars(sa.select(Case).where(Case.state == "opened")).all()
        left = {"A": 10, "B": 9, "C": 0}  # ten are told, nine are not
        for case in found:
            left[of[case.unit_id]] -= 1
            case.due_on = "2026-12-18" if left[of[case.unit_id]] >= 0 else None
        assert max(left.values()) <= 0
        words = {"by": "review", "action": "release.publish", "subject": CODE, "number": 1}
        audit.record(session, at=site.clock(), **words)

    def late(when: datetime) -> list[str]:
        app = create_app(replace(site, clock=at(when)))
        page = app.test_client().get(f"/p/{CODE}").text
        return re.findall(r"超期较久、仍未办好的</dt>\s*<dd>([^<]*)</dd>", page)

    assert late(datetime(2027, 1, 7, 9, tzinfo=UTC)) == ["0", "0", "0"]
    assert late(datetime(2027, 1, 8, 9, tzinfo=UTC)) == ["10", "不显示", "0"]


def test_the_scheme_says_how_long_a_case_stays_on_a_rung(site: Site, visit: Visit) -> None:
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        days = {"unit_late_workdays": 2, "office_late_workdays": 1, "leaders_late_workdays": 1}
        campaign.scheme = {**campaign.scheme, "rectification": days}
    page = visit(AT_OFFICE, "admin", f"{HERE}/late")
    assert "单位超期2个工作日由绩效办督办，再过1个报领导小组，再过1个" in page
    assert "请督促办理" not in visit(AT_OFFICE, "admin", "/office/")
    after_three = datetime(2026, 12, 30, 9, tzinfo=UTC)
    assert "请督促办理" in visit(after_three, "leader", "/office/")
