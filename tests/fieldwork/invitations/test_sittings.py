"""Codes for several units: issued by command and on the office's page, refused whole."""

import csv
import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from survey.cli import survey
from survey.model import CoveredUnit, Entrance
from survey.problems import Refused
from survey.site.installation import Site
from tests.factories import ANLAN, CODE, FIELDWORK, standing_at
from tests.officials import office, signed_in, token

HERE = f"/office/campaigns/{CODE}/sittings"
ASKED = {
    "class_code": "",
    "units": "",
    "group": "G4",
    "channel": "token_sheet",
    "count": "12",
    "file": "list",
    "words": "zh",
}


@pytest.fixture
def app(site: Site) -> Flask:
    return office(site)


@pytest.mark.parametrize(
    ("chosen", "n"), [({"class_code": "A"}, 12), ({"units": "A01，B03,C02, A01"}, 3)], ids=str
)
def test_the_office_issues_codes_for_a_class_or_some_units(
    app: Flask, site: Site, chosen: dict[str, str], n: int
) -> None:
    client = signed_in(app, "admin")
    data = {**ASKED, **chosen, "csrf_token": token(client.get(HERE))}
    file = client.post(HERE, data=data)
    assert file.status_code == 200, file.text
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert len(rows) == 12
    assert {row["单位"] for row in rows} == {f"城关街道等{n}个单位"}
    with site.database.reading() as session:
        covered = session.scalar(sa.select(sa.func.count()).select_from(CoveredUnit))
    assert covered == 12 * n
    page = client.get(HERE).text
    assert ">12</td>" in page
    assert "A01" in page
    assert not any(row["评议码"] in page for row in rows)


def test_one_page_issues_and_lists_codes_for_one_unit_and_for_several(app: Flask) -> None:
    client, page = signed_in(app, "admin"), f"/office/campaigns/{CODE}/invitations"
    for chosen in ({"unit": "A01", "group": "G2"}, {"units": "A01,B03", "count": "11"}):
        data = {**ASKED, **chosen, "csrf_token": token(client.get(page))}
        assert client.post(page, data=data).status_code == 200
    for address in (page, HERE):
        listed = client.get(address).text.partition("<tbody>")[2]
        rows = [" ".join(row.split()) for row in listed.split("<tr>")[1:]]
        assert ["A01 B03" in rows[0], ">11</td>" in rows[0]] == [True, True]
        assert ["城关街道" in rows[1], ">12</td>" in rows[1]] == [True, True]
        assert len(rows) == 2


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"unit": "A01", "class_code": "A"},
        {"unit": "A01", "units": "A02,A03"},
        {"class_code": "A", "units": "A01,A02"},
        {"units": "A01"},
        {"units": "A01,Z99"},
        {"class_code": "C", "group": "G1"},  # the scheme does not ask residents about class C
        {"units": "A01,C01", "group": "G1"},
        {"class_code": "A", "count": "2001"},
    ],
    ids=str,
)
def test_nothing_is_issued_for_a_wrong_request(
    app: Flask, site: Site, chosen: dict[str, str]
) -> None:
    client = signed_in(app, "admin")
    data = {**ASKED, **chosen, "csrf_token": token(client.get(HERE))}
    assert client.post(HERE, data=data).status_code == 422
    with site.database.reading() as session:
        assert not session.scalars(sa.select(Entrance)).all()


def test_the_command_issues_them_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SURVEY_DATABASE", raising=False)
    standing_at(monkeypatch, FIELDWORK)

    def run(*words: str) -> int:
        return CliRunner().invoke(survey, list(words), catch_exceptions=False).exit_code

    assert run("init") == run("campaign", "load", str(ANLAN)) == 0
    out = tmp_path / "codes.csv"
    words = ("code", "issue", CODE, "--group", "G4", "--count", "3", "--out", str(out))
    assert run(*words) == 2
    assert run(*words, "--unit", "A01", "--class", "A") == 2
    with pytest.raises(Refused, match="Z99"):
        run(*words, "--units", "A01,Z99")
    assert not out.exists()
    assert run(*words, "--units", "B02,A01") == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["单位"] for row in rows] == ["城关街道等2个单位"] * 3
