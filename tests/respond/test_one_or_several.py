"""One unit or several go the same way: page, sheet, rows, receipt and proof are one thing."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.app import create_app
from survey.ledger.checker import check_files
from survey.model import Case, CoachingReport, Comment, ProgressCounter, Response, Sitting
from survey.site.installation import Site
from tests.factories import open_anlan
from tests.respond.factories import (
    invitation_codes,
    poster_code,
    receipt_in,
    sitting_codes,
    thanked,
    ticket_in,
)
from tests.respond.test_resident_page import Watch, rows, token_in

PERSON = {"age": "30-44", "sex": "female", "area": "990621001000", "residence": "urban"}
ITEMS = ("C1", "C2", "C3", "C4", "C5", "C6", "S1A", "S2A")

Ways = dict[str, tuple[Callable[[Site], str], tuple[str, ...]]]
WAYS: Ways = {
    "poster": (poster_code, ("A01",)),
    "invitation": (lambda site: invitation_codes(site, unit_code="A01")[0], ("A01",)),
    "three units": (
        lambda site: sitting_codes(site, units="A01,A02,A03")[0],
        ("A01", "A02", "A03"),
    ),
}


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def open_site(each_site: Site, watch: Watch) -> Site:
    open_anlan(each_site)
    return replace(each_site, clock=watch)


@pytest.fixture
def resident(open_site: Site) -> FlaskClient:
    return create_app(open_site).test_client(use_cookies=False)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, open_site: Site) -> tuple[str, tuple[str, ...]]:
    """A code, and the units it lets its holder rate."""
    issue, units = WAYS[request.param]
    return issue(open_site), units


def filled(resident: FlaskClient, way: tuple[str, tuple[str, ...]]) -> dict[str, Any]:
    code, units = way
    names = {unit: f".{unit}" if len(units) > 1 else "" for unit in units}
    answers = {f"q_{item}{name}": "4" for name in names.values() for item in ITEMS}
    comments = {f"comment{name}": f"{unit}的路灯" for unit, name in names.items()}
    token = token_in(resident.get(f"/q/{code}"))
    return {**PERSON, "asked": "1", "device": "abc", "response_id": token, **answers, **comments}


def count(site: Site, *tables: Any) -> list[int]:
    with site.database.reading() as session:
        query = sa.select(sa.func.count())
        return [session.scalar(query.select_from(table)) or 0 for table in tables]


def test_each_unit_gets_a_row_of_the_same_kind(
    resident: FlaskClient, open_site: Site, way: tuple[str, tuple[str, ...]], watch: Watch
) -> None:
    code, units = way
    data = filled(resident, way)
    watch.wait(seconds=90)
    assert thanked(resident.post(f"/q/{code}", data=data))
    stored = rows(open_site)
    assert {row.answers for row in stored} == {"44444444"}
    assert {(row.age, row.sex, row.residence, row.area) for row in stored} == {(2, 1, 0, 1)}
    assert [row.leaf_index for row in stored] == list(range(len(units)))
    assert {(row.lang, row.own_staff, row.arrangement) for row in stored} == {("zh", False, 0)}
    assert {row.duration_ms for row in stored} == {round(90_000 / (1 + 0.4 * (len(units) - 1)))}
    assert len({(row.device_mark, row.network_mark) for row in stored}) == 1
    assert count(open_site, Comment, Case, ProgressCounter) == [len(units)] * 3
    assert count(open_site, Sitting) == [len(units) > 1]
    with open_site.database.reading() as session:
        texts = session.scalars(sa.select(Comment.text).order_by(Comment.response_id)).all()
        counted = session.execute(sa.select(ProgressCounter.received, ProgressCounter.valid))
        assert [tuple(row) for row in counted] == [(1, 1)] * len(units)
    assert texts == [f"{unit}的路灯" for unit in units]


def test_what_is_sent_again_is_stored_once_and_what_is_changed_is_refused(
    resident: FlaskClient, open_site: Site, way: tuple[str, tuple[str, ...]]
) -> None:
    code, units = way
    data = filled(resident, way)
    first = resident.post(f"/q/{code}", data=data)
    assert receipt_in(resident.post(f"/q/{code}", data=data)) == receipt_in(first)
    for name, other in (("age", "70+"), (next(n for n in data if n[:2] == "q_"), "1")):
        assert resident.post(f"/q/{code}", data=data | {name: other}).status_code == 409
    assert count(open_site, Response, Case) == [len(units)] * 2


def test_one_receipt_proves_every_answer_and_one_number_opens_every_comment(
    resident: FlaskClient, way: tuple[str, tuple[str, ...]], watch: Watch
) -> None:
    code, units = way
    done = resident.post(f"/q/{code}", data=filled(resident, way))
    receipt, ticket = receipt_in(done), ticket_in(done)
    watch.wait(minutes=2)
    file = resident.get(f"/r/{receipt}.json").get_json()
    assert file["receipt"] == receipt
    assert sum("counted" in line for line in check_files([file])) == len(units)
    page = resident.post("/r", data={"code": ticket}).text
    if len(units) == 1:
        assert "等待核实" in page
    else:
        cases = re.findall(r'name="case" value="(\w+)"', page)
        assert len(cases) == len(units)
        for case in cases:
            shown = resident.post("/r", data={"code": ticket, "case": case}).text
            assert "等待核实" in shown
    for answer in file.get("answers", [file]):  # no receipt leads to a comment
        assert "等待核实" not in resident.get(f"/r/{answer['receipt']}").text
        alone = resident.get(f"/r/{answer['receipt']}.json").get_json()
        assert (alone["leaf"], alone["path"]) == (answer["leaf"], answer["path"])


def test_a_unit_left_unanswered_is_named_and_nothing_is_stored(
    resident: FlaskClient, open_site: Site, way: tuple[str, tuple[str, ...]]
) -> None:
    code, units = way
    name = f"q_S2A.{units[-1]}" if len(units) > 1 else "q_S2A"
    page = resident.post(f"/q/{code}", data=filled(resident, way) | {name: ""})
    assert page.status_code == 422
    assert page.text.count('class="error"') == 1
    assert f'<a href="#{name}-0">' in page.text
    assert "路灯" in page.text
    assert rows(open_site) == []


def test_a_report_of_coaching_is_about_one_of_the_units(
    resident: FlaskClient, open_site: Site, way: tuple[str, tuple[str, ...]]
) -> None:
    code, units = way
    page = resident.get(f"/q/{code}/told").text
    assert page.count("<option") == (len(units) + 1 if len(units) > 1 else 0)
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    done = resident.post(f"/q/{code}/told", data={"token": token, "unit": units[-1]})
    assert "举报已收到" in done.text
    with open_site.database.reading() as session:
        assert session.scalars(sa.select(CoachingReport)).one().unit.code == units[-1]


def test_a_used_code_opens_no_page_and_a_poster_does(
    resident: FlaskClient, open_site: Site, way: tuple[str, tuple[str, ...]]
) -> None:
    code, _units = way
    resident.post(f"/q/{code}", data=filled(resident, way))
    once = len(code) == 16
    assert resident.get(f"/q/{code}").status_code == (410 if once else 200)


def test_the_page_is_sent_without_its_templates_indents_and_with_a_persons_own(
    resident: FlaskClient, way: tuple[str, tuple[str, ...]]
) -> None:
    code, units = way
    page = resident.get(f"/q/{code}").text
    assert not [line for line in page.splitlines() if line[:1].isspace()]
    name = f"comment.{units[0]}" if len(units) > 1 else "comment"
    data = filled(resident, way) | {name: "一\n    二\n\n三", "sex": ""}
    assert "一\n    二\n\n三</textarea>" in resident.post(f"/q/{code}", data=data).text
