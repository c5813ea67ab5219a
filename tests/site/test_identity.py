"""A home, its keys and its database belong together; only `init` and `start` make any of them."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from survey import cli
from survey.app import create_app
from survey.site.installation import Site, open_site, upgrade_site
from tests.factories import ANLAN, CODE, in_fieldwork, open_anlan
from tests.migrations.test_words import COMMANDS
from tests.respond.factories import poster_code
from tests.respond.test_resident_page import ANSWERS, token_in

MAKING = {"init", "start", "demo", "campaign load"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SURVEY_DATABASE", raising=False)
    return tmp_path / "home"


def told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[object, str]:
    monkeypatch.setattr(sys, "argv", ["survey", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - MAKING))
def test_a_command_in_a_wrong_folder_says_so_and_makes_nothing(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = COMMANDS[name]
    if words is None:
        return  # opens no installation
    home.parent.joinpath("elsewhere").mkdir()
    monkeypatch.chdir(home.parent / "elsewhere")
    code, said = told(monkeypatch, capsys, *name.split(), *words)
    assert code == 1
    assert f"SURVEY_HOME：{home} 里没有已建立的系统" in said
    assert f"there is no installation in {home}" in said
    assert "survey init" in said
    assert not home.exists()
    assert list(Path.cwd().iterdir()) == []


def test_loading_first_makes_an_installation_and_says_where(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["survey", "campaign", "load", str(ANLAN)])
    for said in (f"已新建系统：{home}", ""):
        with pytest.raises(SystemExit):
            cli.main()
        assert said in capsys.readouterr().err
        assert (home / "keys").is_dir()


@pytest.mark.parametrize("command", ["init", "campaign load", "serve"])
@pytest.mark.parametrize("name", ["web.key lost", "intake.key lost", "signing.pem replaced"])
def test_a_key_that_is_lost_or_another_stops_every_command_and_is_not_made_again(
    command: str,
    name: str,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    upgrade_site(os.environ).database.close()
    name, _space, fate = name.partition(" ")
    key, lost = home / "keys" / name, fate == "lost"
    before = key.read_bytes()
    if lost:
        key.unlink()
    else:
        key.write_bytes(before[:-2] + b"x\n")
    words = (COMMANDS[command] or []) if command != "campaign load" else [str(ANLAN)]
    code, said = told(monkeypatch, capsys, *command.split(), *words)
    assert code == 1
    assert f"keys/{name}" in said
    assert ("切勿新建" if lost else "指纹不符") in said
    assert "restore" in said
    assert key.exists() is not lost
    key.write_bytes(before)
    key.chmod(0o600)
    open_site(os.environ).database.close()


def test_a_home_and_a_database_of_two_installations_are_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    upgrade_site(os.environ).database.close()
    upgrade_site({"SURVEY_HOME": str(tmp_path / "other")}).database.close()
    monkeypatch.setenv("SURVEY_DATABASE", f"sqlite:///{tmp_path / 'other' / 'survey.db'}")
    code, said = told(monkeypatch, capsys, "campaign", "status", CODE)
    assert code == 1
    assert "不属于同一套安装" in said
    assert "two installations" in said


def test_a_database_with_answers_and_an_empty_home_gets_no_new_keys(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with upgrade_site(os.environ) as site:
        open_anlan(site)
    shutil.move(home / "survey.db", tmp_path / "survey.db")
    monkeypatch.setenv("SURVEY_DATABASE", f"sqlite:///{tmp_path / 'survey.db'}")
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "empty"))
    code, said = told(monkeypatch, capsys, "init")
    assert code == 1
    assert "signing.pem" in said
    assert not (tmp_path / "empty" / "keys").exists()


def answer(client: FlaskClient, code: str) -> int:
    page = client.get(f"/q/{code}")
    form = ANSWERS | {"response_id": token_in(page)}
    return client.post(f"/q/{code}", data=form).status_code


def test_a_campaigns_lost_key_is_never_made_again(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with upgrade_site(os.environ) as opened:
        site = Site(
            settings=opened.settings,
            database=opened.database,
            keys=opened.keys,
            clock=in_fieldwork,
        )
        open_anlan(site)
        code = poster_code(site)
        client = create_app(site).test_client(use_cookies=False)
        assert answer(client, code) in {200, 303}
        key = home / "keys" / f"campaign-{CODE}.key"
        content = key.read_bytes()
        key.unlink()
        assert answer(client, code) == 503  # the phone keeps the answer
        assert not key.exists()
        key.write_bytes(bytes(32))
        key.chmod(0o600)
        assert answer(client, code) == 503
    code_, said = told(monkeypatch, capsys, "campaign", "status", CODE)
    assert code_ == 1
    assert f"campaign-{CODE}.key" in said
    key.write_bytes(content)
    open_site(os.environ).database.close()


def test_readyz_says_which_installation_and_no_path(home: Path) -> None:
    with upgrade_site(os.environ) as site:
        told_ = create_app(site).test_client().get("/readyz").text
        name = (home / "installation.id").read_text().strip()
    assert told_ == f"ready\ninstallation {name}\naddress {site.settings.base_url}\n"
    assert len(name) == 32
    assert str(home) not in told_
