"""`survey appraise` on the demonstration county, against the truth that only tests may read."""

import csv
import json
import math
import os
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from survey.appraisal.commands import appraise as command
from survey.appraisal.folder_run import appraise_folder
from survey.problems import Refused
from survey.stats.campaign.result import AppraisalResult

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ANLAN = ROOT / "survey" / "demo" / "anlan"
TRUTH = ROOT / "tests" / "anlan" / "truth"
FILES = ("unit_scores.csv", "unit_group_scores.csv", "verdicts.csv", "appraisal.json")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    out = tmp_path_factory.mktemp("appraised") / "deep" / "out"
    appraisal = appraise_folder(ANLAN, out)
    truth = {row["unit_code"]: row for row in rows(TRUTH / "reference_unit_results.csv")}
    return SimpleNamespace(appraisal=appraisal, out=out, truth=truth)


def errors(appraisal: AppraisalResult, truth: dict[str, dict[str, str]], step: str) -> list[float]:
    scores = next(entry.unit_scores for entry in appraisal.steps if entry.name == step)
    return [
        score - float(truth[unit.unit_code]["true_score"])
        for unit, score in zip(appraisal.units, scores, strict=True)
        if score is not None
    ]


def rmse(differences: list[float]) -> float:
    return math.sqrt(sum(value**2 for value in differences) / len(differences))


def test_every_unit_is_published_and_nearer_the_truth_than_raw(run: SimpleNamespace) -> None:
    assert len(run.appraisal.units) == 26
    assert {unit.status for unit in run.appraisal.units} == {"published"}
    steps = {
        name: rmse(errors(run.appraisal, run.truth, name))
        for name in ("returned", "screened", "weighted")
    }
    assert steps["returned"] == pytest.approx(2.59, abs=0.005)  # the independent calculation's
    assert steps["screened"] < 1.31
    assert steps["weighted"] <= 0.97


def test_residents_are_nearer_the_truth_than_the_simple_reference(run: SimpleNamespace) -> None:
    true = {
        (row["unit_code"], row["group_code"]): float(row["true_group_score"])
        for row in rows(TRUTH / "truth_unit_group.csv")
    }
    residents = [figure for figure in run.appraisal.groups if figure.group_code == "G1"]
    assert len(residents) == 21
    assert {figure.method for figure in residents} == {"raking"}
    assert rmse([figure.score - true[figure.unit_code, "G1"] for figure in residents]) <= 1.22


def test_raw_scores_are_those_of_the_independent_calculation(run: SimpleNamespace) -> None:
    for unit in run.appraisal.units:
        expected = float(run.truth[unit.unit_code]["raw_unweighted"])
        assert unit.raw_score == pytest.approx(expected, abs=1e-6)


def test_units_that_were_attacked_return_to_their_place(run: SimpleNamespace) -> None:
    ranks = {unit.unit_code: unit for unit in run.appraisal.units}
    for code in ("A04", "A06", "B03"):
        true = int(run.truth[code]["class_rank_true"])
        assert abs(ranks[code].rank - true) <= 1
        assert ranks[code].rank_lower <= true <= ranks[code].rank_upper


def test_intervals_hold_the_truth(run: SimpleNamespace) -> None:
    held = [
        unit.lower <= float(run.truth[unit.unit_code]["true_score"]) <= unit.upper
        for unit in run.appraisal.units
    ]
    assert sum(held) >= 23


def test_rank_sets_hold_every_true_rank(run: SimpleNamespace) -> None:
    for unit in run.appraisal.units:
        true = int(run.truth[unit.unit_code]["class_rank_true"])
        assert unit.rank_lower <= true <= unit.rank_upper


def test_short_groups_leave_their_weight_to_the_others(run: SimpleNamespace) -> None:
    used = {unit.unit_code: unit.group_weight_used for unit in run.appraisal.units}
    assert {code: used.pop(code) for code in ("A12", "C05")} == {"A12": 90, "C05": 80}
    assert set(used.values()) == {100}
    short = {
        (notice.unit_code, notice.group_code)
        for notice in run.appraisal.notices
        if notice.code == "insufficient_group"
    }
    assert short == {("A12", "G3"), ("C05", "G4")}
    assert {unit.unit_code: unit.n for unit in run.appraisal.units}["A12"] == 310


def test_bad_answers_are_caught_and_honest_ones_left_alone(run: SimpleNamespace) -> None:
    labels = {row["response_id"]: row["label"] for row in rows(TRUTH / "responses_demo_labels.csv")}
    verdicts = rows(run.out / "verdicts.csv")
    assert len(verdicts) == 9195
    caught: Counter[str] = Counter()
    honest: Counter[str] = Counter()
    for row in verdicts:
        label = labels[row["response_id"]]
        if label == "ok":
            honest[row["verdict"]] += 1
        else:
            caught[label] += row["verdict"] in {"exclude", "quarantine"}
    assert honest == {"keep": 8257, "flag": 393}
    assert caught["F1_stuffing"] >= 154
    assert caught["F2_coached"] >= 81
    assert caught["F3_attack"] >= 53
    assert sum(caught.values()) >= 0.9 * 545


def test_margins_are_met(run: SimpleNamespace) -> None:
    missed = {
        notice.unit_code for notice in run.appraisal.notices if notice.code == "margins_missed"
    }
    assert missed == {"A01"}  # one rural answer for 3 % of its adults
    for figure in run.appraisal.groups:
        assert figure.max_margin_error < (0.01 if figure.unit_code in missed else 1e-9)
        # 乡 have no urban residents, so nothing is to be balanced there.
        margins = ("sex", "age4") + (
            () if figure.unit_code in {"A10", "A11", "A12"} else ("residence",)
        )
        assert figure.margins == (margins if figure.group_code == "G1" else ())


def test_the_four_files_have_the_promised_shape(run: SimpleNamespace) -> None:
    assert sorted(path.name for path in run.out.iterdir()) == sorted(FILES)
    header = "unit_code,class,status,score,se,lower,upper,n,effective_n,design_effect,"
    header += "group_weight_used,rank,rank_lower,rank_upper,tier,grade,points,raw_score"
    assert (run.out / "unit_scores.csv").read_text("utf-8-sig").splitlines()[0] == header
    header = "unit_code,group_code,score,se,n,effective_n,awareness_rate,method"
    assert (run.out / "unit_group_scores.csv").read_text("utf-8").splitlines()[0] == header
    # Grades are Chinese, and Excel garbles those of a file without the mark.
    assert (run.out / "unit_scores.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (run.out / "verdicts.csv").read_bytes().isascii()
    units = rows(run.out / "unit_scores.csv")
    assert [row["unit_code"] for row in units][:2] == ["A01", "A02"]
    for row in units:
        assert row["score"] == str(Decimal(row["score"]).quantize(Decimal("0.01")))
        assert float(row["lower"]) < float(row["score"]) < float(row["upper"])
    assert len(rows(run.out / "unit_group_scores.csv")) == 12 * 5 + 9 * 5 + 5 * 4
    verdicts = rows(run.out / "verdicts.csv")
    assert set(verdicts[0]) == {"response_id", "verdict", "rules"}
    assert any(";" in row["rules"] for row in verdicts)


def test_the_document_says_where_every_figure_comes_from(run: SimpleNamespace) -> None:
    document = json.loads((run.out / "appraisal.json").read_text("utf-8"))
    assert document["simulated"] is True
    assert document["plan_digest"] == run.appraisal.plan.digest()
    assert set(document["inputs"]) >= {"scheme.yaml", "units.csv", "responses_demo.csv"}
    steps = ["returned", "screened", "trusted", "weighted", "combined", "limited"]
    assert [step["name"] for step in document["steps"]] == steps
    assert {entry["group_code"] for entry in document["channels"]} == {"G1"}
    assert {case["unit_code"] for case in document["cases"]} >= {"A04", "B03"}
    assert all(case["responses"] for case in document["cases"])
    assert document["responses"]["returned"] == 9195
    assert document["responses"]["by_verdict"]["flag"] == 393
    unit = document["units"][0]
    assert unit["estimate"] == run.appraisal.units[0].estimate
    assert isinstance(unit["score"], str)


def test_the_same_bytes_from_another_process(run: SimpleNamespace, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from survey.appraisal.folder_run import appraise_folder\n"
        "appraise_folder(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(ANLAN), str(tmp_path)],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "4242", "TZ": "America/Lima"},
    )
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (run.out / name).read_bytes()


def test_the_command_prints_a_table(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(ANLAN), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == 27
    assert lines[1].split()[:2] == ["A01", "A"]
    assert "26 of 26 units published" in result.stderr


def test_answers_from_elsewhere(
    run: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    some = (ANLAN / "responses_demo.csv").read_text("utf-8").splitlines()[:3000]
    (tmp_path / "some.csv").write_text("\n".join(some), "utf-8")
    appraisal = appraise_folder(ANLAN, tmp_path / "out", "some.csv")
    assert appraisal.screening.verdict.size == 2999
    document = json.loads((tmp_path / "out" / "appraisal.json").read_text("utf-8"))
    assert "some.csv" in document["inputs"]
    assert appraisal.plan.digest() == run.appraisal.plan.digest()


def test_nothing_is_written_when_the_answers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        appraise_folder(ANLAN, tmp_path / "out", "nowhere.csv")
    assert caught.value.problems[0].file == "nowhere.csv"
    assert not (tmp_path / "out").exists()


def test_the_score_is_as_near_the_truth_as_promised(run: SimpleNamespace) -> None:
    assert rmse(errors(run.appraisal, run.truth, "limited")) <= 0.97
    held = [
        unit.lower <= float(run.truth[unit.unit_code]["true_score"]) <= unit.upper
        for unit in run.appraisal.units
    ]
    assert sum(held) >= 23
    for unit in run.appraisal.units:
        true_rank = int(run.truth[unit.unit_code]["class_rank_true"])
        if unit.unit_code in {"A04", "A06", "B03"}:
            assert abs(unit.rank - true_rank) <= 1
            assert unit.rank_lower <= true_rank <= unit.rank_upper


def test_no_channel_alarm_and_no_case_is_about_honest_answers(run: SimpleNamespace) -> None:
    labels = {row["response_id"]: row["label"] for row in rows(TRUTH / "responses_demo_labels.csv")}
    document = json.loads((run.out / "appraisal.json").read_text("utf-8"))
    # Of a coached group the case is a way of answering, and some answer that way by themselves.
    (coached,) = (case for case in document["cases"] if case["kind"] == "coached_group")
    alike = [labels[code] for code in coached["responses"]]
    assert set(alike) == {"F2_coached", "ok"}
    assert alike.count("ok") <= coached["keep"]
    others = [case for case in document["cases"] if case is not coached]
    named = [labels[code] for case in others for code in case["responses"]]
    assert named.count("ok") <= 0.02 * len(named)
    assert not [figure for figure in document["channels"] if figure["alarm"]]
