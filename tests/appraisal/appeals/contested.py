"""A small 安澜县 released, one unit stuffed, its liaison there: where tests of appeals begin."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.access import passwords
from survey.access.accounts import create_account
from survey.app import create_app
from survey.appraisal.release import RELEASE
from survey.feedback.coaching import report_coaching
from survey.fieldwork.campaigns import find_campaign
from survey.model import AuditEntry
from survey.site.installation import Site
from survey.two_persons.both import done_by_both
from tests.appraisal.review.attacked import STUFFED, after, let_answer, scored
from tests.demonstrated import CODE
from tests.officials import PASSWORD, token
from tests.prepared import prepared

HERE = f"/office/campaigns/{CODE}/"
OWN = f"{HERE}units/{STUFFED}/appeals"
APPEAL = f"{HERE}appeals/1"
# Released on Tuesday 29 December 2026; the new year's holiday is 1-3 January 2027.
RELEASED_AT = after()
WHOLE = (STUFFED, "B01")
REPORTED = (*WHOLE, "B05")  # of these somebody told that people were coached
WORDS = {
    "matter": "decision",
    "which": "同一网络的答卷",
    "statement": "这些答卷是窗口排队群众所填。",
}


def contested(site: Site) -> None:
    """Score and release the small county, with a liaison of the stuffed unit."""
    prepared(site, "stuffed and released", lambda: _contested(site))


def _contested(site: Site) -> None:
    scored(site)
    site = replace(site, clock=after)
    add_liaison(site)
    done_by_both(
        site, proposer="admin", approver="review", deed=RELEASE, code=CODE, reason="按方案发布"
    )


def add_liaison(site: Site) -> None:
    """Make the account of the stuffed unit's liaison."""
    with site.database.writing() as session:
        create_account(
            session, username="own", name="陈联络", role="unit_liaison", unit_code=STUFFED,
            by="tests", clock=after, password=passwords.chosen(PASSWORD),
        )  # fmt: skip


def answered(site: Site) -> None:
    """Let all answer about two units and report that people were coached; nothing is closed."""
    prepared(site, "stuffed, reported and answered", lambda: _answered(site))


def _answered(site: Site) -> None:
    let_answer(site, others=60, units=WHOLE)
    add_liaison(site)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        for entry in campaign.units:
            if entry.unit.code in REPORTED:
                report_coaching(
                    session,
                    campaign=campaign,
                    unit_id=entry.unit_id,
                    poster_id=None,
                    text="窗口让我都选满意",
                    at=datetime(2026, 12, 10, 2, tzinfo=UTC),
                    mark=entry.unit.code.encode(),
                    source=None,
                )


def at(site: Site, day: str) -> Flask:
    """Return the application on the forenoon of a day."""
    moment = datetime.fromisoformat(f"{day}T02:00:00").replace(tzinfo=UTC)
    return create_app(replace(site, clock=lambda: moment))


def file(
    client: FlaskClient, address: str = OWN, attached: tuple[str, bytes] | None = None, **said: str
) -> TestResponse:
    """File an appeal as a liaison's browser does."""
    carried = token(client.get("/office/password"))
    form: dict[str, Any] = {"csrf_token": carried, **WORDS, **said}
    if attached:
        form["file"] = (io.BytesIO(attached[1]), attached[0])
    answer = client.post(address, data=form, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # a large body is a file of the test client's own
    return answer


def decide(client: FlaskClient, outcome: str, reason: str = "经核对原始记录") -> TestResponse:
    """Propose a decision on the first appeal."""
    carried = token(client.get("/office/password"))
    form = {"csrf_token": carried, "outcome": outcome, "reason": reason}
    return client.post(f"{APPEAL}/decide", data=form)


def word_file() -> bytes:
    """Return the least that opens as a Word file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>" * 400)
    return buffer.getvalue()


def on_record(site: Site, action: str) -> Sequence[AuditEntry]:
    """Return the entries of an action."""
    with site.database.reading() as session:
        return session.scalars(sa.select(AuditEntry).filter_by(action=action)).all()
