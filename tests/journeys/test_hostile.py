"""Ten thousand scripted requests against one campaign, with honest neighbours among them."""

import secrets
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from survey import codes
from survey.app import create_app
from survey.appraisal.run import score_campaign
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.model import Response, Verdict
from survey.respond.door import source_marks
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, in_fieldwork, open_anlan
from tests.officials import add_officials, sign_in
from tests.respond.door.test_admission import solved
from tests.respond.factories import hand_in, invitation_codes, opened, poster_code, thanked
from tests.respond.test_resident_page import ANSWERS, token_in

pytestmark = pytest.mark.slow

CARRIER = [f"100.64.{n}.{m}" for n in range(4) for m in range(1, 11)]
N_OPEN, N_INVITED = 60, 40
JSON = {"Accept": "application/json"}


class Attack:
    """Scripts on the carrier's addresses, each request from the next one, with forged headers."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client(use_cookies=False)
        self._addresses = cycle(CARRIER)
        self.answers: Counter[int] = Counter()

    def send(self, method: str, path: str, **words: Any) -> None:
        forged = {"X-Forwarded-For": f"10.9.{secrets.randbelow(256)}.1", "X-Real-IP": "127.0.0.1"}
        answer = self._client.open(
            path,
            method=method,
            headers=JSON | forged,
            environ_overrides={"REMOTE_ADDR": next(self._addresses)},
            **words,
        )
        self.answers[answer.status_code] += 1


@pytest.fixture
def under_attack(site: Site) -> Site:
    open_anlan(site)
    add_officials(site)
    return replace(site, clock=in_fieldwork)


def flood_the_poster(site: Site, code: str, n: int) -> None:
    """Store scripted answers of an open poster, by the intake itself for speed."""
    key = site.campaign_key(CODE)
    addresses = cycle(CARRIER)
    with site.database.writing() as session:
        entrance = opened(session, site, code)
        for number in range(n):
            hand_in(
                session,
                entrance,
                answers="5" * 8,
                device_mark=b"bot%05d" % number,
                network_mark=source_marks.network_mark(key, next(addresses)),
                receipt=number.to_bytes(10, "big"),
                at=FIELDWORK + timedelta(seconds=number),
            )


def answer_honestly(site: Site, code: str, invitations: list[str]) -> None:
    """Let people behind the same carrier answer, over days, each as he thinks."""
    key = site.campaign_key(CODE)
    addresses = cycle(CARRIER)
    with site.database.writing() as session:
        for number, entrance_code in enumerate([code] * N_OPEN + invitations):
            hand_in(
                session,
                opened(session, site, entrance_code),
                answers="".join(str(1 + (number * 7 + item * item) % 5) for item in range(8)),
                device_mark=b"man%05d" % number,
                network_mark=source_marks.network_mark(key, next(addresses)),
                receipt=b"honest%04d" % number,
                at=FIELDWORK + timedelta(hours=number),
            )


def test_ten_thousand_hostile_requests(under_attack: Site) -> None:
    site = under_attack
    app = create_app(site)
    poster, used, valid = poster_code(site), *invitation_codes(site, 2, unit_code="A01")
    visitor = app.test_client(use_cookies=False)
    honest = {"environ_overrides": {"REMOTE_ADDR": CARRIER[0]}}
    form = ANSWERS | {"response_id": token_in(visitor.get(f"/q/{used}", **honest))}
    assert thanked(visitor.post(f"/q/{used}", data=form, **honest))
    replayed = ANSWERS | {"response_id": token_in(visitor.get(f"/q/{poster}"))}
    stale = ANSWERS | {"response_id": token_in(visitor.get(f"/q/{poster_code(site, 'A02')}"))}

    flood_the_poster(site, poster, 5000)
    attack = Attack(app)
    for _ in range(1500):
        attack.send("GET", f"/q/{codes.checked_code(codes.PERSONAL_LENGTH)}")
    for _ in range(500):
        attack.send("POST", f"/q/{codes.checked_code(codes.PERSONAL_LENGTH)}", data=form)
    for _ in range(1500):
        attack.send("POST", f"/q/{poster}", data=replayed)
    for _ in range(1000):
        attack.send("POST", f"/q/{poster}", data=stale)
    for _ in range(500):
        attack.send("POST", f"/q/{used}", data=form | {"response_id": "f.0.rged"})
    assert attack.answers.total() + 5000 == 10_000
    assert set(attack.answers) <= {200, 404, 422, 429}

    with site.database.reading() as session:
        by_channel = dict(
            session.execute(
                sa.select(Response.channel, sa.func.count()).group_by(Response.channel)
            ).all()
        )
    assert by_channel == {"qr_open": 5001, "token_sms": 1}  # the replays are one answer

    asked = visitor.get(f"/q/{valid}", **honest)  # an honest neighbour on the same address
    assert asked.status_code == 429
    page = visitor.get(f"/q/{valid}", query_string={"work": solved(asked)}, **honest)
    own = ANSWERS | {"response_id": token_in(page)}
    assert thanked(visitor.post(f"/q/{valid}", data=own, **honest))
    scanned = visitor.get(f"/q/{poster}", **honest)
    assert scanned.status_code == 200
    own = ANSWERS | {"response_id": token_in(scanned)}
    assert thanked(visitor.post(f"/q/{poster}", data=own, **honest))
    the_office_sees_it(app)
    answer_honestly(site, poster, invitation_codes(site, N_INVITED, unit_code="A01"))
    the_flood_counts_for_nothing_and_the_neighbours_count(site, app)


def the_flood_counts_for_nothing_and_the_neighbours_count(site: Site, app: Flask) -> None:
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
    score_campaign(replace(site, clock=in_fieldwork), campaign_code=CODE, by="tests")
    with site.database.reading() as session:
        judged = session.execute(
            sa.select(Response.receipt, Verdict.verdict, Verdict.rules).outerjoin(
                Verdict, Verdict.response_id == Response.id
            )
        ).all()
    bots = Counter(verdict for receipt, verdict, _ in judged if receipt < b"\x01")
    assert bots == {"quarantine": 5000}
    honest = [row for row in judged if row.receipt.startswith(b"honest")]
    assert len(honest) == N_OPEN + N_INVITED
    assert [row for row in honest if row.verdict in {"quarantine", "exclude"}] == []
    page = sign_in_as_admin(app).get(f"/office/campaigns/{CODE}/scores").text
    assert "待复核" in page
    assert "5,000" in page


def sign_in_as_admin(app: Flask) -> FlaskClient:
    official: FlaskClient = app.test_client()
    sign_in(official, "admin")
    return official


def the_office_sees_it(app: Flask) -> None:
    app.extensions["respond"].refusals.waiting.write()
    page = sign_in_as_admin(app).get(f"/office/campaigns/{CODE}/progress").text
    assert "拦截情况" in page
    assert "不存在的评议码" in page
    assert "伪造或过期的页面" in page
    assert "1,000" in page.split("伪造或过期的页面")[1][:120]
