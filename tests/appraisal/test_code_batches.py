"""Codes an official keeps for himself are found, from the issue to the signed release."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from survey.app import create_app
from survey.cli import survey
from survey.codes import normalise
from survey.exchange.document import find_document
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import Site
from tests.factories import AFTERWARDS, CODE, FIELDWORK, open_anlan, standing_at
from tests.officials import add_officials, done_by_two, signed_in
from tests.respond.factories import hand_in, opened

BATCHES = f"/office/campaigns/{CODE}/batches"


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, list(words))


def answer(site: Site, unit_code: str, *, issued: int, answered: int, first: int) -> None:
    """Issue codes by the command, and let some of their holders answer over ten days."""
    out = Path(f"{unit_code}-{first}.csv")
    words = ("--unit", unit_code, "--group", "G2", "--count", str(issued), "--out", str(out))
    done = run("code", "issue", CODE, *words, "--by", "admin")
    assert done.exit_code == 0, done.output
    codes = [line.partition(",")[0] for line in out.read_text("utf-8-sig").splitlines()[1:]]
    rng = np.random.default_rng(first)
    with site.database.writing() as session:
        for number, code in enumerate(codes[:answered], start=first):
            at = FIELDWORK + timedelta(minutes=int(rng.integers(60, 14_000)))
            entrance = opened(session, site, normalise(code), at)
            hand_in(
                session,
                entrance,
                receipt=b"%010d" % number,
                at=at,
                device_mark=b"%08d" % number,
                network_mark=b"%08d" % number,
                answers="".join(map(str, rng.integers(1, 6, 8))),
            )


def test_codes_that_are_all_answered_are_told_on_the_page_and_in_the_release(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    monkeypatch.chdir(tmp_path)
    standing_at(monkeypatch, FIELDWORK)
    open_anlan(site)
    site.campaign_key(CODE)
    add_officials(site)
    for place, n in enumerate((9, 12, 10, 8, 11, 10, 9, 12), start=1):
        answer(site, f"A0{place}", issued=30, answered=n, first=1000 * place)
    standing_at(monkeypatch, FIELDWORK + timedelta(minutes=30))
    answer(site, "A03", issued=30, answered=30, first=9000)
    standing_at(monkeypatch, AFTERWARDS)
    assert run("campaign", "close", CODE).exit_code == 0
    assert run("score", CODE).exit_code == 0
    assert done_by_two(run, "release", CODE).exit_code == 0
    with site.database.reading() as session:
        text = find_document(session, campaign=find_campaign(session, CODE)).text
    document = json.loads(text)
    told = {
        unit["unit_code"]: [n for n in unit["notices"] if n["code"] == "codes_unlike"]
        for unit in document["units"]
    }
    assert [unit for unit, notices in told.items() if notices] == ["A03"]
    [notice] = told["A03"]
    assert "30 were answered (100%, those of comparable batches 34%)" in notice["en"]
    assert "far more completely than others" in notice["en"]
    of_a03 = [one for one in document["release"]["codes"] if one["units"] == ["A03"]]
    assert of_a03 == [
        {
            "units": ["A03"],
            "group_code": "G2",
            "issued_by": "admin",
            "batches": 2,
            "issued": 60,
            "answered": 40,
        }
    ]
    for username in ("review", "leader", "inspector"):
        client = signed_in(create_app(site), username)
        table = client.get(f"{BATCHES}.csv").text.splitlines()
        assert len(table) == 10
        assert sum(",30,30,1.0," in line for line in table) == 1
    assert client.get(f"{BATCHES}.xlsx").data.startswith(b"PK")
    assert client.get(f"{BATCHES}.exe").status_code == 404
    assert signed_in(create_app(site), "liaison").get(f"{BATCHES}.csv").status_code == 403
    codes = [line.partition(",")[0] for line in Path("A03-9000.csv").read_text().splitlines()[1:]]
    assert not any(code in "\n".join(table) for code in codes)
    page = signed_in(create_app(site), "review").get(f"/office/campaigns/{CODE}/scores/A03?lang=zh")
    assert "作答率远高于其他批次" in page.text
