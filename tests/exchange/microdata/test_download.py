"""The microdata in the office: who may take them, what is in the archive, what stays on record."""

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.testing import FlaskClient

from survey.app import create_app
from survey.appraisal.release import latest_release
from survey.cli import survey
from survey.clock import now
from survey.demo.campaigns import stage_result
from survey.fieldwork.campaigns import find_campaign
from survey.jobs import waiting
from survey.jobs.files import FOLDER, sweep_files
from survey.model import AuditEntry
from survey.site.installation import Site
from tests.appraisal.test_item_results import answers, told
from tests.demonstrated import CODE, released
from tests.factories import LOCAL_ITEMS, open_anlan
from tests.officials import add_officials, signed_in

pytestmark = pytest.mark.slow

ADDRESS = f"/office/campaigns/{CODE}/releases/1/microdata.zip"
NAME = f"{CODE}-R1-microdata-SIMULATED"


def _files(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _rows(files: dict[str, bytes]) -> list[dict[str, str]]:
    text = files[f"{NAME}.raw.csv"].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_who_may_takes_it_and_that_is_on_record(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(site, n=120)
    add_officials(site)
    with site.database.reading() as session:
        release = latest_release(session, campaign=find_campaign(session, CODE))
    assert release is not None
    day = release.frozen_at + timedelta(days=30)
    app = create_app(replace(site, clock=lambda: day))
    office, leader = signed_in(app, "review"), signed_in(app, "leader")
    scores = f"/office/campaigns/{CODE}/scores"
    assert ADDRESS in office.get(scores).text
    assert ADDRESS not in leader.get(scores).text
    assert leader.get(ADDRESS).status_code == 403
    taken = office.get(ADDRESS)
    assert taken.status_code == 200
    assert f"{NAME}.zip" in taken.headers["Content-Disposition"]
    assert "no-store" in taken.headers["Cache-Control"]
    files = _files(taken.data)
    assert set(files) == {
        *("README.zh.txt", "README.en.txt", f"{NAME}.csv", f"{NAME}.raw.csv", "ddi.xml"),
        f"{NAME}.parquet",
        *("codebook.csv", "codebook.gb18030.csv", "codebook.xlsx"),
        *(f"{NAME}.{lang}.{ending}" for lang in ("zh", "en") for ending in ("sps", "sav")),
    }
    assert "模拟数据" in files["README.zh.txt"].decode("utf-8-sig")
    assert "SIMULATED" in files["README.en.txt"].decode("utf-8-sig")
    rows = _rows(files)
    with site.database.reading() as session:
        query = sa.select(AuditEntry).where(AuditEntry.action == "microdata.export")
        (entry,) = session.scalars(query)
    assert entry.by == "review"
    assert entry.detail == {"number": 1, "answers": len(rows), "format": "zip"}
    assert "逐份数据" in office.get("/office/audit/").text
    _is_kept_a_day(site, office, leader, taken.data)
    _anonymise(site, day, monkeypatch)
    assert signed_in(app, "auditor").get(ADDRESS).data == taken.data


def _is_kept_a_day(site: Site, office: FlaskClient, leader: FlaskClient, content: bytes) -> None:
    """What was made is taken again by its job, by those who may, as long as it lies there."""
    page = office.get("/office/jobs/1").text
    assert f'href="{ADDRESS}?job=1"' in page
    again = office.get(f"{ADDRESS}?job=1")
    assert again.data == content
    assert leader.get(f"{ADDRESS}?job=1").status_code == 403
    assert office.get(f"{ADDRESS}?job=99").status_code == 404
    with site.database.reading() as session:
        query = sa.select(AuditEntry).where(AuditEntry.action == "microdata.export")
        assert len(session.scalars(query).all()) == 2
    [path] = (site.settings.home / FOLDER).iterdir()
    assert path.stat().st_mode & 0o077 == 0
    sweep_files(replace(site, clock=now))
    assert path.exists()
    path.write_bytes(content[:-1])  # what is not what was made is not given out
    assert office.get(f"{ADDRESS}?job=1").headers["Location"] == ADDRESS
    sweep_files(replace(site, clock=lambda: now() + timedelta(days=1, minutes=1)))
    assert not path.exists()
    assert office.get(f"{ADDRESS}?job=1").headers["Location"] == ADDRESS


def _anonymise(site: Site, day: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two officials drop what leads to anybody, on the first day on which it may be done."""
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    monkeypatch.setattr(Site.__init__, "__kwdefaults__", {"clock": lambda: day})
    for who in ("admin", "review"):
        done = CliRunner().invoke(survey, ["anonymise", CODE, "--by", who])
    assert done.exit_code == 0


def test_the_countys_own_items_are_told_as_far_as_the_page_of_results_tells_them(
    site: Site,
) -> None:
    open_anlan(site, local_items=LOCAL_ITEMS)
    agents = [
        {"local_answers": told(VISITED="yes", TIMES=n, WAYS=["agent", "online"], AGENT_FEE="no")}
        for n in range(1, 13)
    ]
    visits = [{"local_answers": told(VISITED="yes", TIMES=2, WAYS=["window"], AGENT_FEE="yes")}] * 9
    away = [{"local_answers": told(VISITED="no")}] * 12
    words = {"local_texts": told(WISH="请打13800138000")}
    answers(site, "A01", [*agents, *visits, *away])
    answers(site, "B01", [{"answers": "33333333", **words}] * 12)
    stage_result(site, code=CODE)
    add_officials(site)
    files = _files(signed_in(create_app(site), "admin").get(ADDRESS).data)
    assert not any(b"13800138000" in content for content in files.values())
    rows = _rows(files)
    assert len(rows) == 45
    assert not {"l_WISH", "l_MATTER"} & set(rows[0])
    of = {
        name: Counter(row[name] for row in rows if row["unit"] == "A01")
        for name in rows[0]
        if name.startswith("l_")
    }
    assert of["l_VISITED"] == {"1": 21, "2": 12}
    # Ten went twice; what fewer said of how often they went is nobody else's business.
    assert of["l_TIMES"] == {"2": 10, "-9999999992": 11, "-9999999991": 12}
    assert of["l_WAYS.2"] == of["l_WAYS.4"] == {"1": 12, "0": 9, "-1": 12}
    assert of["l_WAYS.1"] == of["l_WAYS.3"] == of["l_WAYS.5"] == {"-2": 33}
    assert of["l_AGENT_FEE"] == {"-2": 21, "-1": 12}
    of_b01 = {row[name] for row in rows if row["unit"] == "B01" for name in of}
    assert of_b01 == {"-2", "-9999999992"}
    codebook = files["codebook.csv"].decode("utf-8-sig")
    assert "您通过哪些方式办理？（最多3项）：网上或手机" in codebook
    assert "l_TIMES" in codebook
    assert "any other is the number given" in codebook


def test_too_few_answers_are_refused_in_words(site: Site) -> None:
    open_anlan(site)
    answers(site, "A01", [{}] * 9)
    stage_result(site, code=CODE)
    add_officials(site)
    refused = signed_in(create_app(site), "admin").get(ADDRESS)
    assert refused.status_code == 422
    assert "太少" in refused.text or "不足" in refused.text


def test_an_archive_that_takes_long_leads_to_how_far_it_is(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(site, n=120)
    add_officials(site)
    app = create_app(site)
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(app.extensions["jobs"], "wake", lambda: None)  # nobody works at it yet
    office = signed_in(app, "review")
    led = office.get(ADDRESS)
    assert led.status_code == 302
    assert "/office/jobs/" in led.headers["Location"]
    shown = office.get(led.headers["Location"])
    assert shown.status_code == 200
    assert "data-poll" in shown.text
