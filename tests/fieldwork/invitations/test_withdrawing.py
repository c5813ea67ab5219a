"""A batch of codes that is withdrawn: by two persons, on record, and out of every base."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from time import time as now

import numpy as np
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey.app import create_app
from survey.appraisal.anonymity.anonymising import let_go
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import invitation_hash
from survey.fieldwork.invitations.answered import answered_batches
from survey.fieldwork.invitations.batches import batches_of, codes_issued
from survey.fieldwork.progress import read_progress
from survey.model import AuditEntry, CodeBatch, Entrance, Response
from survey.problems import Refused
from survey.respond.intake import Outcome
from survey.site.installation import Site
from survey.stats.arrays import IndexArray
from survey.verification import whole
from tests.factories import CODE, FIELDWORK, in_fieldwork, open_anlan, standing_at
from tests.officials import add_officials, approved, office, signed_in, token
from tests.respond.factories import (
    RECEIPT,
    hand_in,
    invitation_codes,
    opened,
    poster_code,
    sitting_codes,
    thanked,
)
from tests.respond.test_resident_page import ANSWERS, token_in

HERE = f"/office/campaigns/{CODE}"


@pytest.fixture
def app(site: Site) -> Flask:
    web = office(site)
    site.campaign_key(
        CODE
    )  # after: the state is copied, and each installation has a key of its own
    return web


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, list(words))


def first_code(session: Session, unit_code: str | None) -> int:
    """Return the number of the first batch for a unit, or of the first for several."""
    query = sa.select(sa.func.min(Entrance.id)).where(Entrance.kind != "poster")
    if unit_code is None:
        query = query.where(Entrance.unit_id.is_(None))
    else:
        query = query.where(Entrance.unit.has(code=unit_code))
    return session.scalar(query) or 0


def number_of(site: Site, unit_code: str | None = "B01") -> int:
    with site.database.reading() as session:
        return first_code(session, unit_code)


def withdrawn(app: Flask, number: int, reason: str = "名单发错了人") -> FlaskClient:
    """Let two officials withdraw a batch on the pages; return the first's browser."""
    admin, review = (signed_in(app, name) for name in ("admin", "review"))
    page = f"{HERE}/batches/{number}/withdraw"
    data = {"csrf_token": token(admin.get(page)), "reason": reason}
    done = approved(review, admin.post(page, data=data))
    assert done.status_code == 302, done.text
    assert "已停用，没有用过的不再打开问卷" in review.get(done.location).text
    return admin


def answer(site: Site, code: str, n: int = 1, receipt: bytes = RECEIPT) -> Outcome:
    with site.database.writing() as session:
        return hand_in(session, opened(session, site, code), n, receipt=receipt)


def issued_now(site: Site, channel: str) -> int:
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        state = read_progress(session, campaign=campaign, units=campaign.units, at=FIELDWORK)
    return next(row.issued for row in state.channels if row.channel == channel)


def verify(site: Site) -> Result:
    env = {"SURVEY_HOME": str(site.settings.home), "SURVEY_DATABASE": site.settings.database_url}
    return CliRunner().invoke(survey, ["verify"], env=env)


def test_unused_codes_open_nothing_typed_or_scanned_and_answers_stay(
    app: Flask, site: Site
) -> None:
    used, unused, *_others = invitation_codes(site, 12)
    assert answer(site, used) is Outcome.STORED
    admin = withdrawn(app, number_of(site))
    resident = app.test_client(use_cookies=False)
    scanned = resident.get(f"/q/{unused}")
    typed = resident.get(f"/q?code={unused[:4]} {unused[4:]}", follow_redirects=True)
    for shut in (scanned, typed):
        assert shut.status_code == 410
        assert "这个评议码已停用" in shut.text
        assert "仍可以扫海报上的二维码参加" in shut.text
    assert "This code has been withdrawn" in resident.get(f"/q/{unused}?lang=en").text
    assert "已经用过" in resident.get(f"/q/{used}").text
    page = admin.get(f"{HERE}/invitations").text
    for told in ("已停用", "未用的11个停用", "admin提请、review批准：名单发错了人"):
        assert told in page
    table = next(csv.DictReader(io.StringIO(admin.get(f"{HERE}/batches.csv").text[1:])))
    assert [table[name] for name in ("发放数", "已作答", "作答率")] == ["12", "1", ""]
    assert [table[name] for name in ("停用未用数", "停用提请人", "停用批准人", "停用理由")] == [
        *("11", "admin", "review", "名单发错了人"),
    ]
    with site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Response.id))) == 1
    whole = verify(site)
    assert whole.exit_code == 0, whole.exception


def test_a_withdrawn_code_that_is_revived_and_answered_by_is_named(app: Flask, site: Site) -> None:
    """Whoever holds the database lets a lost list open again, answers by it, and puts all right."""
    used, lost, *_others = invitation_codes(site, 12)
    assert answer(site, used) is Outcome.STORED
    withdrawn(app, number_of(site))
    with site.database.writing() as session:
        key = invitation_hash(site.keys.intake(), lost)
        code = session.scalars(sa.select(Entrance).where(Entrance.code_hash == key)).one()
        code.withdrawn_at = None
        session.get_one(CodeBatch, number_of(site)).withdrawn -= 1
    assert answer(site, lost, n=2, receipt=b"revived 10") is Outcome.STORED
    told = "\n".join(problem.en for problem in whole.verify(site))
    assert f"batch {number_of(site)} of codes, withdrawn by review, is not what the audit" in told


def test_codes_for_several_units_too(app: Flask, site: Site) -> None:
    used, unused = sitting_codes(site, 2, units="A01,A02")
    assert answer(site, used, n=2) is Outcome.STORED
    withdrawn(app, number_of(site, None))
    resident = app.test_client(use_cookies=False)
    assert "这个评议码已停用" in resident.get(f"/q/{unused}").text
    assert "已经用过" in resident.get(f"/q/{used}").text
    assert issued_now(site, "token_sheet") == 2  # one code, two units
    assert verify(site).exit_code == 0


def test_unused_codes_leave_every_base(app: Flask, site: Site) -> None:
    for unit_code in ("B01", "B02"):
        code, *_others = invitation_codes(site, 12, unit_code)
        assert answer(site, code, receipt=f"{unit_code:>10}".encode()) is Outcome.STORED
    admin = signed_in(app, "admin")
    assert "发出24，作答2" in admin.get(f"{HERE}/progress").text  # computed once for all who look
    withdrawn(app, number_of(site))
    assert issued_now(site, "token_sms") == 13
    assert "发出13，作答2" in admin.get(f"{HERE}/progress").text
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        batches = {
            batch.units[0].unit.code: batch for batch in batches_of(session, campaign=campaign)
        }
        found = answered_batches(session, campaign=campaign, response_ids=_ids(session))
        told = {one.unit_codes: one for one in codes_issued(session, campaign=campaign)}
    assert (batches["B01"].withdrawn, batches["B01"].share) == (11, None)
    assert (batches["B02"].withdrawn, batches["B02"].share) == (0, 1 / 12)
    assert (found.issued.tolist(), found.withdrawn.tolist()) == ([12, 12], [11, 0])
    assert (told["B01",].batches_withdrawn, told["B01",].withdrawn) == (1, 11)
    assert (told["B02",].batches_withdrawn, told["B02",].withdrawn) == (0, 0)


def _ids(session: Session) -> IndexArray:
    return np.array(session.scalars(sa.select(Response.id)).all(), dtype=np.int64)


def test_others_may_be_issued_in_their_place_by_one_person(
    app: Flask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = signed_in(app, "admin")
    form = {"unit": "B01", "group": "G2", "channel": "token_sms", "count": "60"}
    page = f"{HERE}/invitations"
    sent = {**form, "csrf_token": token(admin.get(page))}
    assert admin.post(page, data=sent).mimetype == "text/csv"
    withdrawn(app, number_of(site))
    stale = admin.post(page, data=sent)
    assert stale.status_code == 422
    assert "这一批评议码已停用" in stale.text
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now() + 5)
    fresh = {**form, "csrf_token": token(admin.get(page))}
    assert admin.post(page, data=fresh).mimetype == "text/csv"


def test_an_answer_on_its_way_is_kept_in_sight_and_not_stored(app: Flask, site: Site) -> None:
    [code] = invitation_codes(site)
    resident = app.test_client(use_cookies=False)
    filled = ANSWERS | {"response_id": token_in(resident.get(f"/q/{code}")), "comment": "我的话"}
    with site.database.reading() as session:
        entrance = opened(session, site, code)
    withdrawn(app, number_of(site))
    shut = resident.post(f"/q/{code}", data=filled)
    assert shut.status_code == 410
    assert "我的话" in shut.text
    with site.database.writing() as session:
        assert hand_in(session, entrance) is Outcome.WITHDRAWN  # let in just before
    open_to_all = poster_code(site)
    token_there = token_in(resident.get(f"/q/{open_to_all}"))
    sent = resident.post(f"/q/{open_to_all}", data=filled | {"response_id": token_there})
    assert thanked(sent)


def test_the_deed_is_refused_where_it_means_nothing(app: Flask, site: Site) -> None:
    invitation_codes(site, 12)
    number = number_of(site)
    admin = signed_in(app, "admin")
    for missing in (number + 1, 99_999):
        assert admin.get(f"{HERE}/batches/{missing}/withdraw").status_code == 404
    page = f"{HERE}/batches/{number}/withdraw"
    asked = admin.post(page, data={"csrf_token": token(admin.get(page)), "reason": " "})
    assert asked.status_code == 422
    withdrawn(app, number)
    assert "这一批已停用" in admin.get(page).text
    stamp = token(admin.get("/office/password"))
    again = admin.post(page, data={"csrf_token": stamp, "reason": "又一次"})
    assert again.status_code == 422
    assert "已停用" in again.text


def test_two_do_it_by_the_command_and_the_list_of_batches_says_so(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    standing_at(monkeypatch, FIELDWORK)
    open_anlan(site)
    add_officials(site)
    invitation_codes(site, 12)
    words = ("code", "withdraw", CODE, "--batch", str(number_of(site)))
    for wrong, told in (
        ((*words, "--by", "admin"), "say why"),
        ((*words[:-1], "9999", "--by", "admin", "--reason", "x"), "there is no batch 9999"),
    ):
        refused = run(*wrong).exception
        assert isinstance(refused, Refused)
        assert told in str(refused)
    alone = run(*words, "--by", "admin", "--reason", "短信发错")
    assert (alone.exit_code, "尚未执行" in alone.stderr) == (1, True)
    assert "withdrawn" not in run("code", "batches", CODE).stdout
    done = run(*words, "--by", "leader")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{CODE}  这一批评议码已停用")
    [line] = run("code", "batches", CODE).stdout.splitlines()
    assert line.endswith("已停用 withdrawn 2026-12-05 10:00 admin, leader: 短信发错")
    with site.database.reading() as session:
        chosen = sa.select(AuditEntry).where(AuditEntry.action == "batch.withdraw")
        entry = session.scalars(chosen).one()
    assert (entry.by, entry.detail["proposed_by"], entry.detail["count"]) == ("leader", "admin", 12)
    told = signed_in(create_app(replace(site, clock=in_fieldwork)), "auditor").get("/office/audit/")
    assert "批评议码，共12个" in told.text
    assert "理由：短信发错" in told.text


def open_again(session: Session) -> None:
    mark = sa.select(sa.func.min(Entrance.id)).where(Entrance.withdrawn_at.is_not(None))
    _set(session, session.scalar(mark) or 0, None)


def change_one_for_another(session: Session) -> None:
    open_again(session)
    used = sa.select(Response.invitation_id).where(Response.invitation_id.is_not(None))
    _set(session, session.scalars(used).one() or 0, FIELDWORK)


def date_back(session: Session) -> None:
    marked = sa.update(Entrance).where(Entrance.withdrawn_at.is_not(None))
    session.execute(marked.values(withdrawn_at=FIELDWORK.replace(hour=1)))


def withdraw_in_silence(session: Session) -> None:
    _set(session, first_code(session, "B02"), FIELDWORK)


def take_a_poster_down_in_silence(session: Session) -> None:
    poster = sa.select(sa.func.min(Entrance.id)).where(Entrance.kind == "poster")
    _set(session, session.scalar(poster) or 0, FIELDWORK)


def _set(session: Session, number: int, at: object) -> None:
    session.execute(sa.update(Entrance).where(Entrance.id == number).values(withdrawn_at=at))


@pytest.mark.parametrize(
    "change",
    [
        open_again,
        change_one_for_another,
        date_back,
        withdraw_in_silence,
        take_a_poster_down_in_silence,
    ],
)
def test_a_mark_altered_in_the_database_is_named(
    app: Flask, site: Site, change: Callable[[Session], None]
) -> None:
    poster_code(site)
    used, *_others = invitation_codes(site, 12)
    invitation_codes(site, 3, "B02")
    answer(site, used)
    withdrawn(app, number_of(site))
    assert verify(site).exit_code == 0
    with site.database.writing() as session:
        change(session)
    found = verify(site)
    assert found.exit_code == 1
    assert "withdrawn" in found.output + str(found.exception)


def test_once_answers_are_anonymous_a_batch_no_longer_tells_who_answered(
    app: Flask, site: Site
) -> None:
    codes = invitation_codes(site, 12)
    for place in (2, 7):
        assert answer(site, codes[place], receipt=b"%010d" % place) is Outcome.STORED
    number = number_of(site)
    withdrawn(app, number)

    def marked() -> list[int]:
        with site.database.reading() as session:
            chosen = sa.select(Entrance.id).where(Entrance.withdrawn_at.is_not(None))
            return [each - number for each in session.scalars(chosen.order_by(Entrance.id))]

    assert marked() == [0, 1, 3, 4, 5, 6, 8, 9, 10, 11]
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
    for _twice in range(2):
        let_go(site, campaign)
        assert marked() == list(range(10))
    assert issued_now(site, "token_sms") == 2
