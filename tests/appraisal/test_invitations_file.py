"""`invitations.csv` in the folder: read, refused row by row, and what it changes."""

import csv
import json
import random
import shutil
from pathlib import Path

import pytest

from survey.appraisal.folder_run import appraise_folder
from survey.problems import Problem, Refused

pytestmark = pytest.mark.slow

ANLAN = Path(__file__).parents[2] / "survey" / "demo" / "anlan"
COLUMNS = ("unit_code", "group_code", "channel", "response_id", "wave", "sex", "age_group")


def people(folder: Path) -> list[list[str]]:
    """Everybody who answered an invitation, and as many again, rather men, who did not."""
    rng = random.Random(4)
    out = []
    with (folder / "responses_demo.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["channel"] == "qr_open":
                continue
            start = [row["unit_code"], row["group_code"], row["channel"]]
            wave = "2" if rng.random() < 0.3 else "1"
            sex = row["sex"] if row["sex"] != "prefer_not" else ""
            out.append([*start, row["response_id"], wave, sex, row["age_group"]])
            silent = "male" if rng.random() < 0.7 else "female"
            out.append([*start, "", "0", silent, row["age_group"]])
    return out


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "county"
    shutil.copytree(ANLAN, out, ignore=shutil.ignore_patterns("main_system*"))
    return out


@pytest.fixture
def few(folder: Path) -> Path:
    """Leave two hundred answers: enough to be refused with."""
    path = folder / "responses_demo.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:201]), "utf-8")
    return folder


def write(folder: Path, rows: list[list[str]]) -> None:
    with (folder / "invitations.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])


def refused(folder: Path) -> list[Problem]:
    with pytest.raises(Refused) as caught:
        appraise_folder(folder, folder / "out")
    assert not (folder / "out").exists()
    return list(caught.value.problems)


def test_the_list_changes_scores_only_if_the_plan_says_how(folder: Path) -> None:
    rows = people(folder)
    write(folder, rows)
    plain = appraise_folder(ANLAN, folder / "plain")
    listed = appraise_folder(folder, folder / "out")
    assert listed.units == plain.units
    document = json.loads((folder / "out" / "appraisal.json").read_text("utf-8"))
    assert "invitations.csv" in document["inputs"]
    assert document["nonresponse"]["invited"] == len(rows)
    assert document["nonresponse"]["method"] == "none"
    scheme = folder / "scheme.yaml"
    before = "  conversion: direct"
    text = scheme.read_text("utf-8")
    wanted = f"  debiasing: {{nonresponse: callbacks}}\n{before}"
    scheme.write_text(text.replace(before, wanted, 1), "utf-8")
    adjusted = appraise_folder(folder, folder / "out")
    assert adjusted.units != plain.units
    document = json.loads((folder / "out" / "appraisal.json").read_text("utf-8"))
    assert "responded" in [step["name"] for step in document["steps"]]
    assert document["nonresponse"]["g"] is not None
    widened = {f["unit_code"]: f for f in document["sensitivity"] if not f["group_code"]}
    assert len(widened) == 26
    for unit in document["units"]:
        figure = widened[unit["unit_code"]]
        assert figure["lower"] <= unit["lower"] <= unit["upper"] <= figure["upper"]


@pytest.mark.parametrize(
    ("place", "value", "field"),
    [
        (0, "A99", "unit_code"),
        (0, "A02", "unit_code"),  # known, but not the unit of the answer
        (1, "G9", "group_code"),
        (2, "qr_open", "channel"),  # nobody is invited to a poster
        (3, "R999999", "response_id"),
        (3, "", "response_id"),
        (4, "3", "wave"),
        (4, "0", "response_id"),
        (5, "f", "sex"),
        (6, "old", "age_group"),
    ],
)
def test_a_row_that_cannot_be_is_named(few: Path, place: int, value: str, field: str) -> None:
    row = next(row for row in people(few) if row[3] and row[0] == "B07")
    row[place] = value
    write(few, [row])
    problems = refused(few)
    assert {(p.file, p.row) for p in problems} == {("invitations.csv", 2)}
    assert field in {p.field for p in problems}
    assert all(p.zh and p.en for p in problems)
    if field == "wave":
        assert "0, 1, 2" in problems[0].en
        assert "0、1、2" in problems[0].zh


def test_an_answer_named_twice_is_refused(few: Path) -> None:
    row = next(row for row in people(few) if row[3])
    write(few, [row, row])
    (problem,) = refused(few)
    assert (problem.row, problem.field) == (3, "response_id")


def test_who_is_in_which_half_is_read_where_waves_are_told_apart(few: Path) -> None:
    scheme = few / "scheme.yaml"
    before = "  conversion: direct"
    wanted = f"  debiasing: {{nonresponse: waves_interval}}\n{before}"
    scheme.write_text(scheme.read_text("utf-8").replace(before, wanted, 1), "utf-8")
    one, other = [row for row in people(few) if not row[3]][:2]
    rows = [[*one, "p1", "1", ""], [*other, "p1", "2", "1"], [*other, "p2", "3", "x"]]
    with (few / "invitations.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([(*COLUMNS, "person", "lot", "early"), *rows])
    found = {(problem.row, problem.field) for problem in refused(few)}
    assert {(3, "lot"), (4, "lot"), (4, "early")} <= found
