"""`--before`: what changed since an earlier campaign, or why that cannot be said."""

import csv
import hashlib
import json
import math
import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from survey.appraisal.changes import compare
from survey.appraisal.commands import appraise as command
from survey.appraisal.folder_run import appraise_folder
from survey.appraisal.record import AppraisalRecord
from survey.problems import Refused
from survey.stats.campaign.decisions import DecisionsPlan

pytestmark = pytest.mark.slow

read = AppraisalRecord.from_dict
ANLAN = Path(__file__).parents[2] / "survey" / "demo" / "anlan"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("first")
    appraise_folder(ANLAN, out)
    return out / "appraisal.json"


@pytest.fixture
def document(first: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(first.read_text("utf-8"))
    return content


def test_two_campaigns_alike_are_compared_unit_by_unit(first: Path, tmp_path: Path) -> None:
    # The same people a grade more content with A01, so that only A01 changes.
    folder = tmp_path / "later"
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("main_system*"))
    with (ANLAN / "responses_demo.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), reader.fieldnames or []
    for row in rows:
        if row["unit_code"] == "A01":
            row["q_C1"] = {"3": "4", "4": "5"}.get(row["q_C1"], row["q_C1"])
    with (folder / "responses_demo.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    out = tmp_path / "out"
    arguments = [str(folder), "--out", str(out), "--before", str(first)]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0
    with (out / "changes.csv").open(encoding="utf-8", newline="") as file:
        changes = {row["unit_code"]: row for row in csv.DictReader(file)}
    assert {row["comparable"] for row in changes.values()} == {"yes"}
    assert float(changes["A01"]["delta"]) > 1
    assert max(abs(float(changes[code]["delta"])) for code in changes if code != "A01") < 0.5
    content = json.loads((out / "appraisal.json").read_text("utf-8"))
    before = {unit["unit_code"]: unit for unit in json.loads(first.read_text("utf-8"))["units"]}
    now = {unit["unit_code"]: unit for unit in content["units"]}
    assert content["changes"]["comparable"] is True
    for unit in content["changes"]["units"]:
        earlier, later = before[unit["unit_code"]], now[unit["unit_code"]]
        assert unit["delta"] == pytest.approx(later["estimate"] - earlier["estimate"])
        assert unit["se"] == pytest.approx(math.hypot(later["se"], earlier["se"]))
        assert unit["lower"] < unit["delta"] < unit["upper"]
    assert "before/appraisal.json" in content["inputs"]
    appraise_folder(folder, out)
    assert not (out / "changes.csv").exists()


def _looking_at_last_time(folder: Path, more: str = "") -> None:
    scheme = folder / "scheme.yaml"
    text = scheme.read_text("utf-8")
    wanted = f"{{borrowing: groups, borrowing_covariate: last_release{more}}}"
    assert "  conversion: direct" in text
    stated = f"  debiasing: {wanted}\n  conversion: direct"
    scheme.write_text(text.replace("  conversion: direct", stated), "utf-8")


def test_before_gives_the_scores_of_last_time_to_a_scheme_that_looks_at_them(
    first: Path, tmp_path: Path
) -> None:
    folder, out = tmp_path / "later", tmp_path / "out"
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("main_system*"))
    _looking_at_last_time(folder)
    with pytest.raises(Refused, match="--before"):
        appraise_folder(folder, out)
    appraise_folder(folder, out, before=first)
    content = json.loads((out / "appraisal.json").read_text("utf-8"))
    used = content["plan"]["borrowing"]
    digest = hashlib.sha256(first.read_bytes()).hexdigest()
    assert used["document"] == content["inputs"]["earlier_scores"] == digest
    released = json.loads(first.read_text("utf-8"))
    assert used["campaign"] == released["campaign"]
    assert dict(map(tuple, used["earlier"])) == {
        unit["unit_code"]: float(unit["score"]) for unit in released["units"] if unit["score"]
    }
    said = [one["code"] for one in content["notices"] if not one["unit_code"]]
    assert said.count("earlier_scores_used") == 2  # class C has too few units to borrow
    # The same scheme with these scores written down gives the same scores, without the file.
    stated = tmp_path / "stated"
    shutil.copytree(ANLAN, stated, ignore=shutil.ignore_patterns("main_system*"))
    scores = "".join(f", score_{unit}: {score}" for unit, score in used["earlier"])
    last = f"{{campaign: {used['campaign']}, document: {digest}{scores}}}"
    _looking_at_last_time(stated, f", last_release: {last}")
    again = tmp_path / "again"
    appraise_folder(stated, again)
    written = json.loads((again / "appraisal.json").read_text("utf-8"))
    assert written["units"] == content["units"]
    assert written["plan_digest"] == content["plan_digest"]


def test_a_real_campaign_takes_no_scores_of_an_invented_one(first: Path, tmp_path: Path) -> None:
    folder, other = tmp_path / "later", tmp_path / "real.json"
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("main_system*"))
    _looking_at_last_time(folder)
    content = json.loads(first.read_text("utf-8"))
    other.write_text(json.dumps(content | {"simulated": not content["simulated"]}), "utf-8")
    with pytest.raises(Refused, match="simulated"):
        appraise_folder(folder, tmp_path / "out", before=other)


def _other_points(content: dict[str, Any]) -> None:
    content["plan"]["points"][2] = 25.0


def _other_words(content: dict[str, Any]) -> None:
    content["question_digest"] = "0" * 64


def _other_margins(content: dict[str, Any]) -> None:
    content["plan"]["groups"][0]["margins"] = ["sex"]


def _other_channels(content: dict[str, Any]) -> None:
    content["channel_mix"][0]["share"] += 0.1


def _other_combination(content: dict[str, Any]) -> None:
    content["plan"]["combination"]["method"] = "pooled"


def _other_steps(content: dict[str, Any]) -> None:
    content["plan"]["nonresponse"]["method"] = "callbacks"


def _other_rules(content: dict[str, Any]) -> None:
    content["plan"]["screening"]["rules"][8]["action"] = "exclude"


def _real(content: dict[str, Any]) -> None:
    content["simulated"] = False


def _other_units(content: dict[str, Any]) -> None:
    content["units"] = []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_other_points, "other_questionnaire"),
        (_other_words, "other_questionnaire"),
        (_other_margins, "other_margins"),
        (_other_channels, "other_channel_mix"),
        (_other_combination, "other_combination"),
        (_other_steps, "other_steps"),
        (_other_rules, "other_steps"),
        (_real, "simulated"),
        (_other_units, "no_common_unit"),
    ],
)
def test_what_cannot_be_compared_is_not(
    document: dict[str, Any], spoil: Callable[[dict[str, Any]], None], code: str
) -> None:
    before = deepcopy(document)
    spoil(before)
    found = compare(read(document), read(before))
    assert found.comparable is False
    assert [reason.code for reason in found.reasons] == [code]
    assert all(reason.zh and reason.en for reason in found.reasons)
    assert {unit.delta for unit in found.units} == {None}


def test_a_unit_that_changed_itself_is_left_out_alone(document: dict[str, Any]) -> None:
    before = deepcopy(document)
    before["units"][0]["class_code"] = "B"
    before["units"][1]["estimate"] = None
    del before["units"][2]
    items = before["plan"]["units"][3]["items"]
    items[0]["coefficient"] += 1.0
    items[1]["coefficient"] -= 1.0
    before["plan"]["units"][4]["population"] = before["plan"]["units"][0]["population"]
    place = [entry["class_code"] for entry in before["plan"]["classes"]].index("C")
    before["plan"]["classes"][place]["coefficients"][1] += 5
    before["plan"]["classes"][place]["coefficients"][2] -= 5
    found = compare(read(document), read(before))
    assert found.comparable is True
    reasons = {unit.unit_code: unit.reason for unit in found.units if unit.reason}
    assert {code: reason.code for code, reason in reasons.items()} == {
        "A01": "other_class",
        "A02": "not_before",
        "A03": "not_before",
        "A04": "other_items",
        "A05": "other_population",
        **dict.fromkeys(("C01", "C02", "C03", "C04", "C05"), "other_coefficients"),
    }
    told = [unit for unit in found.units if not unit.reason]
    assert {unit.delta for unit in told} == {0.0}


def test_units_that_surely_changed_are_named_class_by_class(document: dict[str, Any]) -> None:
    before = deepcopy(document)
    for place, moved in enumerate((-12, 12, -12, -3)):
        before["units"][place]["estimate"] += moved
    before["units"][2]["rank"] = None  # nothing held its score
    found = {unit.unit_code: unit for unit in compare(read(document), read(before)).units}
    sides = {code: (unit.side, unit.strict) for code, unit in found.items() if unit.side}
    assert sides == {"A01": ("improved", True), "A02": ("fell", True)}
    assert found["A03"].delta == pytest.approx(12)
    stored = read(document)
    lenient = replace(stored.plan, decisions=DecisionsPlan(error_rate=0.6))
    told = compare(replace(stored, plan=lenient), read(before)).units
    assert [unit.unit_code for unit in told if unit.side == "improved"] == ["A01", "A04"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no appraisal.json"),
        ("[]", "no appraisal.json"),
        ('{"kind": "public-review-appraisal"}', "is cut short"),
        (
            (
                '{"kind": "public-review-appraisal", "campaign": "", "simulated": true,'
                ' "plan_digest": "", "plan": {}, "units": []}'
            ),
            "appraise that campaign again",
        ),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "old.json").write_text(text, "utf-8")
    with pytest.raises(Refused, match=words):
        appraise_folder(ANLAN, tmp_path / "out", before=tmp_path / "old.json")
    assert not (tmp_path / "out").exists()
