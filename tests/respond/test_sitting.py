"""One person rates several units with one code: what is stored, once, and what is told of it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.app import create_app
from survey.appraisal.load import sample
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.progress import read_progress
from survey.ledger.checker import CheckFailed, check_files
from survey.ledger.leaf import row_leaf
from survey.model import Case, CoachingReport, CoveredUnit, Response, Sitting
from survey.respond.intake import Outcome
from survey.site.installation import Site
from survey.stats.campaign.domains import cut_domains
from survey.stats.campaign.plan import Plan
from survey.stats.integrity.collusion import find_collusion
from survey.stats.pipeline.screening import screen
from tests.factories import CODE, FIELDWORK, in_fieldwork, open_anlan
from tests.respond.factories import hand_in, opened, receipt_in, sitting_codes, thanked, ticket_in
from tests.respond.test_resident_page import Watch, token_in

PERSON = {"age": "30-44", "sex": "female", "area": "990621001000", "residence": "urban"}
ITEMS = ("C1", "C2", "C3", "C4", "C5", "C6", "S1A", "S2A")


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def open_site(site: Site, watch: Watch) -> Site:
    open_anlan(site)
    return replace(site, clock=watch)


@pytest.fixture
def deputy(open_site: Site) -> FlaskClient:
    return create_app(open_site).test_client(use_cookies=False)


@pytest.fixture
def code(open_site: Site) -> str:
    return sitting_codes(open_site)[0]


def rating(*units: str, value: str = "4") -> dict[str, Any]:
    return {f"q_{item}.{unit}": value for unit in units for item in ITEMS}


def filled(deputy: FlaskClient, code: str, *units: str, **changed: Any) -> dict[str, Any]:
    token = token_in(deputy.get(f"/q/{code}"))
    return {**PERSON, "response_id": token, "device": "abc", **rating(*units), **changed}


def rows(site: Site) -> list[Response]:
    with site.database.reading() as session:
        return list(session.scalars(sa.select(Response).order_by(Response.id)))


def send(site: Site, code: str, n: int = 3, **changed: Any) -> Outcome:
    with site.database.writing() as session:
        return hand_in(session, opened(session, site, code), n, comment="路灯", **changed)


def test_each_unit_is_an_answer_counted_and_in_the_ledger(each_site: Site) -> None:
    open_anlan(each_site)
    [code] = sitting_codes(each_site)
    assert [send(each_site, code) for _ in range(2)] == [Outcome.STORED, Outcome.REPEATED]
    assert send(each_site, code, n=2) is Outcome.CONFLICTING
    assert send(each_site, code, receipt=b"9876543210") is Outcome.USED
    stored = rows(each_site)
    assert [row.leaf_index for row in stored] == [0, 1, 2]
    assert len({row.unit_id for row in stored}) == 3
    assert {row.invitation_id for row in stored} == {None}
    assert len({row.sitting_id for row in stored}) == 1
    for row in stored:
        columns = {c.name: getattr(row, c.name) for c in Response.__table__.columns}
        assert row.leaf == row_leaf(columns, campaign_code=CODE)
        assert row.leaf != row_leaf(columns | {"sitting_id": None}, campaign_code=CODE)
    with each_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        state = read_progress(session, campaign=campaign, units=campaign.units, at=FIELDWORK)
        cells = [unit.cell("G4") for unit in state.units]
        assert [cell.valid for cell in cells if cell][:4] == [1, 1, 1, 0]
        [sheet] = [row for row in state.channels if row.channel == "token_sheet"]
        assert (sheet.issued, sheet.received) == (12, 3)  # one code, twelve units to rate
        assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 3


def test_of_fifty_racing_for_one_sitting_exactly_one_gets_in(each_site: Site) -> None:
    open_anlan(each_site)
    [code] = sitting_codes(each_site)
    receipts = [bytes([number]) * 10 for number in range(50)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda receipt: send(each_site, code, receipt=receipt), receipts))
    assert (outcomes.count(Outcome.STORED), outcomes.count(Outcome.USED)) == (1, 49)
    assert len(rows(each_site)) == 3


def test_the_database_refuses_a_unit_not_covered_and_a_unit_twice(each_site: Site) -> None:
    open_anlan(each_site)
    send(each_site, sitting_codes(each_site)[0])
    with each_site.database.reading() as session:
        foreign = session.scalars(
            sa.text("SELECT id FROM unit WHERE code = 'B01'").columns(sa.column("id", sa.Integer))
        ).one()
    first, second = rows(each_site)[:2]
    for unit_id in (foreign, second.unit_id):
        change = sa.update(Response).where(Response.id == first.id).values(unit_id=unit_id)
        with pytest.raises(sa.exc.IntegrityError), each_site.database.writing() as session:
            session.execute(change)


def test_a_sitting_on_its_way_at_the_close_is_not_stored(site: Site) -> None:
    open_anlan(site)
    [code] = sitting_codes(site)
    with site.database.reading() as session:
        entrance = opened(session, site, code)
    with site.database.writing() as session:
        close_campaign(
            session, campaign=find_campaign(session, CODE), by="tests", clock=in_fieldwork
        )
    with site.database.writing() as session:
        done = hand_in(session, entrance)
    assert done is Outcome.CLOSED
    assert rows(site) == []


def test_the_page_stores_what_is_rated_and_nothing_else(
    deputy: FlaskClient, open_site: Site, code: str, watch: Watch
) -> None:
    words = {"comment.A02": "路灯不亮", "own_staff": "A01"}
    data = filled(deputy, code, "A01", "A02", "A03", **words)
    watch.wait(seconds=90)
    done = deputy.post(f"/q/{code}", data=data)
    assert thanked(done)
    assert receipt_in(deputy.post(f"/q/{code}", data=data)) == receipt_in(done)
    stored = rows(open_site)
    assert [row.answers for row in stored] == ["44444444"] * 3
    assert [row.own_staff for row in stored] == [True, False, False]
    assert {row.duration_ms for row in stored} == {50_000}  # 90 s over 1 + 2 x 0.4
    assert "3个单位" in done.text
    again = deputy.get(f"/q/{code}")
    assert again.status_code == 410
    assert "已经用过" in again.text


def test_the_receipt_proves_every_answer_and_the_other_number_leads_to_the_replies(
    deputy: FlaskClient, code: str, watch: Watch
) -> None:
    data = filled(deputy, code, "A01", "A02", **{"comment.A02": "路灯不亮"})
    done = deputy.post(f"/q/{code}", data=data)
    receipt = receipt_in(done)
    watch.wait(minutes=2)
    file = deputy.get(f"/r/{receipt}.json").get_json()
    assert sum("counted" in line for line in check_files([file])) == 2
    assert "您的意见" not in deputy.post("/r", data={"code": receipt}).text
    ticket = ticket_in(done)
    assert "等待核实" in deputy.post("/r", data={"code": ticket}).text
    assert "答卷已收到" not in deputy.get(f"/r/{ticket}").text
    assert deputy.get(f"/r/{ticket}.json").status_code == 404
    stolen = json.loads(json.dumps(file))
    stolen["answers"].reverse()
    with pytest.raises(CheckFailed):
        check_files([stolen])


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"q_C1.A02": ""}, 422),  # a unit half rated
        ({"q_C1.A02": ["4", "5"]}, 422),
        ({"q_C1.A02": "9"}, 422),
        ({"q_C1.B01": "4"}, 422),  # a unit the code does not cover
        ({"own_staff": "B01"}, 422),
        ({"rate": ["A03"]}, 422),  # ticked and not rated
        ({"rate": ["B01"]}, 422),
        ({"comment.A05": "没评就写"}, 422),
        ({"comment.A01": "长" * 201}, 422),
        (dict.fromkeys(rating("A01", "A02"), ""), 422),  # nothing rated
        ({"age": "under18"}, 200),
        ({"rate": ["A02"]}, 200),  # A01 was unticked again
        (rating("A02", value="0"), 200),
    ],
)
def test_what_does_not_fit_is_refused_whole(
    deputy: FlaskClient, open_site: Site, code: str, changed: dict[str, Any], status: int
) -> None:
    answer = deputy.post(f"/q/{code}", data={**filled(deputy, code, "A01", "A02"), **changed})
    assert answer.status_code == status
    assert len(rows(open_site)) == (2 - ("rate" in changed) if thanked(answer) else 0)
    if status == 422:
        assert 'value="4" aria-label="城关街道 满意" checked' in " ".join(
            answer.text.split()
        ) or not any(changed.get(name, "4") == "4" for name in rating("A01"))


def test_a_closed_campaign_keeps_the_answers_in_sight(
    deputy: FlaskClient, open_site: Site, code: str, watch: Watch
) -> None:
    data = filled(deputy, code, "A01", **{"comment.A01": "路灯不亮"})
    watch.wait(days=30)
    page = deputy.post(f"/q/{code}", data=data)
    assert page.status_code == 410
    assert "您对城关街道工作人员的服务态度是否满意" in page.text
    assert "路灯不亮" in page.text


def test_a_report_of_coaching_names_its_unit_and_not_the_code(
    deputy: FlaskClient, open_site: Site, code: str
) -> None:
    page = deputy.get(f"/q/{code}/told").text
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    assert deputy.post(f"/q/{code}/told", data={"token": token}).status_code == 422
    done = deputy.post(f"/q/{code}/told", data={"token": token, "unit": "A02"})
    assert "举报已收到" in done.text
    with open_site.database.reading() as session:
        report = session.scalars(sa.select(CoachingReport)).one()
        assert (report.unit.code, report.entrance_id) == ("A02", None)


def test_the_statistics_do_not_take_a_sitting_for_a_crowd(site: Site) -> None:
    open_anlan(site)
    for number, code in enumerate(sitting_codes(site, 4)):
        send(site, code, receipt=bytes([number]) * 10, n=12)
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        plan = Plan.from_dict(campaign.plan or {})
        taken = sample(session, campaign=campaign, lists=plan.lists).sample
        covered = session.scalar(sa.select(sa.func.count()).select_from(CoveredUnit))
        sittings = session.scalar(sa.select(sa.func.count()).select_from(Sitting))
    assert (covered, sittings, taken.n_responses) == (48, 4, 48)
    assert np.bincount(taken.rater).tolist() == [12] * 4
    one = taken.submitted_at < 0  # the marks of all four are equal; look at one person's rows
    one[:12] = True
    alone = screen(cut_domains(plan, replace(taken, token=taken.token)), plan.screening)
    assert not alone.hit("V02")[one].any()
    assert not alone.hit("V03").any()
    assert not alone.hit("V07")[one].any()
    columns = {name: getattr(taken, name)[one] for name in ("unit", "items", "submitted_at")}
    marks = {name: getattr(taken, name)[one] for name in ("device", "network", "token", "channel")}
    assert find_collusion(**columns, **marks, score=taken.items[one].mean(axis=1)) == ()


def test_the_page_of_the_largest_sitting_is_light_and_its_answer_fits(
    deputy: FlaskClient, open_site: Site
) -> None:
    with open_site.database.reading() as session:
        entries = find_campaign(session, CODE).units
        every = ",".join(entry.unit.code for entry in entries)
    [code] = sitting_codes(open_site, units=every)
    page = deputy.get(f"/q/{code}", headers={"Accept-Encoding": "gzip"})
    assert len(page.data) <= 30 * 1024
    names = set(re.findall(r'name="(q_[^"]+)"', deputy.get(f"/q/{code}").text))
    assert len(names) == 26 * 8
    units = {name.partition(".")[2] for name in names}
    data = dict.fromkeys(names, "4") | {f"comment.{unit}": "长" * 200 for unit in units}
    answer = deputy.post(f"/q/{code}", data=filled(deputy, code) | data)
    assert thanked(answer)
    assert len(rows(open_site)) == 26


def test_items_over_several_townships_name_none_of_them(deputy: FlaskClient, code: str) -> None:
    page = deputy.get(f"/q/{code}").text
    assert "您对下列各单位道路、环境卫生等公共设施的管理维护是否满意？" in page
    assert "本乡镇" not in page
