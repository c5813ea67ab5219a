"""A county's own age bands from the table to the page, the stored answer and the score."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from survey.app import create_app
from survey.appraisal.commands import appraise
from survey.site.installation import Site
from tests.appraisal.small_anlan import write_small_anlan
from tests.factories import in_fieldwork
from tests.respond.factories import open_folder, poster_code, thanked
from tests.respond.test_resident_page import rows, send
from tests.scheme.own_ages import copied, own_ages

_BANDS = {"18-29": "18-34", "30-44": "18-34", "45-59": "35-59", "60-69": "60+", "70+": "60+"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path / "county")


def resident(site: Site, folder: Path) -> FlaskClient:
    open_folder(site, folder)
    return create_app(replace(site, clock=in_fieldwork)).test_client(use_cookies=False)


def test_the_page_asks_for_the_countys_bands_and_keeps_them(each_site: Site, folder: Path) -> None:
    own_ages(folder)
    client = resident(each_site, folder)
    code = poster_code(each_site)
    page, english = (client.get(f"/q/{code}?lang={lang}").text for lang in ("zh", "en"))
    for words in ("18–34岁", "35–59岁", "60岁以上"):
        assert words in page
    for words in (">18–34<", ">35–59<", ">60 or over<"):
        assert words in english
    assert "30–44" not in page
    assert send(client, code, age="30-44").status_code == 422
    assert thanked(send(client, code, age="35-59"))
    assert [row.age for row in rows(each_site)] == [2]


@pytest.mark.slow
def test_answers_are_weighted_to_the_countys_bands(tmp_path: Path) -> None:
    county = write_small_anlan(tmp_path / "county")
    own_ages(county)
    answers = county / "responses_demo.csv"
    with answers.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    for row in table:
        row["age_group"] = _BANDS.get(row["age_group"], row["age_group"])
    with answers.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    out = tmp_path / "out"
    done = CliRunner().invoke(appraise, [str(county), "--out", str(out)])
    assert done.exit_code == 0, done.output
    record = json.loads((out / "appraisal.json").read_text("utf-8"))
    assert record["plan"]["ages"] == ["under18", "18-34", "35-59", "60+"]
    with (out / "verdicts.csv").open(encoding="utf-8-sig", newline="") as file:
        under = [row for row in csv.DictReader(file) if "V01" in row.values()]
    assert len(under) == sum(row["age_group"] == "under18" for row in table)
