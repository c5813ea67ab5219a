"""What a program hands to the one that follows it, and that it asks that one first."""

import json
import os
import sys

import pytest

from survey.serving.handover import HANDED, Handed, could_start, taken
from survey.site.installation import Site


def test_what_was_handed_over_is_taken_once() -> None:
    told = {"listening": 5, "locks": [6, 7], "pipe": None, "workers": [100, 101]}
    environment = {HANDED: json.dumps(told), "SURVEY_HOME": "x"}
    assert taken(environment) == Handed(listening=5, locks=(6, 7), pipe=None, workers=(100, 101))
    assert environment == {"SURVEY_HOME": "x"}  # a program that it starts is handed nothing
    assert taken(environment) is None


def test_the_program_on_the_disk_is_asked_whether_it_could_start(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "argv", ["survey", "serve", "--port", "0"])
    monkeypatch.setitem(os.environ, "SURVEY_HOME", str(site.settings.home))
    assert could_start()
    monkeypatch.setitem(os.environ, "SURVEY_HOME", str(site.settings.home / "none"))
    assert not could_start()
    assert "the old one goes on" in caplog.text
    monkeypatch.setattr(sys, "executable", str(site.settings.home / "no-python"))
    assert not could_start()
    assert "did not answer" in caplog.text
