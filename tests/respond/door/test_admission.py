"""Guessers work for each look-up; whoever shares their network gets in all the same."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import codes
from survey.app import create_app
from survey.model import Response
from survey.respond.door import guessing, proof_of_work
from survey.site.config import read_settings
from survey.site.installation import Site
from tests.factories import FIELDWORK, open_anlan
from tests.respond.factories import invitation_codes, poster_code, thanked
from tests.respond.test_resident_page import ANSWERS, Watch, token_in

CARRIER = "100.64.7.1"  # thousands of honest telephones share it


class Net:
    """Requests from one address."""

    def __init__(self, client: FlaskClient, address: str = CARRIER) -> None:
        self._client = client
        self._words: dict[str, Any] = {"environ_overrides": {"REMOTE_ADDR": address}}

    def get(self, path: str, **words: Any) -> TestResponse:
        return self._client.get(path, **self._words, **words)

    def post(self, path: str, **words: Any) -> TestResponse:
        return self._client.post(path, **self._words, **words)

    def guess(self, n: int) -> None:
        for _ in range(n):
            self.get(f"/q/{codes.checked_code(codes.PERSONAL_LENGTH)}")


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def open_site(site: Site, watch: Watch) -> Site:
    open_anlan(site)
    return replace(site, clock=watch)


@pytest.fixture
def client(open_site: Site) -> FlaskClient:
    return create_app(open_site).test_client(use_cookies=False)


def solved(page: TestResponse) -> str:
    found = re.search(r'id="work" value="([^"]+)"', page.text)
    assert found is not None
    for number in count():
        answer = f"{found[1]}:{number}"
        if int(hashlib.sha256(answer.encode()).hexdigest()[:8], 16) >> 32 - proof_of_work.BITS == 0:
            return answer
    raise AssertionError


def test_after_twenty_wrong_codes_a_look_up_must_be_worked_for(
    client: FlaskClient, open_site: Site
) -> None:
    valid, other = invitation_codes(open_site, 2, unit_code="A01")
    here, elsewhere = Net(client), Net(client, "203.0.113.9")
    held = here.get(f"/q/{valid}")  # somebody who has the page already
    here.guess(20)
    asked = here.get(f"/q/{other}")
    unknown = here.get(f"/q/{codes.checked_code(codes.PERSONAL_LENGTH)}")
    assert (asked.status_code, unknown.status_code) == (429, 429)
    without = re.compile(r"[0-9a-f]{16}\.[0-9a-f]+\.[0-9a-f]{32}")
    assert without.sub("", asked.text) == without.sub("", unknown.text)
    assert "'self'" in asked.headers["Content-Security-Policy"].split("script-src")[1]
    page = here.get(f"/q/{other}", query_string={"work": solved(asked)})
    assert page.status_code == 200
    for code, form in ((valid, held), (other, page)):
        data = ANSWERS | {"response_id": token_in(form)}
        assert thanked(here.post(f"/q/{code}", data=data))
    assert here.get(f"/q/{poster_code(open_site)}").status_code == 200
    assert elsewhere.get(f"/q/{invitation_codes(open_site)[0]}").status_code == 200


def test_a_post_is_no_way_round(client: FlaskClient, open_site: Site) -> None:
    [valid] = invitation_codes(open_site, unit_code="A01")
    here = Net(client)
    here.guess(20)
    for code in (valid, codes.checked_code(codes.PERSONAL_LENGTH)):
        assert here.post(f"/q/{code}", data=ANSWERS | {"response_id": "a.b.c"}).status_code == 429


def test_coaching_can_be_reported_from_a_network_of_guessers(
    client: FlaskClient, open_site: Site
) -> None:
    [valid] = invitation_codes(open_site, unit_code="A01")
    here = Net(client)
    here.guess(20)
    path = f"/q/{valid}/told"
    asked = here.get(path)
    assert asked.status_code == 429
    page = here.get(path, query_string={"work": solved(asked)})
    assert "有人让我照他说的选（举报）" in page.text
    token = page.text.split('name="token" value="')[1].split('"')[0]
    assert "举报已收到" in here.post(path, data={"token": token}).text


def test_without_script_waiting_is_enough_and_the_guessing_is_forgotten(
    client: FlaskClient, open_site: Site, watch: Watch
) -> None:
    [valid] = invitation_codes(open_site, unit_code="A01")
    here = Net(client)
    here.guess(25)
    waiting = solved(here.get(f"/q/{valid}")).partition(":")[0]
    assert here.get(f"/q/{valid}", query_string={"work": waiting}).status_code == 429
    watch.wait(seconds=15)
    assert here.get(f"/q/{valid}", query_string={"work": waiting}).status_code == 200
    watch.wait(minutes=11)
    assert here.get(f"/q/{valid}").status_code == 200


def test_work_is_good_for_one_code_one_network_and_ten_minutes() -> None:
    told = {"key": b"k", "code": "A" * 16, "network": "n"}
    given = proof_of_work.challenge(at=FIELDWORK, **told)
    late = FIELDWORK + timedelta(seconds=20)
    assert proof_of_work.done(given, at=late, **told)
    assert not proof_of_work.done(given, at=FIELDWORK + timedelta(minutes=11), **told)
    assert not proof_of_work.done(given, at=FIELDWORK - timedelta(minutes=1), **told)
    for changed in ({"code": "B" * 16}, {"network": "m"}, {"key": b"l"}):
        assert not proof_of_work.done(given, at=late, **told | changed)
    for forged in ("", ":", "a.b.c", "é.1.2", given[:-1], "0" + given[1:] + "0"):
        assert not proof_of_work.done(forged, at=late, **told)


def test_networks_are_counted_together_and_the_whole_too() -> None:
    assert guessing.network_of("203.0.113.9") == guessing.network_of("203.0.113.200")
    assert guessing.network_of("2001:db8:1:2::1") == guessing.network_of("2001:db8:1:3::9")
    assert guessing.network_of(None) == guessing.network_of("nonsense")
    seen = guessing.Guesses()
    for number in range(400):
        assert not seen.suspicious("anywhere", FIELDWORK)
        seen.wrong(f"10.0.{number}.0/24", FIELDWORK)
    assert seen.suspicious("anywhere", FIELDWORK)
    assert not seen.suspicious("anywhere", FIELDWORK + timedelta(minutes=10))


def test_a_flood_of_networks_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "_MOST_NETWORKS", 50)
    seen = guessing.Guesses()
    for number in range(500):
        seen.wrong(str(number), FIELDWORK)
        assert len(seen._times) < 60
    assert seen.suspicious("anywhere", FIELDWORK)


@pytest.mark.parametrize(("proxies", "believed"), [("0", False), ("1", True), ("2", False)])
def test_a_forwarded_address_is_believed_only_from_the_trusted_hop(
    open_site: Site, proxies: str, believed: bool
) -> None:
    settings = read_settings(
        {"SURVEY_HOME": str(open_site.settings.home), "SURVEY_TRUSTED_PROXIES": proxies}
    )
    client = create_app(replace(open_site, settings=settings)).test_client(use_cookies=False)
    code = poster_code(open_site)
    for forged in ("198.51.100.1", "198.51.100.2", "junk", "6.6.6.6, 198.51.100.1"):
        here = Net(client)
        token = token_in(here.get(f"/q/{code}"))
        sent = here.post(
            f"/q/{code}",
            data=ANSWERS | {"response_id": token},
            headers={"X-Forwarded-For": forged},
        )
        assert thanked(sent)
    with open_site.database.reading() as session:
        marks = session.scalars(sa.select(Response.network_mark).order_by(Response.id)).all()
    if believed:  # by the last hop alone: what stands before it anybody may have written
        assert marks[0] != marks[1]
        assert marks[2] is None
        assert marks[3] == marks[0]
    else:
        assert len(set(marks[:3])) == 1
