import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.access import accounts
from survey.cli import survey
from survey.model import Account
from survey.problems import Refused
from survey.site.installation import open_site, upgrade_site


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SURVEY_DATABASE", raising=False)
    upgrade_site(os.environ).database.close()


def run(*words: str) -> Result:
    result = CliRunner().invoke(survey, ["user", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def account(username: str) -> Account:
    site = open_site(os.environ)
    with site.database.reading() as session:
        return accounts.require_account(session, username=username)


def test_the_printed_password_alone_is_on_stdout_and_lets_in() -> None:
    password = run("add", "zhang", "--name", "张三", "--role", "office_admin").stdout.strip()
    site = open_site(os.environ)
    with site.database.writing() as session:
        found = accounts.authenticate(
            session, username="zhang", password=password, clock=site.clock
        )
    assert found is not None


def test_roles_change_and_accounts_are_disabled() -> None:
    run("add", "zhang", "--name", "张三", "--role", "office_admin")
    run("role", "zhang", "class_group", "--class", "B")
    assert (account("zhang").role, account("zhang").class_code) == ("class_group", "B")
    run("disable", "zhang")
    assert account("zhang").disabled_at is not None


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(Refused, match="联络员账号须指明单位"):
        run("add", "li", "--name", "李四", "--role", "unit_liaison")
    with pytest.raises(Refused, match="没有账号"):
        run("disable", "nobody")
    wrong = CliRunner().invoke(survey, ["user", "add", "li", "--name", "李", "--role", "king"])
    assert wrong.exit_code == 2
