"""A database that only reads, and a journal that a long read lets grow."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.model import Unit
from survey.site.database import Database
from survey.site.installation import Site, upgrade_site
from tests.factories import in_fieldwork, open_anlan
from tests.respond.factories import poster_code
from tests.respond.test_resident_page import ANSWERS, token_in


def test_a_read_only_postgresql_is_told_to_phones_and_nothing_is_tried_again(
    postgresql_url: str, tmp_path: Path
) -> None:
    site = upgrade_site({"SURVEY_HOME": str(tmp_path), "SURVEY_DATABASE": postgresql_url})
    open_anlan(site)
    code = poster_code(site)
    site.campaign_key("ANLAN-2026-GZPY")
    site.database.close()
    reading = Database(f"{postgresql_url}&options=-cdefault_transaction_read_only%3Don")
    tried: list[str] = []
    sa.event.listen(reading.engine, "begin", lambda _connection: tried.append("begin"))
    standby: Site = replace(site, database=reading, clock=in_fieldwork)
    web = create_app(standby).test_client(use_cookies=False)
    page = web.get(f"/q/{code}")
    assert page.status_code == 200
    tried.clear()
    begun = time.monotonic()
    answer = web.post(f"/q/{code}", data=ANSWERS | {"response_id": token_in(page)})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert len(tried) < 12
    assert time.monotonic() - begun < 10
    reading.close()


def test_a_journal_that_grew_under_a_long_read_is_cut_again(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.site.database._JOURNAL_BYTES", 100_000)
    database = Database(sqlite_url)
    words = {"uscc": "", "short_zh": "", "name_en": "", "area_code": "", "is_vertical": False}

    def write(code: str) -> None:
        with database.writing() as session:
            session.add(Unit(code=code, name_zh="x" * 50_000, **words))

    journal = tmp_path / "survey.db-wal"
    with database.reading() as session:
        session.scalar(sa.select(sa.func.count(Unit.id)))
        for number in range(120):
            write(f"U{number}")
        assert journal.stat().st_size > 5_000_000
    for number in range(3):
        write(f"V{number}")
    assert journal.stat().st_size < 2_000_000
    assert (tmp_path / "survey.db").stat().st_size > 5_000_000
    database.close()
