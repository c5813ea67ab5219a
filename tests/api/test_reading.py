"""What other systems read: campaigns, scores byte for byte, releases, progress."""

import base64
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from survey.model import AuditEntry, Campaign, Release, TreeHead
from survey.receivers.limiting import A_MINUTE
from survey.site.installation import Site
from tests.api.systems import NOW, Standing, System, at, received_by
from tests.demonstrated import CODE
from tests.factories import in_fieldwork, open_anlan
from tests.verification.homes import run

SCORES = f"/campaigns/{CODE}/scores"
RELEASE = f"/releases/{CODE}-R1"


def test_scores_are_the_bytes_that_the_command_exports(
    system: System, site: Site, tmp_path: Path
) -> None:
    answer = system.get(SCORES)
    assert answer.status_code == 200
    out = tmp_path / "scores.json"
    exported = run(site.settings.home, "export", CODE, "--format", "json", "--out", str(out))
    assert exported.exit_code == 0, exported.output
    assert answer.data == out.read_bytes()
    assert answer.data == system.get(f"{SCORES}?number=1").data
    digest = base64.b64encode(hashlib.sha256(answer.data).digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"


def test_each_delivery_is_on_record_and_the_ledger_sealed(system: System, site: Site) -> None:
    with site.database.reading() as session:
        heads = session.scalar(sa.select(sa.func.count()).select_from(TreeHead)) or 0
    system.get(SCORES)
    with site.database.reading() as session:
        exports = sa.select(AuditEntry).where(AuditEntry.action == "release.export")
        entry = session.scalars(exports).one()
        assert (entry.by, entry.detail["format"]) == (f"token-{system.number}", "json")
        assert session.scalar(sa.select(sa.func.count()).select_from(TreeHead)) == heads + 1


def test_what_a_system_has_is_not_sent_again(system: System, site: Site) -> None:
    etag = system.get(SCORES).headers["ETag"]
    again = system.get(SCORES, If_None_Match=etag)
    assert (again.status_code, again.headers["ETag"]) == (304, etag)
    assert system.get(SCORES, If_None_Match='"other"').status_code == 200
    with site.database.reading() as session:
        exports = sa.select(sa.func.count()).where(AuditEntry.action == "release.export")
        assert session.scalar(exports) == 2
    for path in ("/campaigns", RELEASE, f"/campaigns/{CODE}/progress", "/openapi.json"):
        etag = system.get(path).headers["ETag"]
        assert system.get(path, If_None_Match=etag).status_code == 304, path


def test_a_release_says_what_it_is(system: System, site: Site) -> None:
    told = system.get(RELEASE).get_json()
    with site.database.reading() as session:
        release = session.scalars(sa.select(Release)).one()
    assert told["sha256"] == release.digest
    assert told["sha256"] == hashlib.sha256(system.get(SCORES).data).hexdigest()
    assert (told["number"], told["in_force"], told["superseded_by"]) == (1, True, None)
    assert told["simulated"] is True
    assert told["acknowledgements"] == []


def test_campaigns_come_by_pages_until_there_are_no_more(system: System, site: Site) -> None:
    _add_campaigns(site, "B", "C")
    pages, path = [], "/campaigns?limit=1"
    while path:
        told = system.get(path).get_json()
        pages.append([each["id"] for each in told["items"]])
        cursor = told["next_cursor"]
        path = f"/campaigns?limit=1&cursor={cursor}" if cursor else ""
    assert pages == [[CODE], ["B"], ["C"]]
    whole = system.get("/campaigns?limit=200").get_json()
    assert [each["id"] for each in whole["items"]] == [CODE, "B", "C"]
    assert whole["next_cursor"] is None
    assert whole["items"][0]["release"] == f"{CODE}-R1"


def test_a_draft_is_nobodys_yet(system: System, site: Site) -> None:
    _add_campaigns(site, "B", state="draft", plan=None)
    assert [each["id"] for each in system.get("/campaigns").get_json()["items"]] == [CODE]
    assert system.get("/campaigns/B/progress").status_code == 404


def test_before_a_release_there_is_a_problem_that_says_so(site: Site) -> None:
    open_anlan(site)
    app = at(site, Standing(in_fieldwork()))
    answer = received_by(app).get(SCORES)
    assert answer.status_code == 404
    assert answer.get_json()["type"] == "/api/v1/#no-release"
    assert answer.get_json()["detail_zh"] == "结果尚未发布，请以后再来。"


def test_progress_tells_of_no_few_people(app: Flask, site: Site, clock: Standing) -> None:
    told = received_by(app).get(f"/campaigns/{CODE}/progress?limit=200").get_json()
    counts = [
        group[word]
        for unit in told["items"]
        for group in unit["groups"]
        for word in ("received", "valid")
    ]
    assert told["smallest_cell"] == 10
    assert None in counts
    shown = [n for n in counts if n is not None]
    assert shown
    assert all(n >= 10 and n % 5 == 0 for n in shown)


def test_progress_comes_by_pages_and_each_unit_once(system: System) -> None:
    found, path = [], f"/campaigns/{CODE}/progress?limit=7"
    while path:
        told = system.get(path).get_json()
        found += [unit["unit_code"] for unit in told["items"]]
        cursor = told["next_cursor"]
        path = f"/campaigns/{CODE}/progress?limit=7&cursor={cursor}" if cursor else ""
    assert len(found) == len(set(found)) > 7


def test_nothing_is_given_out_of_altered_records(system: System, site: Site) -> None:
    with site.database.writing() as session:
        session.execute(sa.update(Release).values(digest="0" * 64))
    answer = system.get(SCORES)
    assert answer.status_code == 503
    assert answer.get_json()["type"] == "/api/v1/#records-altered"
    assert "units" not in answer.text


def test_a_minute_has_so_many_requests(system: System, clock: Standing) -> None:
    left = [
        int(system.get("/campaigns").headers["RateLimit-Remaining"]) for _turn in range(A_MINUTE)
    ]
    assert left == list(range(A_MINUTE - 1, -1, -1))
    over = system.get("/campaigns")
    assert over.status_code == 429
    assert over.headers["Retry-After"] == over.headers["RateLimit-Reset"] == "60"
    clock.at = NOW + timedelta(seconds=60)
    assert system.get("/campaigns").status_code == 200


def test_tokens_have_a_minute_each(app: Flask) -> None:
    first, second = received_by(app), received_by(app, name="另一系统")
    first.get("/campaigns")
    assert second.get("/campaigns").headers["RateLimit-Remaining"] == str(A_MINUTE - 1)


@pytest.mark.parametrize(("lang", "words"), [("zh", "接口说明"), ("en", "API reference")])
def test_the_reference_page_needs_no_token_and_no_foreign_host(
    app: Flask, lang: str, words: str
) -> None:
    page = app.test_client().get(f"/api/v1/?lang={lang}")
    assert words in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    for path in ("/campaigns/{campaign}/scores", "/releases/{release}/acknowledgement"):
        assert path in page.text


def _add_campaigns(site: Site, *codes: str, **changed: object) -> None:
    with site.database.writing() as session:
        whole = session.scalars(sa.select(Campaign)).one()
        kept = {column.key: getattr(whole, column.key) for column in Campaign.__table__.columns}
        usual = {"state": "open", "closed_at": None}
        for code in codes:
            session.add(Campaign(**{**kept, **usual, **changed, "id": None, "code": code}))
