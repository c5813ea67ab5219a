"""All codes that the plan wants in one step: one archive, nothing twice, nothing beyond."""

import csv
import io
from pathlib import Path
from time import time as now
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from survey.cli import survey
from survey.fieldwork.invitations import whole_plan
from survey.model import AuditEntry, Entrance
from survey.problems import Refused
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, open_anlan, standing_at
from tests.fieldwork.invitations.test_withdrawing import number_of, withdrawn
from tests.officials import office, signed_in, token
from tests.respond.factories import invitation_codes, opened

HERE = f"/office/campaigns/{CODE}/invitations/plan"
TICKED = {
    "units": ["A01", "B01"],
    "groups": ["G2", "G4"],
    "files": ["list", "texts"],
    "channel": "token_sheet",
}
PLANNED = {("A01", "G2"): 60, ("A01", "G4"): 15, ("B01", "G2"): 150, ("B01", "G4"): 25}


@pytest.fixture
def app(site: Site) -> Flask:
    site.campaign_key(CODE)
    return office(site)


def issued(site: Site) -> dict[tuple[str, str], int]:
    with site.database.reading() as session:
        rows = session.scalars(sa.select(Entrance).where(Entrance.kind == "invitation")).all()
        found: dict[tuple[str, str], int] = {}
        for row in rows:
            key = (row.unit.code, row.group_code)
            found[key] = found.get(key, 0) + 1
    return found


def form(client: FlaskClient, **changed: object) -> dict[str, object]:
    return {**TICKED, **changed, "csrf_token": token(client.get(HERE))}


def files(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def codes_in(content: bytes) -> list[str]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return [row["评议码"].replace(" ", "") for row in rows]


def test_one_archive_has_a_folder_for_each_unit_and_each_code_opens_its_unit(
    app: Flask, site: Site
) -> None:
    admin = signed_in(app, "admin")
    before = admin.get(HERE).text
    assert "计划内还有8721个评议码没有发放" in before
    made = admin.post(HERE, data=form(admin))
    assert (made.status_code, made.mimetype) == (200, "application/zip"), made.text[:500]
    found = files(made.data)
    assert sorted(found) == sorted(
        f"{unit}/{CODE}-{unit}-{group}-{n}-{kind}.csv"
        for (unit, group), n in PLANNED.items()
        for kind in ("list", "texts")
    )
    assert issued(site) == PLANNED
    [code, *_others] = codes_in(found[f"B01/{CODE}-B01-G4-25-list.csv"])
    with site.database.reading() as session:
        entrance = opened(session, site, code)
    assert (entrance.group_code, entrance.channel) == ("G4", "token_sheet")
    assert entrance.questionnaire.units[0].unit.code == "B01"
    after = admin.get(HERE).text
    assert f"计划内还有{8721 - 250}个评议码没有发放" in after
    assert "已发放的批次" in after
    assert code not in after.replace(" ", "")


def test_the_same_form_sent_again_issues_nothing_and_gives_the_same_codes(
    app: Flask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = signed_in(app, "admin")
    sent = form(admin)
    first, again = (files(admin.post(HERE, data=sent).data) for _twice in range(2))
    assert first == again
    assert issued(site) == PLANNED
    with site.database.reading() as session:
        actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert (actions.count("invitation.issue"), actions.count("invitation.again")) == (4, 4)
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now() + 5)
    nothing = admin.post(HERE, data=form(admin))
    assert nothing.status_code == 422
    assert "计划数已全部发放" in nothing.text
    assert issued(site) == PLANNED


def test_only_what_is_missing_is_issued_and_withdrawn_codes_are_missing_again(
    app: Flask, site: Site
) -> None:
    invitation_codes(site, 12, "A01")
    invitation_codes(site, 150, "B01")
    admin = signed_in(app, "admin")
    found = files(admin.post(HERE, data=form(admin, files=["list"])).data)
    assert f"A01/{CODE}-A01-G2-48-list.csv" in found
    assert not any("B01-G2" in name for name in found)
    assert issued(site) == PLANNED
    withdrawn(app, number_of(site, "B01"))
    later = files(admin.post(HERE, data=form(admin, files=["list"], until="2026-12-10")).data)
    assert list(later) == [f"B01/{CODE}-B01-G2-150-list.csv"]


def test_what_others_issued_meanwhile_is_not_issued_beyond_the_plan(
    app: Flask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = whole_plan.beyond_plan.on_paper

    def while_another_issues(*words: object, **named: str) -> object:
        prepared = drawn(*words, **named)  # type: ignore[arg-type]
        if not issued(site).get(("B01", "G2")):
            invitation_codes(site, 1, "B01")
        return prepared

    monkeypatch.setattr(whole_plan.beyond_plan, "on_paper", while_another_issues)
    admin = signed_in(app, "admin")
    found = files(admin.post(HERE, data=form(admin, files=["list"])).data)
    assert "没有发放" in found["B01/G2-not-issued.txt"].decode("utf-8-sig")
    assert issued(site) == PLANNED | {("B01", "G2"): 1}


def test_units_are_ticked_all_or_none_without_script_and_none_is_refused(app: Flask) -> None:
    admin = signed_in(app, "admin")
    assert admin.get(HERE).text.count('checked id="units-') == 26
    none = admin.get(f"{HERE}?tick=none").text
    assert (none.count('checked id="units-'), none.count('id="units-')) == (0, 26)
    refused = admin.post(HERE, data=form(admin, units=[]))
    assert refused.status_code == 422
    assert "请至少勾选一项" in refused.text
    assert admin.post(HERE, data=form(admin, units=["Z99"])).status_code == 422


def test_more_cards_than_a_browser_waits_for_are_refused_with_a_way_out(
    app: Flask, site: Site
) -> None:
    admin = signed_in(app, "admin")
    every = [f"A{number:02}" for number in range(1, 13)]
    data = form(admin, units=every, groups=["G1"], files=["sheets"])
    refused = admin.post(HERE, data=data)
    assert refused.status_code == 422
    assert "survey code issue --all" in refused.text
    assert issued(site) == {}


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, list(words))


def test_the_command_writes_lists_cards_letters_and_messages(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    standing_at(monkeypatch, FIELDWORK)
    open_anlan(site)
    out = tmp_path / "codes.zip"
    words = ("code", "issue", CODE, "--all", "--out", str(out))
    done = run(*words, "--units", "A01,A02", "--group", "G4")
    assert done.exit_code == 0, done.output
    assert "2 批 batches，30 个评议码 codes" in done.stderr
    assert out.stat().st_mode & 0o077 == 0
    found = files(out.read_bytes())
    assert {name.partition("/")[0] for name in found} == {"A01", "A02"}
    kinds = sorted(name.rpartition("-")[2] for name in found if name.startswith("A01/"))
    assert kinds == ["letters.pdf", "list.csv", "sheets.pdf", "texts.csv"]
    assert found[f"A01/{CODE}-A01-G4-15-sheets.pdf"].startswith(b"%PDF")
    assert issued(site) == {("A01", "G4"): 15, ("A02", "G4"): 15}
    taken = run(*words, "--units", "A03")
    assert "exists already" in str(taken.exception)
    out.unlink()
    for wrong, told in (
        (("--units", "A01", "--group", "G4"), "all codes of the plan have been issued"),
        (("--units", "Z99"), "no unit"),
        (("--group", "G9"), "no group"),
    ):
        refused = run(*words, *wrong).exception
        assert isinstance(refused, Refused)
        assert told in str(refused)
    assert run(*words, "--count", "3").exit_code == 2
    assert run("code", "issue", CODE, "--unit", "A01", "--out", str(out)).exit_code == 2
    assert not out.exists()
