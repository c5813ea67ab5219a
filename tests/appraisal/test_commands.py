import hashlib
import json
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import survey
from survey.problems import Refused
from survey.site.installation import Site
from tests.demonstrated import CODE, closed
from tests.officials import add_officials, done_by_two

pytestmark = pytest.mark.slow


def _run(site: Site, *words: str) -> Result:
    environment = {
        "SURVEY_HOME": str(site.settings.home),
        "SURVEY_DATABASE": site.settings.database_url,
    }
    return CliRunner().invoke(survey, words, env=environment)


def test_score_release_export(each_site: Site, tmp_path: Path) -> None:
    closed(each_site, n=300)
    table = _run(each_site, "score", CODE)
    assert table.exit_code == 0
    assert len(table.stdout.splitlines()) == 27
    assert "模拟" in table.stderr
    figures = json.loads(_run(each_site, "score", CODE, "--json").stdout)
    assert len(figures["units"]) == 26
    add_officials(each_site)
    released = done_by_two(partial(_run, each_site), "release", CODE)
    assert released.exit_code == 0
    assert f"{CODE}-R1" in released.stdout
    for name in ("json", "csv", "gb18030", "xlsx"):
        out = tmp_path / f"scores.{name}"
        told = _run(each_site, "export", CODE, "--format", name, "--out", str(out))
        assert told.exit_code == 0
        assert hashlib.sha256(out.read_bytes()).hexdigest() in told.stdout


def test_what_is_refused_is_said_in_both_languages(site: Site, tmp_path: Path) -> None:
    closed(site, n=5)
    add_officials(site)
    with_out = ("--format", "json", "--out", str(tmp_path / "x.json"))
    for words in (
        ("release", CODE, "--by", "admin"),
        ("export", CODE, *with_out),
        ("score", "NONE"),
    ):
        result = _run(site, *words)
        assert isinstance(result.exception, Refused)
        assert result.exception.problems[0].zh
        assert result.exception.problems[0].en
    assert not (tmp_path / "x.json").exists()


@pytest.mark.parametrize("command", ["score", "release", "export", "demo"])
def test_help_has_an_example(command: str) -> None:
    result = CliRunner().invoke(survey, [command, "--help"])
    assert result.exit_code == 0
    assert f"Example: survey {command}" in result.output
