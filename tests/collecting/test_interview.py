"""The interviewer's page: a code or serial in, an answer or the outcome of the call out."""

import csv
import io
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.collecting.interviewing import note_attempt
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.progress import ChannelRow, read_progress
from survey.model import AuditEntry, ContactAttempt, Entrance, Response
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.collecting.factories import phone_codes
from tests.factories import CODE, FIELDWORK, in_fieldwork, open_anlan
from tests.officials import add_officials, signed_in, token
from tests.respond.factories import poster_code, sitting_codes

pytestmark = pytest.mark.second

HERE = f"/office/campaigns/{CODE}/interview"
SAID = {
    **{f"q_{item}": "4" for item in ("C1", "C2", "C3", "C4", "C5", "C6", "S1A", "S2A")},
    "age": "30-44",
    "sex": "female",
    "area": "990621001000",
    "residence": "urban",
}


@pytest.fixture
def standing(site: Site) -> Site:
    return replace(site, clock=in_fieldwork)


@pytest.fixture
def app(standing: Site) -> Flask:
    open_anlan(standing)
    add_officials(standing)
    return create_app(standing)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return signed_in(app, "review")


def post(client: FlaskClient, typed: str, do: str, **said: str) -> TestResponse:
    data = {"csrf_token": token(client.get(HERE)), "typed": typed, "do": do, **said}
    return client.post(HERE, data=data, follow_redirects=True)


def by_phone(site: Site) -> ChannelRow:
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        found = read_progress(session, campaign=campaign, units=campaign.units, at=FIELDWORK)
    return next(each for each in found.channels if each.channel == "phone")


def test_the_questionnaire_is_read_out_and_its_answer_enters(
    client: FlaskClient, standing: Site
) -> None:
    [code] = phone_codes(standing, 1)
    page = post(client, code, "find")
    assert page.status_code == 200
    assert "您好！我是" in page.text
    assert "此前联系过0次" in page.text
    again = post(client, code, "answer", **{**SAID, "q_C3": ""})
    assert again.status_code == 422
    assert "请选择一项" in again.text
    assert re.search(r'name="q_C1"\s+value="4"\s+checked', again.text)
    done = post(client, code, "answer", **SAID, comment="窗口排队太久")
    [receipt] = re.findall(r"答卷已计入，回执号 ([0-9A-Z ]+)，", done.text)
    assert client.get(f"/r/{receipt.replace(' ', '')}").status_code == 200
    with standing.database.reading() as session:
        [answer] = session.scalars(sa.select(Response)).all()
        [attempt] = session.scalars(sa.select(ContactAttempt)).all()
    assert (answer.channel, answer.duration_ms, answer.answers) == ("phone", None, "44444444")
    assert (attempt.disposition, attempt.attempted_by) == ("complete", "review")
    assert "评议码已经用过" in post(client, code, "find").text
    assert "评议码已经用过" in post(client, code, "refusal").text
    assert verify(standing) == []


def test_a_serial_of_the_list_is_as_good_as_its_code(client: FlaskClient, standing: Site) -> None:
    codes = phone_codes(standing, 3)
    with standing.database.reading() as session:
        batch = session.scalar(sa.select(sa.func.min(Entrance.id)))
    assert "已记录第1次联系：没有联系上" in post(client, f"{batch}-2", "no_contact").text
    assert "此前联系过1次" in post(client, codes[1], "find").text
    assert "此前联系过0次" in post(client, codes[0], "find").text
    for typed in (f"{batch}-4", f"{batch}-0", "999-1", "0123456789ABCDEF"):
        page = post(client, typed, "find")
        assert page.status_code == 422, typed
        assert "没有" in page.text


def test_the_list_of_codes_has_the_serials(app: Flask) -> None:
    admin = signed_in(app, "admin")
    page = f"/office/campaigns/{CODE}/invitations"
    data = {"csrf_token": token(admin.get(page)), "unit": "A01", "group": "G2", "count": "3"}
    answer = admin.post(page, data={**data, "channel": "phone", "file": "list", "words": "zh"})
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["序号"] for row in rows] == ["1", "2", "3"]
    found = post(admin, rows[2]["评议码"], "find")
    assert "此前联系过0次" in found.text


def test_attempts_are_counted_and_who_is_not_eligible_leaves_the_base(
    client: FlaskClient, standing: Site
) -> None:
    first, second, third, _fourth = phone_codes(standing, 4)
    for typed, outcome in (
        (first, "no_contact"),
        (first, "refusal"),
        (second, "not_eligible"),
        (third, "not_eligible"),
        (third, "other"),
    ):
        assert "已记录第" in post(client, typed, outcome).text
    row = by_phone(standing)
    assert (row.issued, row.not_eligible, row.rate) == (4, 1, 0.0)
    post(client, first, "answer", **SAID)
    row = by_phone(standing)
    assert (row.by_code, row.not_eligible, row.rate) == (1, 1, 1 / 3)
    page = client.get(f"/office/campaigns/{CODE}/progress").text
    assert "回收率（AAPOR RR1）" in page
    assert "不符合条件1" in page
    with standing.database.reading() as session:
        done = session.scalars(sa.select(AuditEntry.action)).all()
    assert done.count("interview.attempt") == 5
    assert done.count("answer.interview") == 1


def test_whoever_is_under_18_is_not_eligible(client: FlaskClient, standing: Site) -> None:
    [code] = phone_codes(standing, 1)
    page = post(client, code, "answer", **{**SAID, "age": "under18"})
    assert "不在参评对象之内" in page.text
    with standing.database.reading() as session:
        assert session.scalars(sa.select(ContactAttempt.disposition)).all() == ["not_eligible"]
        assert session.scalar(sa.select(sa.func.count(Response.id))) == 0


def test_what_cannot_be_called(client: FlaskClient, standing: Site) -> None:
    [several] = sitting_codes(standing)
    assert "请在网页上作答" in post(client, several, "find").text
    assert "没有这个评议码" in post(client, poster_code(standing), "find").text
    assert post(client, "", "find").status_code == 422
    assert post(client, several, "crown").status_code == 400


def test_attempts_are_counted_on_both_databases(each_site: Site) -> None:
    site = replace(each_site, clock=in_fieldwork)
    open_anlan(site)
    first, second = phone_codes(site, 2)

    def noted(typed: str, disposition: str) -> int:
        return note_attempt(
            site, campaign_code=CODE, typed=typed, disposition=disposition, by="clerk"
        )

    assert [noted(first, "no_contact"), noted(first, "not_eligible")] == [1, 2]
    assert noted(second, "refusal") == 1
    assert (by_phone(site).issued, by_phone(site).not_eligible) == (2, 1)
    with pytest.raises(sa.exc.IntegrityError), site.database.writing() as session:
        session.execute(sa.update(ContactAttempt).values(disposition="asleep"))
