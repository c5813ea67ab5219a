"""`decisions.csv`: a folder scored elsewhere gives the figures of the office, decisions and all."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey import cli
from survey.app import create_app
from survey.appraisal.review.decisions_file import read_decisions_file
from survey.problems import Refused
from survey.site.installation import Site
from tests.appraisal.review.attacked import (
    SCORE,
    after,
    case_numbers,
    contents,
    press,
    say,
    scored,
)
from tests.demonstrated import CODE
from tests.officials import signed_in
from tests.stats.small_county import small_sample

SAME = ("units", "groups", "steps", "responses", "channels", "cases", "decisions")


def test_the_folder_of_a_decided_campaign_gives_its_figures(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored(site)
    app = create_app(replace(site, clock=after))
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    first, second = case_numbers(site, "shared_network")[:2]
    for who in (admin, review):
        say(who, first, "one")
        say(who, second, "keep")
    press(admin, SCORE)
    content = contents(site)[-1]
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    out, again = tmp_path / "folder", tmp_path / "out"
    for words in (("folder", CODE, "--out", out), ("appraise", out, "--out", again)):
        done = CliRunner().invoke(cli.survey, [str(word) for word in words])
        assert done.exit_code == 0, done.output
    with (out / "decisions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = [row["counted_as_one_of"] for row in rows]
    assert (parts.count("18"), parts.count("1")) == (18, 21)
    record = json.loads((again / "appraisal.json").read_text("utf-8"))
    assert "decisions.csv" in record["inputs"]
    assert record["responses"]["decided"] == 39
    for part in SAME:
        assert json.loads(json.dumps(content.get(part))) == record.get(part), part


def written(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("response_id", "verdict", "counted_as_one_of"), *rows])
    return path


def test_what_is_not_named_is_not_decided(tmp_path: Path) -> None:
    sample = small_sample([[4, 4]] * 3)
    path = written(
        tmp_path / "decisions.csv", [("R000002", "exclude", "1"), ("R000000", "keep", "4")]
    )
    found = read_decisions_file(path, sample=sample)
    assert found.verdicts.tolist() == [0, -1, 3]
    assert found.counted_as.tolist() == [0.25, 1.0, 1.0]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (("R000009", "keep", "1"), "response_id"),
        (("R000000", "perhaps", "1"), "verdict"),
        (("R000000", "keep", "0"), "counted_as_one_of"),
        (("R000000", "keep", "½"), "counted_as_one_of"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(
    tmp_path: Path, row: tuple[str, str, str], field: str
) -> None:
    path = written(tmp_path / "decisions.csv", [("R000001", "keep", "1"), row])
    with pytest.raises(Refused) as refused:
        read_decisions_file(path, sample=small_sample([[4, 4]] * 3))
    [problem] = refused.value.problems
    assert (problem.file, problem.row, problem.field) == ("decisions.csv", 3, field)
