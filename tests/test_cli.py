import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy.exc import IntegrityError, OperationalError

from survey import cli
from survey.stats.weighting import WeightError
from tests.factories import FIELDWORK, standing_at


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SURVEY_DATABASE", raising=False)
    return tmp_path / "home"


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["survey", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


@pytest.mark.parametrize("words", list(commands(cli.survey)), ids=" ".join)
def test_the_help_of_every_command_shows_an_example_of_it(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli.survey, [*words, "--help"]).stdout
    assert f"survey {' '.join(words)}" in shown.split("Example: ", 1)[1]


def test_the_help_lists_commands_in_the_words_of_their_own() -> None:
    loaded = click.Group("survey", help=cli.survey.help, commands=dict(cli.survey.commands))
    loaded.params, loaded.context_settings = cli.survey.params, cli.survey.context_settings
    listed, own = (CliRunner().invoke(group, ["--help"]).stdout for group in (cli.survey, loaded))
    assert listed == own


def test_the_help_loads_no_room() -> None:
    code = (
        "import sys; from survey.cli import survey; survey(['--help'], standalone_mode=False);"
        "print({'sqlalchemy', 'flask', 'numpy', 'scipy', 'survey.model'} & set(sys.modules))"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "set()"


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_issued(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anlan = Path(cli.__file__).parent / "demo" / "anlan"
    campaign = "ANLAN-2026-GZPY"
    assert run(monkeypatch, "init") == 0
    assert run(monkeypatch, "campaign", "load", str(anlan)) == 0
    assert run(monkeypatch, "campaign", "open", campaign) == 0
    capsys.readouterr()
    standing_at(monkeypatch, FIELDWORK)
    out = tmp_path / "nowhere" / "codes.csv"
    words = ["--unit", "A01", "--group", "G2", "--count", "7", "--out", str(out)]
    assert run(monkeypatch, "code", "issue", campaign, *words) == 1
    told = capsys.readouterr()
    assert not told.out
    assert f"{out}：无法读写" in told.err
    assert f"{out}: cannot be read or written" in told.err
    assert run(monkeypatch, "campaign", "status", campaign) == 0
    assert "token_sms            0      0       0 " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            OperationalError("SELECT", {}, Exception("no such host\nat all")),
            ("数据库无法使用（no such host）", "the database cannot be used (no such host)"),
        ),
        (
            IntegrityError("INSERT", {"receipt": "TOLD"}, Exception("UNIQUE receipt TOLD")),
            ("数据库拒绝了写入或查询", "the database refused a statement"),
        ),
        (WeightError("all_zero"), ("基础权数全部为零", "all base weights are zero")),
        (FileNotFoundError(2, "gone", "here.csv"), ("here.csv：无法读写", "here.csv: cannot be")),
    ],
    ids=lambda given: type(given).__name__,
)
def test_whatever_stops_a_command_is_told_in_both_languages(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    told: tuple[str, str],
) -> None:
    def stop(*_given: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr(cli.survey.commands["verify"], "callback", stop)
    assert run(monkeypatch, "verify") == 1
    said = capsys.readouterr().err
    assert [words for words in told if words not in said] == []
    assert "TOLD" not in said


def test_what_nobody_foresaw_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_given: object, **_named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli.survey.commands["verify"], "callback", stop)
    monkeypatch.setattr(sys, "argv", ["survey", "verify"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_a_command_without_an_installation_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "campaign", "status", "X") == 1
    told = capsys.readouterr().err
    assert "没有已建立的系统" in told
    assert "survey init" in told


def test_what_an_installation_keeps_is_readable_by_its_owner_only(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    assert run(monkeypatch, "init") == 0
    assert home.stat().st_mode & 0o077 == 0
    assert (home / "survey.db").stat().st_mode & 0o077 == 0


def test_a_step_out_of_turn_is_refused_in_words_of_each_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    anlan = Path(cli.__file__).parent / "demo" / "anlan"
    assert run(monkeypatch, "init") == 0
    assert run(monkeypatch, "campaign", "load", str(anlan)) == 0
    capsys.readouterr()
    for words in (("campaign", "close"), ("score",)):
        assert run(monkeypatch, *words, "ANLAN-2026-GZPY") == 1
        chinese, english = capsys.readouterr().err.splitlines()
        assert "当前为“准备中”" in chinese
        assert "is draft" in english


@pytest.mark.second
@pytest.mark.parametrize(
    "console",
    [
        {"PYTHONIOENCODING": "cp1252:strict"},
        {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["cp1252", "LANG=C"],
)
def test_a_command_does_its_work_on_a_console_that_cannot_show_chinese(
    tmp_path: Path, console: dict[str, str]
) -> None:
    table, plan, out = tmp_path / "数据.csv", tmp_path / "plan.toml", tmp_path / "权数.csv"
    table.write_text("单位,得分\n甲,1\n乙,2\n", "utf-8")
    plan.write_text('[[estimate]]\nvariable = "得分"\nby = "单位"\n', "utf-8")
    for words, ends in (
        (["--help"], 0),
        (["weigh", str(table), str(plan), "--out", str(out)], 0),
        (["weigh", str(table), str(table), "--out", str(out)], 1),
        (["campaign", "status", "没有"], 1),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "survey", *words],
            capture_output=True,
            check=False,
            env={**os.environ, **console},
            cwd=Path(cli.__file__).parents[1],
        )
        assert done.returncode == ends, done.stderr
        assert b"Traceback" not in done.stderr
    assert out.read_text("utf-8-sig").startswith("单位,得分,weight\n")


@pytest.mark.parametrize("room", ["draw", "simulate", "weigh", "witness"])
def test_rooms_whose_commands_guard_no_installation_open_none(room: str) -> None:
    sources = list((Path(cli.__file__).parent / room).glob("*.py"))
    assert len(sources) > 2
    assert [path for path in sources if "installation" in path.read_text("utf-8")] == []
    assert {where.split(".")[1] for where in cli._OF_FILES} == {
        "draw",
        "simulate",
        "weigh",
        "witness",
    }
