"""The layer before the framework answers as the framework does, and knows when not to."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from survey.app import create_app
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.model import Campaign, Response
from survey.respond.quick import batches, receipts
from survey.site.installation import Site
from tests.factories import CODE, LOCAL_ITEMS, in_fieldwork, open_anlan
from tests.respond.factories import invitation_codes, poster_code, sitting_codes
from tests.respond.test_resident_page import ANSWERS, token_in
from tests.respond.test_sitting import PERSON, rating

TOKEN = re.compile(r"[\w-]{16}\.[0-9a-f]{11}\.[\w-]{22}")
PAGE = {"Accept": "text/html", "Accept-Encoding": "identity"}
SCRIPT = {"Accept": "application/json"}
RECEIPT = {"Accept": "*/*", "X-Partial": "1"}
VISITED = {"l_VISITED": "yes", "l_TIMES": "3", "l_WAYS": "window", "l_MATTER": "办证"}


class Door:
    """The application by its front, and by the framework alone; counts what went on to that."""

    def __init__(self, app: Flask) -> None:
        self.passed = 0
        quick, framework = app.extensions["quick"], app.extensions["quick"]._framework

        def counting(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            self.passed += 1
            return framework(environ, start_response)

        quick._framework = counting
        self.front = app.test_client(use_cookies=False)
        self.framework = Client(framework, use_cookies=False)
        self.app = app

    def quickly(self, ask: Any) -> TestResponse:
        """Return an answer that the framework was not asked for, after one that it was."""
        ask(self.front)
        before = self.passed
        answer: TestResponse = ask(self.front)
        assert self.passed == before, "the framework was asked"
        return answer


def started(site: Site, **words: Any) -> Door:
    open_anlan(site, **words)
    return Door(create_app(replace(site, clock=in_fieldwork)))


@pytest.fixture
def door(site: Site) -> Door:
    return started(site)


def same(one: TestResponse, other: TestResponse) -> None:
    assert one.status == other.status
    assert sorted(one.headers) == sorted(other.headers)
    assert TOKEN.sub("", one.text) == TOKEN.sub("", other.text)


def filled(client: FlaskClient, code: str, **changed: Any) -> dict[str, Any]:
    return ANSWERS | {"response_id": token_in(client.get(f"/q/{code}", headers=PAGE))} | changed


def post(client: Any, code: str, data: dict[str, Any], headers: Any = SCRIPT) -> TestResponse:
    answer: TestResponse = client.post(f"/q/{code}", data=data, headers=headers)
    return answer


def stored(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Response)) or 0


@pytest.mark.parametrize("query", ["", "?lang=en", "?lang=zh&mode=elder", "?mode=normal"])
@pytest.mark.parametrize("encoding", ["identity", "gzip, br"])
def test_a_page_is_the_frameworks_page(site: Site, door: Door, query: str, encoding: str) -> None:
    address, headers = f"/q/{poster_code(site)}{query}", PAGE | {"Accept-Encoding": encoding}
    quick = door.quickly(lambda client: client.get(address, headers=headers))
    slow = door.framework.get(address, headers=headers)
    if encoding == "identity":
        same(quick, slow)
    assert sorted(quick.headers) == sorted(slow.headers)
    assert ("Content-Encoding" in quick.headers) is (encoding != "identity")


def test_an_answer_taken_quickly_is_stored_and_told_as_the_framework_tells_it(
    site: Site, door: Door
) -> None:
    code = poster_code(site)
    post(door.front, code, filled(door.front, code))
    data = filled(door.front, code, q_C2="1", reasons=["R2", "R1"], comment="路灯\r\n不亮")
    before = door.passed
    quick = post(door.front, code, data)
    assert door.passed == before
    assert stored(site) == 2
    slow = post(door.framework, code, data)  # the same form again: the same receipt
    same(quick, slow)
    assert stored(site) == 2


def test_an_invitation_is_taken_once(site: Site, door: Door) -> None:
    first, second = invitation_codes(site, 2, "A01")
    post(door.front, first, filled(door.front, first))
    data = filled(door.front, second)
    before = door.passed
    assert post(door.front, second, data).status_code == 200
    assert door.passed == before
    again = data | {"response_id": token_in(door.front.get(f"/q/{poster_code(site)}"))}
    assert post(door.front, second, again).status_code != 200
    assert door.front.get(f"/q/{second}").status_code == 410
    assert stored(site) == 2


def test_a_sitting_is_taken_whole(site: Site, door: Door) -> None:
    for number, code in enumerate(sitting_codes(site, 2)):
        token = token_in(door.front.get(f"/q/{code}", headers=PAGE))
        data = PERSON | rating("A01", "A02") | {"response_id": token, "lang": "zh"}
        before = door.passed
        assert post(door.front, code, data | {"mode": "normal"}).status_code == 200
        assert (door.passed == before) is (number > 0)
    assert stored(site) == 4


def test_unscored_items_are_taken_too(site: Site) -> None:
    door = started(site, local_items=LOCAL_ITEMS)
    code = poster_code(site)
    post(door.front, code, filled(door.front, code, **VISITED))
    data, before = filled(door.front, code, **VISITED), door.passed
    assert post(door.front, code, data).status_code == 200
    assert door.passed == before
    assert stored(site) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"age": "under18"},
        {"q_C1": ""},
        {"q_C1": "9"},
        {"q_NONE": "4"},
        {"comment": "长" * 3000},
        {"response_id": "forged"},
        {"do": "lang-en"},
        {"lang": "fr"},
    ],
)
def test_what_is_not_plainly_fine_is_the_frameworks(
    site: Site, door: Door, changed: dict[str, str]
) -> None:
    code = poster_code(site)
    post(door.front, code, filled(door.front, code))
    data, before = filled(door.front, code) | changed, door.passed
    quick = post(door.front, code, data)
    assert door.passed == before + 1
    same(quick, post(door.framework, code, data))


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("?take=no", {}),
        ("?told=1", {}),
        ("?work=1", {}),
        ("?lang=fr", {}),
        ("?lang=en&lang=zh", {}),
        ("", {"Cookie": "session=x"}),
        ("", {"Host": "evil.example"}),
    ],
)
def test_an_unusual_request_is_the_frameworks(
    site: Site, door: Door, query: str, headers: dict[str, str]
) -> None:
    address = f"/q/{poster_code(site)}{query}"
    door.front.get(address.partition("?")[0], headers=PAGE)
    before = door.passed
    quick = door.front.get(address, headers=PAGE | headers)
    assert door.passed == before + 1
    same(quick, door.framework.get(address, headers=PAGE | headers))


def test_a_closed_campaign_is_closed_here_too(site: Site, door: Door) -> None:
    code = poster_code(site)
    post(door.front, code, filled(door.front, code))
    data = filled(door.front, code)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
    assert post(door.front, code, data).status_code == 410
    assert stored(site) == 1


@pytest.mark.parametrize("headers", [SCRIPT, {"Accept": "text/html"}])
def test_one_too_many_is_told_to_come_again_and_keeps_the_answer(
    site: Site, door: Door, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    code = poster_code(site)
    post(door.front, code, filled(door.front, code))
    data = filled(door.front, code, comment="路灯不亮")
    monkeypatch.setattr(batches, "MOST_WAITING", 0)
    crowded = post(door.front, code, data, headers)
    assert (crowded.status_code, crowded.headers["Retry-After"]) == (503, "5")
    assert headers == SCRIPT or ("路灯不亮" in crowded.text and data["response_id"] in crowded.text)
    assert stored(site) == 1
    monkeypatch.undo()
    assert post(door.front, code, data).status_code == 200
    assert stored(site) == 2


def told(client: Any, receipt: str, headers: Any = RECEIPT, **changed: str) -> TestResponse:
    form = {"code": receipt, "ticket": "", "new": "1", "lang": "zh", "mode": "normal"} | changed
    answer: TestResponse = client.post("/r", data=form, headers=headers)
    return answer


def answered(door: Door, code: str, **changed: Any) -> str:
    """Return the number that a page's script sends on after an answer."""
    taken = post(door.front, code, filled(door.front, code, **changed))
    found = re.search(r"#(\w{16})", taken.get_json()["next"])
    assert found is not None
    return found[1]


@pytest.mark.parametrize("query", ["", "?lang=en&mode=normal", "?lang=zh&mode=elder"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_the_page_that_asks_for_a_receipt_is_the_frameworks(
    site: Site, door: Door, query: str, encoding: str
) -> None:
    headers = PAGE | {"Accept-Encoding": encoding}
    door.front.get(f"/q/{poster_code(site)}")
    quick = door.quickly(lambda client: client.get(f"/r{query}", headers=headers))
    slow = door.framework.get(f"/r{query}", headers=headers)
    assert (quick.status, quick.data) == (slow.status, slow.data)
    assert sorted(quick.headers) == sorted(slow.headers)


@pytest.mark.parametrize("look", [("zh", "normal"), ("en", "elder")])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_the_thanks_for_an_answer_are_the_frameworks(
    site: Site, door: Door, look: tuple[str, str], encoding: str
) -> None:
    code = poster_code(site)
    words = {"headers": RECEIPT | {"Accept-Encoding": encoding}, "lang": look[0], "mode": look[1]}
    answered(door, code)
    told(door.front, answered(door, code), **words)
    receipt = answered(door, code)
    before = door.passed
    quick = told(door.front, receipt, **words)
    assert door.passed == before
    slow = told(door.framework, receipt, **words)
    assert (quick.status, quick.data) == (slow.status, slow.data)
    assert sorted(quick.headers) == sorted(slow.headers)


def test_more_than_thanks_is_the_frameworks_to_tell(site: Site, door: Door) -> None:
    code = poster_code(site)
    answered(door, code)
    plain, commented = answered(door, code), answered(door, code, comment="路灯不亮")
    told(door.front, plain)
    unknown = "0" * 16
    for receipt, changed in (
        (commented, {}),
        (unknown, {}),
        (plain, {"new": ""}),
        (plain, {"ticket": "0" * 12}),
        (plain, {"lang": "de"}),
        (plain, {"case": "1"}),
        (plain.lower(), {}),
    ):
        before = door.passed
        quick = told(door.front, receipt, **changed)
        assert door.passed == before + 1, (receipt, changed)
        same(quick, told(door.framework, receipt, **changed))
    assert told(door.front, unknown).status_code == 404
    before = door.passed
    told(door.front, plain, headers=RECEIPT | {"Cookie": "session=1"})
    told(door.front, plain, headers={"Accept": "*/*"})  # the whole page, not its middle
    assert door.passed == before + 2


def test_what_was_said_before_is_said_for_two_seconds_only(
    site: Site, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = poster_code(site)
    answered(door, code)
    first, second = answered(door, code), answered(door, code)
    told(door.front, first)
    with site.database.writing() as session:
        notices = session.scalars(sa.select(Campaign.notices)).one()
        thanks = notices | {"thanks": {"zh": "谢谢乡亲", "en": "Thank you all"}}
        session.execute(sa.update(Campaign).values(notices=thanks))
    assert "谢谢乡亲" not in told(door.front, second).text
    monkeypatch.setattr(receipts, "_FRESH_SECONDS", -1.0)
    assert "谢谢乡亲" in told(door.front, second).text
