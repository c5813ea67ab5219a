"""Every office page of the fieldwork, for every role, own and foreign."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from survey.fieldwork.campaigns import find_campaign
from survey.model import Entrance
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, poster
from tests.officials import OFFICIALS, approved, office, signed_in, token
from tests.respond.factories import hand_in, opened, poster_code

HERE = f"/office/campaigns/{CODE}"
ROLES = list(OFFICIALS)

GETS = {
    "/office/": dict.fromkeys(ROLES, 200),
    HERE: dict.fromkeys(ROLES, 200),
    f"{HERE}/progress": {**dict.fromkeys(ROLES, 200), "inspector": 403},
    f"{HERE}/progress/A01": {**dict.fromkeys(ROLES, 200), "inspector": 403},
    f"{HERE}/progress/A02": {**dict.fromkeys(ROLES, 200), "inspector": 403, "liaison": 404},
    f"{HERE}/progress/B01": {
        **dict.fromkeys(ROLES, 200),
        "inspector": 403,
        "liaison": 404,
        "groupa": 404,
    },
    f"{HERE}/progress/Z99": {**dict.fromkeys(ROLES, 404), "inspector": 403},
    f"{HERE}/posters": {**dict.fromkeys(ROLES, 200), "liaison": 403, "groupa": 403},
    f"{HERE}/posters.pdf?unit=A01": {**dict.fromkeys(ROLES, 200), "liaison": 403, "groupa": 403},
    f"{HERE}/posters.pdf?unit=Z99": {**dict.fromkeys(ROLES, 404), "liaison": 403, "groupa": 403},
    f"{HERE}/posters.pdf?size=a9": {**dict.fromkeys(ROLES, 404), "liaison": 403, "groupa": 403},
    f"{HERE}/posters/1/withdraw": {**dict.fromkeys(ROLES, 403), "admin": 200},
    f"{HERE}/posters/999/withdraw": {**dict.fromkeys(ROLES, 403), "admin": 404},
    f"{HERE}/open": {**dict.fromkeys(ROLES, 403), "admin": 200},
    f"{HERE}/close": {**dict.fromkeys(ROLES, 403), "admin": 200},
    "/office/campaigns/NOPE": dict.fromkeys(ROLES, 404),
    "/office/campaigns/NOPE/progress": {**dict.fromkeys(ROLES, 404), "inspector": 403},
}
POSTS = [
    f"{HERE}/open",
    f"{HERE}/close",
    f"{HERE}/posters",
    f"{HERE}/posters/default",
    f"{HERE}/posters/1/withdraw",
    f"{HERE}/posters/1/reissue",
    f"{HERE}/posters/1/move",
]


@pytest.fixture
def app(site: Site) -> Flask:
    made = office(site)
    with site.database.writing() as session:
        poster(session)
    return made


@pytest.mark.parametrize("username", ROLES)
def test_every_page_for_every_role_own_and_foreign(app: Flask, username: str) -> None:
    client = signed_in(app, username)
    found = {path: client.get(path).status_code for path in GETS}
    assert found == {path: expected[username] for path, expected in GETS.items()}


def test_asking_for_a_foreign_unit_is_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    client = signed_in(app, "liaison")
    assert client.get(f"{HERE}/progress/Z99").status_code == 404
    assert caplog.messages == []
    assert client.get(f"{HERE}/progress/B01").status_code == 404
    assert caplog.messages == ["liaison asked for the foreign unit B01"]


def test_a_stranger_sees_no_page(app: Flask) -> None:
    client = app.test_client()
    for path in GETS:
        sent = client.get(path)
        assert sent.status_code == 302
        assert sent.location.startswith("/office/sign-in")


@pytest.mark.parametrize("username", [name for name in ROLES if name != "admin"])
def test_only_the_administrator_changes_anything(app: Flask, username: str) -> None:
    client = signed_in(app, username)
    stamp = token(client.get("/office/"))
    codes = {path: client.post(path, data={"csrf_token": stamp}).status_code for path in POSTS}
    assert codes == dict.fromkeys(POSTS, 403)


def test_nothing_changes_without_the_pages_own_token(app: Flask) -> None:
    client = signed_in(app, "admin")
    assert [client.post(path).status_code for path in POSTS] == [400] * len(POSTS)


def test_every_page_carries_the_headers_and_asks_no_other_host(app: Flask) -> None:
    client = signed_in(app, "admin")
    for path in (path for path, expected in GETS.items() if expected["admin"] == 200):
        page = client.get(path)
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        if page.mimetype == "text/html":
            assert not re.search(r'(src|href|action)="(https?:)?//', page.text), path
            assert " style=" not in page.text
            assert len(page.data) <= 60_000
        if path.startswith(HERE) and page.mimetype == "text/html":
            assert "演示数据" in page.text


def answers_from(site: Site, networks: int, n: int, at: datetime) -> None:
    code = poster_code(site)
    with site.database.writing() as session:
        entrance = opened(session, site, code, at=FIELDWORK)
        for number in range(n):
            receipt = f"{at:%d}-{number:07}".encode()
            mark = b"network%d" % (number % networks)
            device = receipt[-8:]
            hand_in(
                session, entrance, receipt=receipt, network_mark=mark, device_mark=device, at=at
            )


def test_a_unit_sees_counts_of_yesterday_by_fives_and_the_office_sources(
    app: Flask, site: Site
) -> None:
    answers_from(site, 3, 23, FIELDWORK - timedelta(days=1))
    answers_from(site, 3, 4, FIELDWORK)
    pages = {
        name: [
            signed_in(app, name).get(f"{HERE}{path}").text
            for path in ("/progress", "/progress/A01")
        ]
        for name in ("admin", "liaison")
    }
    for page in pages["liaison"]:
        assert "截至 2026-12-05 00:00" in page
        assert re.search(r">\s*25\s*<", page)
        assert not re.search(r">\s*(23|27|4)\s*<", page)
        assert "少于10" in page
        assert "有效来源" not in page
    for page in pages["admin"]:
        assert re.search(r">\s*27\b", page)
        assert "有效来源 3" in page


def rows(client: FlaskClient, query: str = "", **headers: str) -> list[str]:
    page = client.get(f"{HERE}/progress?{query}", headers=headers)
    assert page.status_code == 200
    return re.findall(rf"{HERE}/progress/(\w+)", page.text)


def test_scope_narrows_the_rows_of_progress(app: Flask) -> None:
    seen = {name: rows(signed_in(app, name)) for name in ("admin", "groupa", "liaison")}
    assert len(seen["admin"]) == 26
    assert seen["groupa"] == [f"A{number:02}" for number in range(1, 13)]
    assert seen["liaison"] == ["A01"]


def test_filters_and_order_work_without_script(app: Flask) -> None:
    client = signed_in(app, "admin")
    assert rows(client, "class=C") == ["C01", "C02", "C03", "C04", "C05"]
    assert rows(client, "q=白河") == ["A04"]
    assert rows(client, "sort=class&dir=desc")[0] == "C01"
    assert rows(client, "q=nothing") == []
    assert "没有符合条件的单位" in client.get(f"{HERE}/progress?q=nothing").text
    assert rows(client, "class=Z&sort=valid&dir=up&group=G9&channel=x&behind=7") == rows(client)
    page = client.get(f"{HERE}/progress?sort=class&dir=desc").text
    assert 'aria-sort="descending"' in page
    assert "显示 26 个单位" in page


def test_a_fragment_says_it_is_one(app: Flask) -> None:
    client = signed_in(app, "admin")
    page = client.get(f"{HERE}/progress?class=C", headers={"X-Partial": "1"})
    assert "<html" not in page.text
    assert page.headers["X-Partial"] == "1"
    assert "X-Partial" in page.headers["Vary"]
    assert rows(client, "class=C", **{"X-Partial": "1"}) == rows(client, "class=C")
    whole = client.get(f"{HERE}/progress")
    assert "X-Partial" not in whole.headers
    assert "X-Partial" in whole.headers["Vary"]


def test_text_from_the_address_stays_text(app: Flask) -> None:
    page = signed_in(app, "admin").get(f"{HERE}/progress?q=%22%3E%3Cscript%3E")
    assert "<script>" not in page.text.replace("<script src", "")


def test_the_office_registers_lists_prints_and_withdraws_a_poster(app: Flask) -> None:
    client = signed_in(app, "admin")
    page = client.get(f"{HERE}/posters")
    data = {"csrf_token": token(page), "unit": "B02", "group": "G2", "place": "社保大厅"}
    assert client.post(f"{HERE}/posters", data=data).status_code == 302
    assert "社保大厅" in client.get(f"{HERE}/posters").text
    pdf = client.get(f"{HERE}/posters.pdf?unit=B02&size=sticker")
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF")
    assert f'{CODE}-B02-sticker.pdf"' in pdf.headers["Content-Disposition"]
    withdraw = f"{HERE}/posters/2/withdraw"
    sent = {"csrf_token": token(client.get(withdraw)), "reason": "被覆盖"}
    asked = client.post(withdraw, data=sent)
    assert "已停用" not in client.get(f"{HERE}/posters").text
    assert approved(signed_in(app, "review"), asked).status_code == 302
    assert "已停用" in client.get(f"{HERE}/posters").text
    none_left = client.get(f"{HERE}/posters.pdf?unit=B02")
    assert none_left.status_code == 422
    assert "没有可打印的海报" in none_left.text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"group": "G1", "unit": "C01"}, "不由“G1”评议"),
        ({"place": "厅" * 61}, "不超过60个字"),
        ({"place": "一楼\u202e大厅"}, "U+202E"),
        ({"place": "一楼𪨷大厅"}, "字体没有这些字"),
        ({"unit": "Z99"}, 'aria-invalid="true"'),
    ],
)
def test_an_unfit_poster_is_refused_in_words(
    app: Flask, changed: dict[str, str], words: str
) -> None:
    client = signed_in(app, "admin")
    stamp = token(client.get(f"{HERE}/posters"))
    data = {"csrf_token": stamp, "unit": "A01", "group": "G1", "place": "", **changed}
    page = client.post(f"{HERE}/posters", data=data)
    assert page.status_code == 422
    assert words in page.text


def test_a_form_sent_twice_registers_one_poster(app: Flask, site: Site) -> None:
    client = signed_in(app, "admin")
    stamp = token(client.get(f"{HERE}/posters"))
    data = {"csrf_token": stamp, "unit": "A01", "group": "G1", "place": "便民服务中心 大厅"}
    sent = [client.post(f"{HERE}/posters", data=data) for _ in range(2)]
    assert [page.status_code for page in sent] == [302, 302]
    assert "没有重复登记" in client.get(f"{HERE}/posters").text
    with site.database.reading() as session:
        places = session.scalars(sa.select(Entrance.place)).all()
    assert places.count("便民服务中心 大厅") == 1


def test_one_button_gives_every_unit_a_poster(app: Flask, site: Site) -> None:
    client = signed_in(app, "admin")
    stamp = token(client.get(f"{HERE}/posters"))
    client.post(f"{HERE}/posters/default", data={"csrf_token": stamp})
    with site.database.reading() as session:
        assert session.query(Entrance).count() == 26
    assert "26 张在用" in client.get(f"{HERE}/posters").text


def test_closing_takes_a_confirmation_and_cannot_be_done_twice(app: Flask, site: Site) -> None:
    client = signed_in(app, "admin")
    asked = client.get(f"{HERE}/close")
    assert "不能重新开启" in asked.text
    with site.database.reading() as session:
        assert find_campaign(session, CODE).state == "open"
    data = {"csrf_token": token(asked)}
    assert client.post(f"{HERE}/close", data=data).status_code == 422  # early, and no reason
    early = client.post(f"{HERE}/close", data=data | {"reason": "汛情"})
    with site.database.reading() as session:
        assert find_campaign(session, CODE).state == "open"
    assert approved(signed_in(app, "review"), early).status_code == 302
    with site.database.reading() as session:
        assert find_campaign(session, CODE).state == "closed"
    again = client.post(f"{HERE}/close", data=data)
    assert again.status_code == 422
    assert "请改正以下几处" in again.text


def test_opening_twice_is_refused_in_words(app: Flask) -> None:
    client = signed_in(app, "admin")
    stamp = token(client.get(f"{HERE}/open"))
    page = client.post(f"{HERE}/open", data={"csrf_token": stamp})
    assert page.status_code == 422
    assert "请改正以下几处" in page.text
