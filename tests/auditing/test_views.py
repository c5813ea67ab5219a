"""The audit's page: what is looked for is found, by key and not by looking at everything."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from survey import audit
from survey.app import create_app
from survey.auditing import entries
from survey.auditing.entries import Asked, find
from survey.clock import CHINA
from survey.model import AuditEntry, Case, Unit
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, in_fieldwork, open_anlan
from tests.officials import OFFICIALS, add_officials, signed_in
from tests.respond.factories import poster_code, sitting_codes, thanked
from tests.respond.test_resident_page import send

AUDIT = "/office/audit/"
READERS = ("admin", "review", "leader", "inspector", "auditor")
LAST_MINUTE = datetime(2026, 12, 2, 15, 59, tzinfo=UTC)  # of 2 December in the county


@pytest.fixture
def app(each_site: Site) -> Flask:
    """安澜县 with officials, and deeds of two days, the units' and cases' among them."""
    open_anlan(each_site)
    add_officials(each_site)
    deeds = (
        (LAST_MINUTE, "admin", "poster.print", CODE, {"unit": "A01", "posters": 3}),
        (LAST_MINUTE + timedelta(minutes=2), "review", "case.read", f"{CODE}/KQ4M", {}),
        (FIELDWORK, "admin", "poster.print", CODE, {"unit": "A011", "posters": 1}),
    )
    with each_site.database.writing() as session:
        for at, by, action, subject, detail in deeds:
            audit.record(session, by=by, at=at, action=action, subject=subject, **detail)
    sitting_codes(each_site, 5, units="A05,A01,A02")
    return create_app(replace(each_site, clock=in_fieldwork))


def told(client: FlaskClient, query: str = "") -> list[str]:
    """Return the rows of the page, each as one line."""
    page = client.get(AUDIT + query)
    assert page.status_code == 200, page.text
    [table] = re.findall(r'<table id="deeds">.*?</table>', page.text, re.DOTALL) or [""]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_who_did_what_and_when_is_told_in_sentences_of_the_countys_time(app: Flask) -> None:
    rows = told(signed_in(app, "inspector"))
    read, printed = rows[-2:]
    assert re.fullmatch(
        r"2026-12-03 00:01 \d+ 测试review（review） 查看意见KQ4M的原文（“安澜县.*”）", read
    )
    assert re.fullmatch(
        r"2026-12-02 23:59 \d+ 测试admin（admin） 下载A01 城关街道的海报3张（“安澜县.*”）", printed
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?who=review", ["查看意见"]),
        ("?who=测试review", ["查看意见"]),
        ("?action=sitting.issue", ["一码多评"]),
        ("?about=A01", ["一码多评", "海报3张"]),
        ("?about=A02", ["一码多评"]),
        ("?about=KQ4M", ["查看意见"]),
        (f"?about={CODE}&until=2026-12-03", ["查看意见", "海报3张"]),
        ("?since=2026-12-03&until=2026-12-03", ["查看意见"]),
        ("?since=2026-12-02&until=2026-12-02", ["海报3张"]),
        ("?who=admin&action=poster.print&about=A01&until=2026-12-02", ["海报3张"]),
        ("?who=nobody", []),
    ],
)
def test_deeds_are_found_by_person_action_subject_and_day(
    app: Flask, query: str, found: list[str]
) -> None:
    rows = told(signed_in(app, "auditor"), query)
    assert len(rows) == len(found), rows
    assert all(words in row for words, row in zip(found, rows, strict=True)), rows


def test_deeds_on_a_units_cases_are_found_by_the_unit(app: Flask) -> None:
    """They name the case alone; whose it is, the case knows."""
    site: Site = app.extensions["survey"]
    resident = app.test_client(use_cookies=False)
    for unit in ("A01", "A02"):
        page = send(resident, poster_code(site, unit), comment=f"{unit}的路灯坏了三个月")
        assert thanked(page)
    with site.database.reading() as session:
        found = sa.select(Unit.code, Case.code).join(Case, Case.unit_id == Unit.id)
        codes = {unit: case for unit, case in session.execute(found)}  # noqa: C416
    with site.database.writing() as session:
        for code in codes.values():
            subject = f"{CODE}/{code}"
            audit.record(session, by="review", at=FIELDWORK, action="case.read", subject=subject)
    rows = told(signed_in(app, "auditor"), "?about=A01")
    assert sum(f"查看意见{codes['A01']}的原文" in row for row in rows) == 1
    assert not [row for row in rows if codes["A02"] in row]
    table = signed_in(app, "auditor").get(f"{AUDIT}entries.csv?about=A02").text
    assert codes["A02"] in table
    assert codes["A01"] not in table


def test_pages_follow_each_other_by_key_and_miss_nothing(app: Flask) -> None:
    site: Site = app.extensions["survey"]
    with site.database.writing() as session:
        for number in range(120):
            at = FIELDWORK - timedelta(seconds=number // 3)  # out of order, and at one moment
            audit.record(session, by="admin", at=at, action="poster.print", subject=str(number))
    client, seen, query = signed_in(app, "leader"), [], f"{AUDIT}?who=admin"
    while True:
        page = client.get(query).text
        seen += [int(number) for number in re.findall(r"<small>(\d+)</small>", page)]
        [*_newest, older] = ["", *re.findall(r'href="([^"]*before=\d+[^"]*)"', page)]
        if not older:
            break
        query = older.replace("&amp;", "&")
    by_admin = sa.select(AuditEntry.id).where(AuditEntry.by == "admin")
    newest_first = by_admin.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    with site.database.reading() as session:
        assert seen == session.scalars(newest_first).all()


def test_a_search_by_subject_stops_and_is_gone_on_with(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "WINDOW", 4)
    site: Site = app.extensions["survey"]
    found, before, looks = [], None, 0
    with site.database.reading() as session:
        while looks == 0 or before is not None:
            part = find(session, asked=Asked(about="KQ4M"), zone=CHINA, before=before)
            found += [entry.subject for entry in part.entries]
            before, looks = part.before, looks + 1
    assert found == [f"{CODE}/KQ4M"]
    assert looks > 2
    page = signed_in(app, "auditor").get(f"{AUDIT}?about=KQ4M").text
    assert "还有更早的记录没有查" in page


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(who="admin"),
        Asked(action="poster.print"),
        Asked(about="A01"),
        Asked(since=FIELDWORK.date(), until=FIELDWORK.date()),
    ],
    ids=["all", "who", "action", "about", "day"],
)
def test_no_page_looks_at_everything_or_sorts_it(site: Site, asked: Asked) -> None:
    """Told by the embedded database's own plan: every step over the audit goes along an index."""
    plans: list[str] = []

    def explain(conn, _cursor, statement, parameters, *_more) -> None:  # type: ignore[no-untyped-def]
        if "FROM audit_entry" in statement and "EXPLAIN" not in statement:
            rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row.detail for row in rows)

    with site.database.writing() as session:
        for number in range(60):
            at = FIELDWORK + timedelta(seconds=number)
            audit.record(session, by="admin", at=at, action="poster.print", subject="A01")
    with site.database.reading() as session:
        before = find(session, asked=asked, zone=CHINA).before
        sa.event.listen(site.database.engine, "after_cursor_execute", explain)
        find(session, asked=asked, zone=CHINA, before=before)
    over_the_audit = [step for step in plans if "audit_entry" in step]
    assert over_the_audit
    assert all("USING" in step for step in over_the_audit), plans
    inner = plans if asked.about == "" else over_the_audit
    assert not [step for step in inner if "TEMP B-TREE" in step], plans


def test_what_was_found_is_taken_away_as_a_table_and_that_is_on_record(app: Flask) -> None:
    site: Site = app.extensions["survey"]
    with site.database.writing() as session:
        audit.record(session, by="=1+1", at=FIELDWORK, action="poster.print", subject="@x")
    client = signed_in(app, "auditor")
    answer = client.get(f"{AUDIT}entries.csv?action=poster.print")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    heading, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert heading[1] == "时间 (Asia/Shanghai)"
    assert [row[6] for row in rows] == ["poster.print"] * 3
    assert rows[0][2:4] == ["'=1+1", "'=1+1"]
    assert rows[0][7] == "'@x"
    assert rows[-1][1] == "2026-12-02 23:59"
    newest = told(client)[0]
    assert newest.endswith("测试auditor（auditor） 下载操作记录，查询条件：下载海报")


def test_the_table_holds_more_than_a_page_and_each_entry_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.auditing.views._ROWS_AT_ONCE", 3)
    client = signed_in(app, "review")
    rows = list(csv.reader(io.StringIO(client.get(f"{AUDIT}entries.csv").text)))[1:]
    site: Site = app.extensions["survey"]
    with site.database.reading() as session:
        numbers = session.scalars(sa.select(AuditEntry.id)).all()
    assert sorted(int(row[0]) for row in rows) == sorted(numbers)


def test_a_day_that_is_none_is_told_and_nothing_is_taken_away(app: Flask) -> None:
    client = signed_in(app, "leader")
    for query in ("since=yesterday", "since=2026-12-03&until=2026-12-02", f"who={'x' * 81}"):
        for address in (AUDIT, f"{AUDIT}entries.csv"):
            answer = client.get(f"{address}?{query}")
            assert answer.status_code == 422
            assert 'class="error"' in answer.text
    assert not told(client, "?action=audit.export")


@pytest.mark.parametrize("username", OFFICIALS)
def test_the_way_to_it_stands_on_every_readers_first_page(app: Flask, username: str) -> None:
    page = signed_in(app, username).get("/office/").text
    assert ('href="/office/audit/"' in page) == (username in READERS)
    assert ('href="/office/people/"' in page) == (username in {"admin", "auditor"})


def test_in_english_it_is_english(app: Flask) -> None:
    client = signed_in(app, "auditor")
    page = client.get(f"{AUDIT}?lang=en&about={quote('KQ4M')}").text
    assert "read comment KQ4M in its resident&#39;s own words" in page
    assert "Who did what" in page
