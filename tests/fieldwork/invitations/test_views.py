import csv
import io
from datetime import UTC, datetime
from time import time as now

import pytest
import sqlalchemy as sa
from flask import Flask

from survey import codes
from survey.fieldwork.entrances import invitation_hash
from survey.model import AuditEntry, Entrance
from survey.site.installation import Site
from tests.officials import OFFICIALS, office, signed_in, token

HERE = "/office/campaigns/ANLAN-2026-GZPY/invitations"
ASKED = {"unit": "A01", "group": "G2", "channel": "token_sms", "count": "12"}


@pytest.fixture
def app(site: Site) -> Flask:
    return office(site)


def test_codes_are_in_clear_in_the_file_alone(app: Flask, site: Site) -> None:
    client = signed_in(app, "admin")
    page = client.get(HERE)
    file = client.post(HERE, data={**ASKED, "csrf_token": token(page)})
    assert file.status_code == 200, file.text
    assert "attachment" in file.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert len(rows) == 12
    after = client.get(HERE).text
    assert ">12</td>" in after
    assert not any(row["评议码"] in after for row in rows)
    with site.database.reading() as session:
        kept = set(session.scalars(sa.select(Entrance.code_hash)))
        wanted = {
            invitation_hash(site.keys.intake(), codes.normalise(row["评议码"])) for row in rows
        }
        assert wanted <= kept
        actions = session.scalars(sa.select(AuditEntry.action)).all()
        assert actions.count("invitation.issue") == 1


@pytest.mark.parametrize(
    ("file", "words", "starts"),
    [
        ("sheets", "zh", b"%PDF"),
        ("letters", "en", b"%PDF"),
        ("texts", "zh", "\ufeff评议码,短信".encode()),
    ],
)
def test_codes_may_come_as_papers_or_messages(
    app: Flask, site: Site, file: str, words: str, starts: bytes
) -> None:
    client = signed_in(app, "admin")
    data = {
        **ASKED,
        "file": file,
        "words": words,
        "until": "2026-12-10",
        "csrf_token": token(client.get(HERE)),
    }
    made = client.post(HERE, data=data)
    assert made.status_code == 200, made.text
    assert made.data.startswith(starts)
    assert f"-12-{file}." in made.headers["Content-Disposition"]
    with site.database.reading() as session:
        ends = session.scalars(sa.select(Entrance.expires_at).filter_by(kind="invitation")).all()
        assert ends == [datetime(2026, 12, 10, 15, 59, 59, tzinfo=UTC)] * 12


@pytest.mark.parametrize(
    "change",
    [
        {"until": "2027-01-01"},
        {"until": "soon"},
        {"file": "xlsx"},
        {"words": "fr"},
        {"count": "0"},
        {"count": "x"},
        {"unit": "Z99"},
    ],
)
def test_nothing_is_issued_for_a_wrong_request(
    app: Flask, site: Site, change: dict[str, str]
) -> None:
    client = signed_in(app, "admin")
    data = {**ASKED, **change, "csrf_token": token(client.get(HERE))}
    assert client.post(HERE, data=data).status_code == 422
    with site.database.reading() as session:
        assert not session.scalars(sa.select(Entrance).filter_by(kind="invitation")).all()


def test_only_the_administrator_issues_codes_and_others_read_the_batches(app: Flask) -> None:
    for username in OFFICIALS:
        client = signed_in(app, username)
        page = client.get(HERE)
        reads = username in {"admin", "review", "inspector", "leader", "auditor"}
        assert page.status_code == (200 if reads else 403)
        assert ("发放并下载" in page.text) == (username == "admin")
        if username != "admin":
            stamp = token(client.get("/office/password"))
            assert client.post(HERE, data={"csrf_token": stamp}).status_code == 403


def test_the_same_form_sent_twice_is_one_batch_and_gives_the_same_file(
    app: Flask, site: Site
) -> None:
    client = signed_in(app, "admin")
    data = {**ASKED, "csrf_token": token(client.get(HERE))}
    first, again = (client.post(HERE, data=data) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.data == first.data
    other = client.post(HERE, data={**data, "unit": "A02"})
    assert other.status_code == 200
    with site.database.reading() as session:
        kept = session.scalars(sa.select(Entrance.id).where(Entrance.kind == "invitation")).all()
        actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert len(kept) == 24
    assert actions.count("invitation.issue") == 2
    assert actions.count("invitation.again") == 1


def test_a_page_shown_anew_issues_another_batch(
    app: Flask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(app, "admin")
    data = {**ASKED, "csrf_token": token(client.get(HERE))}
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now() + 5)
    anew = {**ASKED, "csrf_token": token(client.get(HERE))}
    first, second = client.post(HERE, data=data), client.post(HERE, data=anew)
    assert second.data != first.data
    with site.database.reading() as session:
        assert len(session.scalars(sa.select(Entrance.id)).all()) >= 24


def test_codes_whose_last_day_is_past_are_not_issued(app: Flask, site: Site) -> None:
    client = signed_in(app, "admin")
    stamp = token(client.get(HERE))
    page = client.post(HERE, data={**ASKED, "csrf_token": stamp, "until": "2026-12-04"})
    assert page.status_code == 422
    assert "2026-12-04，已经过去" in page.text
    today = client.post(HERE, data={**ASKED, "csrf_token": stamp, "until": "2026-12-05"})
    assert today.status_code == 200
    with site.database.reading() as session:
        kept = session.scalars(sa.select(Entrance.id).where(Entrance.kind == "invitation")).all()
    assert len(kept) == 12
