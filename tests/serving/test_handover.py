"""What a program hands to the one that follows it, and that it asks that one first."""

import json
import os
import socket
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import survey
from survey.serving import handover, worker
from survey.serving.handover import HANDED, Handed, could_start, run_anew, taken
from survey.site.installation import Site


def test_what_was_handed_over_is_taken_once() -> None:
    told = {"listening": 5, "locks": [6, 7], "pipes": [8], "workers": [100, 101]}
    environment = {HANDED: json.dumps(told), "SURVEY_HOME": "x"}
    assert taken(environment) == Handed(listening=5, locks=(6, 7), pipes=(8,), workers=(100, 101))
    assert environment == {"SURVEY_HOME": "x"}  # a program that it starts is handed nothing
    assert taken(environment) is None


def test_the_program_on_the_disk_is_asked_whether_it_could_start(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "argv", ["survey", "serve", "--port", "0"])
    monkeypatch.setitem(os.environ, "SURVEY_HOME", str(site.settings.home))
    assert could_start(_never)
    monkeypatch.setitem(os.environ, "SURVEY_HOME", str(site.settings.home / "none"))
    assert not could_start(_never)
    assert "the old one goes on" in caplog.text
    monkeypatch.setattr(handover, "_PROGRAM", (str(site.settings.home / "no-python"),))
    assert not could_start(_never)
    assert "did not answer" in caplog.text


def test_whoever_stops_the_server_does_not_wait_for_the_one_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid_file = tmp_path / "pid"
    slow = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    monkeypatch.setattr(handover, "_PROGRAM", (sys.executable, "-c", slow))
    looks: list[bool] = []

    def told_to_stop() -> bool:
        looks.append(pid_file.exists() and pid_file.read_text("ascii") != "")
        return looks[-1]

    assert not could_start(told_to_stop)
    assert looks.count(True) == 1  # it was asked no further
    assert not Path(f"/proc/{pid_file.read_text('ascii')}").exists()


def test_a_program_that_never_answers_is_asked_only_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        handover, "_PROGRAM", (sys.executable, "-c", "import time; time.sleep(600)")
    )
    monkeypatch.setattr(handover, "_CHECK_SECONDS", 0.5)
    assert not could_start(_never)
    assert "did not answer, the old one goes on: TimeoutExpired" in caplog.text


def test_a_program_whose_application_cannot_be_built_could_not_start(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "SURVEY_HOME", str(site.settings.home))
    words = ["serve", "--check", "--port", "0"]
    assert CliRunner().invoke(survey, words).exit_code == 0

    def broken(_site: Site) -> None:
        raise ImportError("half of the new program is missing")

    monkeypatch.setattr(worker, "create_app", broken)
    assert CliRunner().invoke(survey, words).exit_code != 0


def test_a_program_that_cannot_be_run_leaves_the_old_one_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(handover, "_PROGRAM", (str(tmp_path / "no-python"),))
    with socket.socket() as listening:
        at = listening.fileno()
        run_anew(Handed(listening=at, locks=(), pipes=(), workers=()))
        assert not os.get_inheritable(at)
    assert "the old one goes on" in caplog.text


def _never() -> bool:
    return False
