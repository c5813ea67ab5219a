"""The answers of a release one by one, by the command: read back by what statisticians use."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pyreadstat
import pytest
from click.testing import CliRunner, Result
from pyarrow.parquet import read_table

from survey.appraisal.load import sample
from survey.appraisal.runs import latest_appraisal
from survey.cli import survey
from survey.exchange.microdata import commands
from survey.fieldwork.campaigns import find_campaign
from survey.model import Verdict
from survey.problems import Refused
from survey.publication.answered import read_answered
from survey.site.installation import Site
from survey.stats.campaign.plan import Plan
from tests.demonstrated import CODE, closed, released

pytestmark = pytest.mark.slow

PERSON = ("unit", "unit_class", "group", "entry", "age", "sex", "residence", "township")
ITEMS = tuple(f"q_{name}" for name in ("C1", "C2", "C3", "C4", "C5", "C6", "S1", "S2"))
DDI = "{ddi:codebook:2_5}"


@pytest.fixture
def at(site: Site) -> Site:
    released(site, n=900)
    return site


def _run(site: Site, *words: str) -> Result:
    environment = {
        "SURVEY_HOME": str(site.settings.home),
        "SURVEY_DATABASE": site.settings.database_url,
    }
    return CliRunner().invoke(survey, ("microdata", CODE, *words), env=environment)


def _read(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline="")))


def test_the_rows_are_the_answers_as_the_statistics_saw_them(at: Site, tmp_path: Path) -> None:
    out = tmp_path / "answers.csv"
    assert _run(at, "--format", "raw", "--out", str(out)).exit_code == 0
    rows = _read(out, "utf-8")
    assert tuple(rows[0]) == ("simulated", *PERSON, *ITEMS, "verdict")
    with at.database.reading() as session:
        campaign = find_campaign(session, CODE)
        plan = Plan.from_dict(campaign.plan or {})
        loaded = sample(session, campaign=campaign, lists=plan.lists)
        run = latest_appraisal(session, campaign=campaign)
        assert run is not None
        verdicts = {
            verdict.response_id: {"flag": 1, "quarantine": 2, "exclude": 3}[verdict.verdict]
            for verdict in session.query(Verdict).where(Verdict.appraisal_id == run.id)
        }
        page = read_answered(session, campaign)
    seen = loaded.sample
    true = Counter(
        (plan.units[unit].unit_code, *map(str, items), str(verdicts.get(int(number), 0)))
        for unit, items, number in zip(seen.unit, seen.items.tolist(), loaded.ids, strict=True)
    )
    assert true == Counter((row["unit"], *(row[i] for i in ITEMS), row["verdict"]) for row in rows)
    _check_facts(rows, seen, plan)
    counted = Counter((row["unit"], row["group"]) for row in rows if row["group"] != "withheld")
    assert counted
    assert all(n == page.units[of] for of, n in counted.items())
    assert [*rows] == sorted(rows, key=lambda row: [row["unit"]])  # in no order of time


def _check_facts(rows: list[dict[str, str]], seen: Any, plan: Plan) -> None:
    """Nothing is told that is not so: as many are of each kind at least; ten alike at least."""
    ages = [age for age in plan.ages if age != "under18"]
    true = Counter(
        (plan.units[u].unit_code, plan.groups[g].group_code, str(ages.index(plan.ages[age]) + 1))
        for u, g, age in zip(seen.unit, seen.group, seen.age, strict=True)
    )
    told = Counter((row["unit"], row["group"], row["age"]) for row in rows)
    for (unit, group, age), n in told.items():
        if group != "withheld" and age != "-2":
            assert 10 <= n <= true[unit, group, age]
    assert min(Counter(tuple(row[name] for name in PERSON) for row in rows).values()) >= 10
    assert sum(row["age"] != "-2" for row in rows) > 100
    assert sum(row["age"] == "-2" for row in rows) > 100


def test_two_runs_give_the_same_bytes_and_say_that_they_are_simulated(
    at: Site, tmp_path: Path
) -> None:
    first, again = ((tmp_path / f"{n}.sav", tmp_path / f"{n}.xlsx") for n in "12")
    for data, codes in (first, again):
        done = _run(at, "--format", "sav", "--out", str(data), "--codebook", str(codes))
        assert done.exit_code == 0
        assert "模拟" in done.stderr
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    _check_sav(first[0], simulated="模拟数据", best="非常满意")
    _check_codebook(first[1], first[0])


def _check_sav(path: Path, *, simulated: str, best: str) -> None:
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert meta.column_names == ["simulated", *PERSON, *ITEMS, "verdict"]
    assert meta.file_label.startswith(simulated)
    assert simulated.lower() in meta.column_names_to_labels["simulated"]
    labels = meta.variable_value_labels
    assert labels["q_C1"][5.0] == best
    assert set(labels["verdict"]) == {0.0, 1.0, 2.0, 3.0}
    assert {each["lo"] for each in meta.missing_ranges["age"]} == {-1.0, -2.0}
    assert [each["lo"] for each in meta.missing_ranges["q_C1"]] == [0.0, -1.0]
    assert [each["lo"] for each in meta.missing_ranges["unit"]] == ["withheld"]
    assert meta.variable_measure["q_C1"] == "ordinal"
    assert meta.variable_measure["unit"] == "nominal"
    # Left out of statistics as a program reads it: only levels of the scale.
    plain, _ = pyreadstat.read_sav(str(path))
    assert set(plain["q_C1"].dropna()) <= {1.0, 2.0, 3.0, 4.0, 5.0}
    assert len(plain["q_C1"].dropna()) < len(frame)
    assert not frame["unit"].isna().any()


def _check_codebook(path: Path, data: Path) -> None:
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["代码本（模拟数据）", "说明（模拟数据）"]
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]
    frame, _ = pyreadstat.read_sav(str(data), user_missing=True)
    counted = {(row[0], row[5]): int(row[9]) for row in rows}
    for name in ("q_C1", "age", "verdict"):
        for code, n in Counter(frame[name].astype(int).astype(str)).items():
            assert counted[name, code] == n
    assert {row[0] for row in rows} == {"simulated", *PERSON, *ITEMS, "verdict"}


def test_labels_in_english_and_the_codebook_as_ddi(at: Site, tmp_path: Path) -> None:
    data, codes = tmp_path / "answers.sav", tmp_path / "codes.xml"
    words = ("--format", "sav", "--language", "en", "--out", str(data), "--codebook", str(codes))
    assert _run(at, *words).exit_code == 0
    _check_sav(data, simulated="SIMULATED", best="Very satisfied")
    frame, meta = pyreadstat.read_sav(str(data))
    assert meta.column_names_to_labels["group"] == "group of respondents"
    assert meta.variable_value_labels["sex"][3.0] == "prefer not to say"
    root = ET.parse(codes).getroot()
    assert root.tag == f"{DDI}codeBook"
    assert root.get("version") == "2.5"
    assert [child.tag.removeprefix(DDI) for child in root] == ["stdyDscr", "fileDscr", "dataDscr"]
    variables = root.findall(f"{DDI}dataDscr/{DDI}var")
    assert [each.get("name") for each in variables] == meta.column_names
    scored = next(each for each in variables if each.get("name") == "q_C1")
    names = [child.tag.removeprefix(DDI) for child in scored]
    assert names == ["labl", "labl", *["catgry"] * 7, "varFormat"]
    missing = [
        category.findtext(f"{DDI}catValu")
        for category in scored.findall(f"{DDI}catgry")
        if category.get("missing") == "Y"
    ]
    assert missing == ["0", "-1"]
    cases = root.findtext(f"{DDI}fileDscr/{DDI}fileTxt/{DDI}dimensns/{DDI}caseQnty")
    assert int(cases or 0) == len(frame)


def test_without_the_extra_there_is_csv_with_syntax(
    at: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "can_write_sav", lambda: False)
    out, codes = tmp_path / "answers.sav", tmp_path / "codes.gb18030.csv"
    done = _run(at, "--format", "sav", "--out", str(out), "--codebook", str(codes))
    assert done.exit_code == 0
    assert "gongping[spss]" in done.stderr
    assert not out.exists()
    syntax = (tmp_path / "answers.sps").read_bytes().decode("utf-8-sig")
    rows = _read(tmp_path / "answers.csv", "utf-8")
    assert "/NAME='answers.csv'" in syntax
    assert "MISSING VALUES q_C1 (0, -1)." in syntax
    assert "MISSING VALUES unit ('withheld')." in syntax
    assert "VARIABLE LEVEL q_C1 (ORDINAL)." in syntax
    assert "    5 '非常满意'" in syntax
    assert all(f"    {name} " in syntax for name in rows[0])
    assert syntax.count("'") % 2 == 0
    codebook = _read(codes, "gb18030")
    assert {row["变量 variable"] for row in codebook} == set(rows[0])
    assert any(row["代码含义"] == "非常满意" for row in codebook)


def test_spreadsheets_and_parquet_hold_the_same_rows(at: Site, tmp_path: Path) -> None:
    table, columns = tmp_path / "answers.csv", tmp_path / "answers.parquet"
    for form, out in (("csv", table), ("parquet", columns)):
        assert _run(at, "--format", form, "--out", str(out)).exit_code == 0
    read = read_table(columns)
    told = [{name: str(value) for name, value in row.items()} for row in read.to_pylist()]
    assert told == _read(table)


def test_refused_before_a_release_and_for_an_unknown_codebook(site: Site, tmp_path: Path) -> None:
    closed(site, n=5)
    out = ("--format", "csv", "--out", str(tmp_path / "x.csv"))
    for words in (out, (*out, "--codebook", str(tmp_path / "x.pdf"))):
        result = _run(site, *words)
        assert isinstance(result.exception, Refused)
        assert result.exception.problems[0].zh
        assert result.exception.problems[0].en
    assert not (tmp_path / "x.csv").exists()
