"""Pages opened and handed in are counted without any mark of persons, and no page waits for it."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from survey.app import create_app
from survey.model import PageCounter, RefusalCounter
from survey.problems import Refused
from survey.site.installation import Site
from survey.site.waiting_counts import write_all
from tests.factories import in_fieldwork, open_anlan
from tests.officials import add_officials, signed_in
from tests.respond.factories import invitation_codes, poster_code, sitting_codes
from tests.respond.test_resident_page import ANSWERS, ITEMS
from tests.watching.factories import HERE

WECHAT = "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 MicroMessenger/8.0.50"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148 Safari/604.1"
DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36"


@pytest.fixture
def app(each_site: Site) -> Flask:
    open_anlan(each_site)
    return create_app(replace(each_site, clock=in_fieldwork))


@pytest.fixture
def resident(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def look(resident: FlaskClient, address: str, agent: str = PHONE, **headers: str) -> str:
    page = resident.get(address, headers={"User-Agent": agent, **headers})
    assert page.status_code == 200
    [token] = re.findall(r'name="response_id" value="([^"]+)"', page.text)
    return str(token)


def counted(site: Site) -> dict[str, int]:
    with site.database.reading() as session:
        return {row.kind: row.counted for row in session.scalars(sa.select(PageCounter))}


def visit(site: Site, resident: FlaskClient) -> None:
    """Open four pages in three devices; hand two in, one of them after two detours."""
    poster, [code] = f"/q/{poster_code(site)}", invitation_codes(site)
    token = look(resident, poster, WECHAT)
    filled = {**ANSWERS, "response_id": token}
    assert resident.post(poster, data={**filled, "do": "lang-en"}).status_code == 200
    assert resident.post(poster, data={**filled, "age": ""}).status_code == 422
    for _ in range(2):  # sent again it is the same one
        assert resident.post(poster, data=filled).status_code == 200
    look(resident, f"{poster}?lang=en&mode=elder", PHONE)
    look(resident, f"/q/{code}", DESKTOP)
    [sitting] = sitting_codes(site, units="A01,A02")
    token = look(resident, f"/q/{sitting}", WECHAT)
    both = {f"q_{item}.{unit}": "5" for unit in ("A01", "A02") for item in ITEMS}
    person = {name: ANSWERS[name] for name in ("age", "sex", "area", "residence")}
    sent = resident.post(f"/q/{sitting}", data={**person, **both, "response_id": token})
    assert sent.status_code == 200


def test_what_is_opened_shown_again_and_handed_in_is_counted_once_each(
    each_site: Site, app: Flask, resident: FlaskClient
) -> None:
    visit(each_site, resident)
    write_all(app.extensions["waiting_counts"])
    assert counted(each_site) == {
        "served.poster": 2,
        "served.invitation": 1,
        "served.sitting": 1,
        "returned.poster": 2,
        "finished.poster": 1,
        "finished.sitting": 1,
        "lang.zh": 3,
        "lang.en": 1,
        "mode.normal": 3,
        "mode.elder": 1,
        "device.wechat": 2,
        "device.phone": 1,
        "device.desktop": 1,
    }
    visit(each_site, resident)  # what is written later is added
    write_all(app.extensions["waiting_counts"])
    assert counted(each_site)["served.poster"] == 4


def test_nobody_looks_at_a_page_kept_for_later_nor_at_one_that_is_shut(
    each_site: Site, app: Flask, resident: FlaskClient
) -> None:
    poster = f"/q/{poster_code(each_site)}"
    look(resident, poster, Accept="*/*")  # as a service worker asks
    token = look(resident, poster)
    # Empty, its language switched: nobody has begun. By script it is corrected on the telephone.
    resident.post(poster, data={"response_id": token, "do": "lang-en", "lang": "zh"})
    by_script = {"Accept": "application/json"}
    wrong = {**ANSWERS, "age": "", "response_id": token}
    assert resident.post(poster, data=wrong, headers=by_script).status_code == 422
    assert resident.get("/q/00000000").status_code == 404
    write_all(app.extensions["waiting_counts"])
    found = counted(each_site)
    assert {kind for kind in found if kind.startswith(("served", "returned", "finished"))} == {
        "served.poster"
    }
    assert found["served.poster"] == 1


def test_no_page_writes_and_what_could_not_be_written_waits(
    each_site: Site, app: Flask, resident: FlaskClient
) -> None:
    poster = f"/q/{poster_code(each_site)}"
    writes: list[None] = []
    each_site.database.before_writing(lambda: writes.append(None))
    for _ in range(5):
        look(resident, poster)
    assert writes == []
    write_all(app.extensions["waiting_counts"])
    assert writes == [None]

    def forbid() -> None:
        raise Refused.of(zh="只读", en="read only")

    look(resident, poster)
    each_site.database.before_writing(forbid)
    write_all(app.extensions["waiting_counts"])
    each_site.database.before_writing(lambda: None)
    assert counted(each_site)["served.poster"] == 5
    write_all(app.extensions["waiting_counts"])
    assert counted(each_site)["served.poster"] == 6


def test_the_page_shows_steps_shares_and_days_and_says_what_it_cannot_see(
    each_site: Site, app: Flask, resident: FlaskClient
) -> None:
    add_officials(each_site)
    official = signed_in(app, "leader")
    assert "还没有人打开问卷" in official.get(f"{HERE}/funnel").text
    visit(each_site, resident)
    write_all(app.extensions["waiting_counts"])
    page = official.get(f"{HERE}/funnel")
    assert len(page.data) <= 60_000
    rows = {
        row[0]: row[1:]
        for row in (
            re.findall(r">\s*([^<>\s][^<>]*?)\s*</t[hd]>", row)
            for row in re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", page.text, re.DOTALL)
        )
    }
    assert rows["海报"] == ["2", "2", "1", "50%"]
    assert rows["一次性评议码，评几个单位"] == ["1", "0", "1", "100%"]
    assert rows["2026-12-05"] == ["4", "2", "2", "50%"]
    assert rows["微信"] == ["2", "50.0%"]
    assert rows["英文"] == rows["关怀模式"] == ["1", "25.0%"]
    assert "有多少人开始填写，看不到" in page.text
    assert "最后几秒的次数会丢失" in page.text
    official.get("/office/language/en")
    assert "How many people began cannot be seen" in official.get(f"{HERE}/funnel").text


def test_residents_read_what_is_counted(app: Flask, resident: FlaskClient) -> None:
    assert "只记次数，不记是谁" in resident.get("/privacy").text


def test_a_copy_asked_for_after_the_answer_is_no_attempt_at_a_used_code(
    each_site: Site, app: Flask, resident: FlaskClient
) -> None:
    [code] = invitation_codes(each_site, unit_code="A01")
    filled = {**ANSWERS, "response_id": look(resident, f"/q/{code}")}
    assert resident.post(f"/q/{code}", data=filled).status_code == 200
    assert resident.get(f"/q/{code}", headers={"Accept": "*/*"}).status_code == 410
    write_all(app.extensions["waiting_counts"])
    assert used_codes(each_site) == 0
    assert resident.get(f"/q/{code}", headers={"Accept": "text/html"}).status_code == 410
    write_all(app.extensions["waiting_counts"])
    assert used_codes(each_site) == 1


def used_codes(site: Site) -> int:
    counter = RefusalCounter
    query = sa.select(sa.func.sum(counter.refused)).where(counter.kind == "used_code")
    with site.database.reading() as session:
        return session.scalar(query) or 0
