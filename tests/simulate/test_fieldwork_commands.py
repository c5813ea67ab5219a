"""`survey simulate-fieldwork` from the command line, and what its page promises."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import survey

PAGE = Path(__file__).parents[2] / "docs/forecasts.md"
LINE = re.compile(
    r"(?P<mark>[✓✗]) (?P<manner>\w+): (?P<n>\d+) fieldworks, 80 % interval (?P<eighty>[\d.]+)% .*?"
    r"95 % interval (?P<most>[\d.]+)% .*?narrower by (?P<narrower>\d+)%"
)


def run(*words: str) -> str:
    result = CliRunner().invoke(survey, ["simulate-fieldwork", *words], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.slow
def test_forecasts_of_a_few_fieldworks_hold_about_as_often_as_they_say(tmp_path: Path) -> None:
    out = tmp_path / "page.md"
    told = run("--repeat", "24", "--seed", "11", "--out", str(out))
    found = {line["manner"]: line for line in LINE.finditer(told)}
    assert set(found) == {"usual", "rough"}
    for line in found.values():
        # Twenty-four fieldworks tell the shares within about three points.
        assert 74 <= float(line["eighty"]) <= 86
        assert 91 <= float(line["most"]) <= 98
        assert float(line["narrower"]) >= 12
    page = out.read_text("utf-8")
    assert page.count("| days over |") == 2
    assert "seed 11" in page


@pytest.mark.slow
def test_as_many_processes_as_you_like_say_the_same() -> None:
    words = ("--manner", "rough", "--repeat", "2", "--seed", "5")
    assert run(*words) == run(*words, "--jobs", "2")


def test_the_page_says_that_both_promises_are_kept_over_five_hundred_fieldworks() -> None:
    found = list(LINE.finditer(PAGE.read_text("utf-8")))
    assert [line["manner"] for line in found] == ["usual", "rough"]
    for line in found:
        assert line["mark"] == "✓"
        assert int(line["n"]) >= 500
        assert 78 <= float(line["eighty"]) <= 82
        assert 93 <= float(line["most"]) <= 97
        assert int(line["narrower"]) >= 20
