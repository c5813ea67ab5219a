"""An inspector enters what was found; what is wrong leaves nothing, and others see their own."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from survey.fieldwork.campaigns import find_campaign
from survey.model import OnSiteDecision, OnSitePhoto, OnSiteVisit
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.appraisal.on_site.going import (
    A01,
    B01,
    HERE,
    confirm,
    decide,
    enter,
    office,
    on_record,
    png,
)
from tests.demonstrated import CODE
from tests.office_files.test_photos import SECRET, taken_by_telephone
from tests.officials import approved, signed_in

STYLE = Path(__file__).parents[3] / "static/office.css"


@pytest.fixture
def app(site: Site) -> Flask:
    return office(site)


def kept(site: Site) -> tuple[int, int, int]:
    """Return how many visits, photographs and decisions there are."""
    tables = (OnSiteVisit, OnSitePhoto, OnSiteDecision)
    with site.database.reading() as session:
        counts = [session.scalar(sa.select(sa.func.count()).select_from(each)) for each in tables]
    return counts[0] or 0, counts[1] or 0, counts[2] or 0


def test_a_visit_with_a_photograph_is_kept_sealed_and_seen(app: Flask, site: Site) -> None:
    inspector = signed_in(app, "inspector")
    page = inspector.get(A01).text
    assert "窗口在公布的办公时间内有人" in page
    assert 'value="2026-12-29"' in page  # today, changed where it was another day
    given = taken_by_telephone(6)
    answer = enter(inspector, photo=("IMG_1.jpg", given))
    assert answer.status_code == 302, answer.text
    assert kept(site) == (1, 1, 0)
    assert verify(site) == []
    [entry] = on_record(site, "visit.enter")
    assert (entry.by, entry.detail["unit"]) == ("inspector", "A01")
    assert "无人值守" not in str(entry.detail)
    record = inspector.get(f"{HERE}visits/1").text
    for words in (
        "一楼服务大厅3号窗口",
        "窗口无人值守。",
        "（扣0.5分）",
        "待确认，不扣分",
        "测试inspector",
    ):
        assert words in record
    assert "还没有去" in inspector.get(f"{HERE}visits/").text  # the others
    photo = inspector.get(f"{HERE}visits/1/photo")
    assert photo.data.startswith(b"\x89PNG")
    assert SECRET not in photo.data
    assert photo.headers["Content-Disposition"].startswith("attachment;")
    assert photo.headers["X-Content-Type-Options"] == "nosniff"
    assert [each.by for each in on_record(site, "visit.photo")] == ["inspector"]


def test_the_page_of_a_hall_works_on_a_telephone(app: Flask) -> None:
    page = signed_in(app, "inspector").get(A01).text
    assert page.count('type="radio"') == 4 * 3
    assert page.count('class="tick"') == 4 * 3  # 44 pixels high, as the style says
    assert "capture" not in page  # a photograph of before may be chosen too
    css = STYLE.read_text("utf-8")
    assert "min-height:44px" in css.partition(".ticks .tick")[2][:120].replace(" ", "")


WRONG: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"visited_on": "2026-12-30"}, "不在评议开始", "is not between the first day"),
    ({"visited_on": "2026-11-30"}, "不在评议开始", "is not between the first day"),
    ({"visited_on": "明天"}, "日期", "Not a valid date value"),
    ({"place": " "}, "地点：请填写", "visit_place: fill this in"),
    ({"place": ""}, "请填写地点", "say where it was"),
    ({"place": "大厅\u202e"}, "看不见的控制字符", "control characters"),
    ({"place": "长" * 101}, "不超过100字", "at most 100 characters"),
    ({"seen": "联系王主任 13800138000"}, "能认出个人的内容", "holds a telephone"),
    ({"seen": "身份证 110101199003070011"}, "能认出个人的内容", "holds a telephone"),
    ({"seen": "长" * 2001}, "不超过2000字", "At most 2000 characters"),
    ({"item_hours": ""}, "请选择一项", "choose one"),
    ({"item_hours": "met'"}, "", ""),
)


def test_what_is_wrong_is_said_in_both_languages_and_leaves_nothing(app: Flask, site: Site) -> None:
    inspector = signed_in(app, "inspector")
    for said, zh, en in WRONG:
        chinese = enter(inspector, **said)
        english = enter(inspector, f"{A01}?lang=en", **said)
        assert (chinese.status_code, english.status_code) == (422, 422), said
        assert zh in chinese.text
        assert en in english.text
    assert kept(site) == (0, 0, 0)
    assert on_record(site, "visit.enter") == []


def test_a_photograph_that_is_not_taken_leaves_nothing(app: Flask, site: Site) -> None:
    inspector = signed_in(app, "inspector")
    for name, content, words in (
        ("现场.jpg", b"%PDF-1.7\n%%EOF\n", "不是 JPEG 或 PNG"),
        ("现场.png", png(said=60_000), "60000×60000"),
    ):
        answer = enter(inspector, photo=(name, content))
        assert answer.status_code == 422
        assert words in answer.text
    # Beyond all bounds a body is not even read.
    assert enter(inspector, photo=("a.jpg", bytes(8_100_000))).status_code == 413
    assert kept(site) == (0, 0, 0)


def test_a_form_sent_twice_is_one_visit_until_that_is_withdrawn(app: Flask, site: Site) -> None:
    inspector, review = signed_in(app, "inspector"), signed_in(app, "review")
    assert enter(inspector).status_code == 302
    again = enter(inspector)
    assert again.status_code == 422
    assert "已录入（第 1 号）" in again.text
    assert enter(inspector, place="二楼").status_code == 302
    assert approved(review, decide(inspector, 1, "withdrawn", "单位填错")).status_code == 302
    assert enter(inspector).status_code == 302
    assert kept(site)[0] == 3


def test_a_class_group_enters_and_sees_its_own_class_alone(app: Flask, site: Site) -> None:
    group, inspector = signed_in(app, "groupa"), signed_in(app, "inspector")
    assert enter(inspector, B01).status_code == 302
    assert enter(group).status_code == 302
    assert enter(group, B01).status_code == 404
    for foreign in (B01, f"{HERE}visits/1", f"{HERE}visits/1/photo"):
        assert group.get(foreign).status_code == 404
    assert decide(group, 1, "confirmed").status_code == 404
    assert "第1号" not in group.get(f"{HERE}visits/").text
    # It has no page of proposals, and is led back to the record.
    asked = decide(group, 2, "confirmed")
    assert asked.location.endswith("/visits/2")
    assert "等待另一人批准" in group.get(asked.location).text
    assert kept(site) == (2, 0, 0)


def test_a_liaison_sees_what_counted_of_its_own_unit_and_no_inspector(
    app: Flask, site: Site
) -> None:
    own, inspector, review = (signed_in(app, who) for who in ("liaison", "inspector", "review"))
    assert enter(inspector, photo=("a.png", png())).status_code == 302
    assert "还没有可以查看的察访记录" in own.get(A01).text
    assert own.get(f"{HERE}visits/1").status_code == 404
    confirm(inspector, review, 1)
    # Confirmed in the very release's second at the earliest: here long after it, so not in it.
    assert own.get(f"{HERE}visits/1").status_code == 404
    with site.database.writing() as session:
        frozen_at = session.scalar(sa.text("SELECT frozen_at FROM release"))
        session.execute(sa.text("UPDATE on_site_decision SET at = :at"), {"at": frozen_at})
    page = own.get(f"{HERE}visits/1").text
    assert "窗口无人值守。" in page
    assert "已确认" in page
    for hidden in ("测试inspector", "inspector", "测试review", "照片"):
        assert hidden not in page
    assert "扣分单列一行，不改变得分、区间和名次。" in own.get(A01).text
    for foreign in (f"{HERE}units/A02/visits", f"{HERE}visits/1/photo", f"{HERE}visits.xlsx"):
        assert own.get(foreign).status_code == 404
    assert enter(own).status_code == 404


def test_the_list_leaves_as_a_workbook_on_record(app: Flask, site: Site) -> None:
    inspector = signed_in(app, "inspector")
    assert enter(inspector, seen="=1+1").status_code == 302
    assert enter(inspector, B01, item_told="not_seen").status_code == 302
    answer = inspector.get(f"{HERE}visits.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.data))["核验记录"]
    rows = list(sheet.values)
    told = dict(zip(rows[0], rows[1], strict=True))
    assert (told["单位编码"], told["窗口在公布的办公时间内有人"], told["扣分"]) == (
        "A01",
        "不符合",
        "0.50",
    )
    assert told["看到的情况"] == "=1+1"
    assert sheet["K2"].data_type == "s"  # no formula
    assert rows[2][9] == "未查看"
    assert len(list(openpyxl.load_workbook(
        BytesIO(signed_in(app, "groupa").get(f"{HERE}visits.xlsx").data)
    )["核验记录"].values)) == 2  # fmt: skip
    assert [each.by for each in on_record(site, "visit.export")] == ["inspector", "groupa"]


def test_a_scheme_without_a_list_has_no_page(app: Flask, site: Site) -> None:
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        campaign.scheme = {**campaign.scheme, "on_site": None}
    inspector = signed_in(app, "inspector")
    for address in (A01, f"{HERE}visits/", f"{HERE}visits.xlsx", f"{HERE}visits/1"):
        assert inspector.get(address).status_code == 404
    assert enter(inspector).status_code == 404
    assert "/visits/" not in inspector.get(HERE).text


ALTERED = (
    (sa.update(OnSiteVisit).values(findings={"hours": "met"}), "第 1 号察访记录与操作记录不符"),
    (sa.update(OnSiteVisit).values(deduction=Decimal(0)), "第 1 号察访记录与操作记录不符"),
    (sa.update(OnSitePhoto).values(content=png(3, 3)), "第 1 号察访记录的照片"),
    (sa.delete(OnSitePhoto), "第 1 号察访记录的照片"),
    (sa.update(OnSiteDecision).values(by="nobody"), "第 1 号察访记录的第 1 次决定"),
    (sa.delete(OnSiteDecision), "第 1 号察访记录的第 1 次决定"),
    (sa.text("UPDATE on_site_visit SET number = 9"), "第 9 号察访记录与操作记录不符"),
    (
        sa.text(
            "INSERT INTO on_site_visit SELECT 99, campaign_id, 2, unit_id, visited_on, place,"
            " findings, seen, deduction, entered_at, entered_by, NULL FROM on_site_visit"
        ),
        "第 2 号察访记录与操作记录不符",
    ),
)


def test_what_is_altered_removed_or_put_in_is_named(app: Flask, site: Site) -> None:
    inspector = signed_in(app, "inspector")
    assert enter(inspector, photo=("a.png", png())).status_code == 302
    confirm(inspector, signed_in(app, "review"), 1)
    assert verify(site) == []
    for statement, words in ALTERED:
        with site.database.engine.connect() as connection, connection.begin() as transaction:
            columns = "SELECT * FROM {}"
            before = {
                name: list(connection.execute(sa.text(columns.format(name))).mappings())
                for name in ("on_site_visit", "on_site_photo", "on_site_decision")
            }
            connection.execute(statement)
            transaction.commit()
        said = " ".join(problem.text("zh") for problem in verify(site))
        assert words in said
        _put_back(site, before)
    assert verify(site) == []
    with site.database.engine.begin() as connection:
        for name in ("on_site_decision", "on_site_photo", "on_site_visit"):
            connection.execute(sa.text(f"DELETE FROM {name}"))
    said = " ".join(problem.text("zh") for problem in verify(site))
    assert "第 1 号察访记录与操作记录不符" in said


def _put_back(site: Site, before: dict[str, list[sa.RowMapping]]) -> None:
    with site.database.engine.begin() as connection:
        for name in ("on_site_decision", "on_site_photo", "on_site_visit"):
            connection.execute(sa.text(f"DELETE FROM {name}"))
        for name, rows in before.items():
            for row in rows:
                listed = ", ".join(f":{column}" for column in row)
                connection.execute(sa.text(f"INSERT INTO {name} VALUES ({listed})"), dict(row))
