"""The bad days are gone through whole, away from any installation, and a failure is told."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import survey
from survey.drill import commands, poster_fraud
from survey.drill.place import Place, place_of_its_own
from survey.drill.timetable import Timetable, WentWrong, require


@pytest.mark.slow
def test_each_bad_day_ends_well_and_no_installation_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "installation"
    monkeypatch.setenv("SURVEY_HOME", str(elsewhere))
    monkeypatch.setenv("SURVEY_HEADS_DROP", str(tmp_path / "drop"))
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(survey, ["drill", "--answers", "12"])
    assert run.exit_code == 0, run.output
    for day in ("磁盘坏了 / lost-disk", "密钥丢了 / lost-key", "域名被封 / banned-host"):
        assert day in run.stdout
    assert "海报被调包 / poster-fraud" in run.stdout
    assert run.stdout.count("✓") == 17
    assert "✗" not in run.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_goes_wrong_is_told_and_the_other_days_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = Timetable()
    with table.day("lost-disk"):
        with table.step("一", "one"):
            require(False, "the receipt is not found")
        pytest.fail("the day went on")
    with table.day("lost-key"), table.step("二", "two"):
        require(True, "")
    assert not table.went_well
    assert [(step.day, step.fault) for step in table.steps] == [
        ("lost-disk", "the receipt is not found"),
        ("lost-key", ""),
    ]
    commands._print(table)
    told = capsys.readouterr().out
    assert "✗" in told
    assert "the receipt is not found" in told
    assert "密钥丢了 / lost-key" in told


def test_an_old_code_that_still_opens_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poster_fraud, "done_by_both", lambda *_a, **_k: None)
    monkeypatch.setattr(Place, "command", lambda *_a, **_k: "")
    table = Timetable()
    with place_of_its_own(1) as place, table.day("poster-fraud"):
        poster_fraud.rehearse(place, table)
    assert [bool(step.fault) for step in table.steps] == [False, False, True]


def test_a_command_that_ends_otherwise_than_it_has_to_is_told() -> None:
    with place_of_its_own(1) as place:
        home = place.home
        with pytest.raises(WentWrong, match="NOBODY"):
            place.command("poster", "NOBODY", "--out", str(place.pdf))
    assert not home.exists()
