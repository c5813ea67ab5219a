"""What counts is decided by two, and stands in the next release as a line of its own."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jsonschema
import openpyxl
import pytest
from flask import Flask

from survey.app import create_app
from survey.appraisal.release import RELEASE, latest_release
from survey.appraisal.run import score_campaign
from survey.exchange.schema import SCORE_DOCUMENT
from survey.fieldwork.campaigns import find_campaign
from survey.schedule.evidence import EVIDENCE, Evidence
from survey.site.installation import Site
from survey.two_persons.both import done_by_both
from survey.verification.whole import verify
from tests.appraisal.on_site.going import B01, HERE, NOW, confirm, decide, enter, office, on_record
from tests.demonstrated import CODE
from tests.officials import approved, signed_in, token

ALL = dict.fromkeys(("item_hours", "item_notices", "item_poster", "item_told"), "not_met")


@pytest.fixture
def app(site: Site) -> Flask:
    return office(site)


def document(site: Site) -> dict[str, Any]:
    with site.database.reading() as session:
        release = latest_release(session, campaign=find_campaign(session, CODE))
        assert release is not None
        return json.loads(release.document)


def told(content: dict[str, Any]) -> dict[str, Any]:
    """Return all that a document says of scores; not what a later release is called."""
    left = {name: part for name, part in content.items() if name not in {"on_site", "release"}}
    return json.loads(json.dumps(left))


def test_two_persons_decide_and_nobody_twice(app: Flask, site: Site) -> None:
    inspector, review, admin = (signed_in(app, who) for who in ("inspector", "review", "admin"))
    assert enter(inspector).status_code == 302
    asked = decide(inspector, 1, "confirmed")
    told_to = review.get(asked.location).text
    assert "不符合：窗口在公布的办公时间内有人；扣 0.50 分" in told_to
    assert "单列一行，不改变得分、区间和名次" in told_to
    # Neither who asked nor another who may ask decides; asked twice it stays one.
    carried = {"csrf_token": token(admin.get("/office/password"))}
    assert admin.post(f"{asked.location}/approve", data=carried).status_code == 403
    assert "等待另一人批准" in decide(admin, 1, "confirmed").text
    assert on_record(site, "visit.confirmed") == []
    assert [each.by for each in on_record(site, "proposal.propose")][-1] == "inspector"
    assert approved(review, asked).status_code == 302
    [entry] = on_record(site, "visit.confirmed")
    assert (entry.by, entry.detail["visit"], entry.detail["position"]) == ("review", 1, 1)
    assert "已确认" in inspector.get(f"{HERE}visits/1").text
    assert "不能再次办理" in decide(inspector, 1, "confirmed").text
    # It falls away by two as well, with a reason, and for good.
    assert "请写明理由" in decide(inspector, 1, "withdrawn").text
    assert approved(review, decide(inspector, 1, "withdrawn", "看错窗口")).status_code == 302
    assert "看错窗口" in inspector.get(f"{HERE}visits/1").text
    for outcome in ("confirmed", "withdrawn"):
        assert decide(inspector, 1, outcome, "再来").status_code == 422
    assert [each.by for each in on_record(site, "visit.withdrawn")] == ["review"]
    assert verify(site) == []
    page = review.get("/office/audit/").text
    assert "确认“安澜县2026年度绩效管理公众评议”第1号察访记录" in page


def test_the_calendar_sees_who_was_visited_and_what_waits(app: Flask, site: Site) -> None:
    def shown() -> Evidence:
        with site.database.reading() as session:
            return EVIDENCE["visits"](session, find_campaign(session, CODE))

    assert shown().said.zh == "察访了 0 个单位，还有 26 个没有去；0 条记录待确认"
    inspector, review = signed_in(app, "inspector"), signed_in(app, "review")
    assert enter(inspector).status_code == 302
    assert shown().said.zh == "察访了 1 个单位，还有 25 个没有去；1 条记录待确认"
    confirm(inspector, review, 1)
    assert shown().said.zh == "察访了 1 个单位，还有 25 个没有去；0 条记录待确认"
    assert (shown().done, shown().at) == (False, NOW)


@pytest.mark.slow
def test_deductions_are_a_line_of_their_own_in_the_next_release(app: Flask, site: Site) -> None:
    inspector, review = signed_in(app, "inspector"), signed_in(app, "review")
    before = document(site)
    assert "on_site" not in before
    assert enter(inspector, **ALL).status_code == 302
    assert enter(inspector, place="二楼", item_told="not_met").status_code == 302
    assert enter(inspector, place="三楼", **ALL).status_code == 302  # nobody confirms it
    assert enter(inspector, B01).status_code == 302
    for number in (1, 2, 4):
        confirm(inspector, review, number)
    assert approved(review, decide(inspector, 4, "withdrawn", "单位填错")).status_code == 302

    later = replace(site, clock=lambda: NOW + timedelta(days=1))
    score_campaign(later, campaign_code=CODE, by="admin")
    done_by_both(
        later, proposer="admin", approver="review", deed=RELEASE, code=CODE, reason="察访核验"
    )
    after = document(site)
    assert verify(site) == []
    # Score, interval, rank and all else of every unit: byte by byte what they were.
    assert json.dumps(told(after)) == json.dumps(told(before))
    line = after["on_site"]
    assert len(line.pop("digest")) == 64
    assert line == {
        "indicator": {"code": "CFHY", "name": "察访核验扣分"},
        "most": "2.00",
        "n_visits": 2,
        "units": [{"unit_code": "A01", "n_visits": 2, "found": "3.60", "deduction": "2.00"}],
    }
    jsonschema.validate(document(site), SCORE_DOCUMENT)
    _files_say_so(create_app(later))
    _pages_say_so(create_app(later))


def _files_say_so(app: Flask) -> None:
    admin = signed_in(app, "admin")
    first, second = (
        {name: admin.get(f"{HERE}releases/{n}/{name}").data for name in ("xlsx", "csv", "on-site")}
        for n in (1, 2)
    )
    books = [openpyxl.load_workbook(io.BytesIO(each["xlsx"])) for each in (first, second)]
    assert [name for name in books[1].sheetnames if name not in books[0].sheetnames] == [
        "察访核验扣分（模拟数据）"
    ]
    imports = [list(book["导入表（模拟数据）"].values) for book in books]
    assert imports[0] == imports[1]
    assert "察访" not in first["csv"].decode("utf-8-sig") + second["csv"].decode("utf-8-sig")
    assert len(first["on-site"].decode("utf-8-sig").splitlines()) == 1  # its heading alone
    [row] = csv.DictReader(io.StringIO(second["on-site"].decode("utf-8-sig")))
    sheet = list(books[1]["察访核验扣分（模拟数据）"].values)
    assert [str(cell) for cell in sheet[0]] == list(row)
    assert (row["单位编码"], row["指标编码"], row["各次合计"], row["扣分"], row["备注"]) == (
        *("A01", "CFHY", "3.60", "2.00", "模拟数据"),
    )
    assert dict(zip(sheet[0], sheet[1], strict=True))["扣分"] == 2


def _pages_say_so(app: Flask) -> None:
    own, leader = signed_in(app, "liaison"), signed_in(app, "leader")
    assert "察访核验另扣2.00分（已确认2次），单列一行" in own.get(f"{HERE}results/A01").text
    assert own.get(f"{HERE}visits/1").status_code == 200
    assert own.get(f"{HERE}visits/3").status_code == 404
    assert "测试inspector" not in own.get(f"{HERE}visits/1").text
    assert leader.get(f"{HERE}classes/A").text.count("察访核验另扣2.00分，单列") == 1
    assert "察访核验另扣" not in leader.get(f"{HERE}classes/B").text
    scores = leader.get(f"{HERE}scores").text
    assert f"{HERE}releases/2/on-site" in scores
    assert f"{HERE}releases/1/on-site" not in scores
