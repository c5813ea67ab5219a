import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.access import accounts
from survey.app import create_app
from survey.cli import survey
from survey.model import Account, SecondFactor
from survey.problems import Refused
from survey.site.installation import open_site, upgrade_site
from tests.officials import sign_in


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
    assert enter("zhang", password) == 302


def enter(username: str, password: str) -> int:
    with open_site(os.environ) as site:
        return sign_in(create_app(site).test_client(), username, password).status_code


def test_a_reset_password_lets_in_and_the_old_one_does_not() -> None:
    old = run("add", "zhang", "--name", "张三", "--role", "office_admin").stdout.strip()
    new = run("reset", "zhang").stdout.strip()
    assert (enter("zhang", old), enter("zhang", new)) == (422, 302)
    assert account("zhang").password_one_time


def test_accounts_are_listed_with_what_an_administrator_asks() -> None:
    run("add", "zhang", "--name", "张三", "--role", "class_group", "--class", "B")
    run("add", "li", "--name", "李四", "--role", "leader")
    run("disable", "li")
    assert run("list").stdout.splitlines() == [
        "li\t李四\tleader\t-\t-\tdisabled",
        "zhang\t张三\tclass_group\tB\t-\tenabled",
    ]
    run("enable", "li")
    assert "li\t李四\tleader\t-\t-\tenabled" in run("list").stdout


def test_sessions_are_listed_and_ended() -> None:
    password = run("add", "zhang", "--name", "张三", "--role", "inspector").stdout.strip()
    with open_site(os.environ) as site:
        client = create_app(site).test_client()
        firefox = {"headers": {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}}
        sign_in(client, "zhang", password, **firefox)
        assert run("sessions", "zhang").stdout.rstrip().endswith("Firefox · Linux")
        assert run("end-sessions", "zhang").stdout == "zhang 1\n"
        assert client.get("/office/").status_code == 302
    assert run("sessions", "zhang").stdout == ""


def test_a_lost_telephone_is_taken_off_the_account() -> None:
    password = run("add", "zhang", "--name", "张三", "--role", "inspector").stdout.strip()
    with open_site(os.environ) as site, site.database.writing() as session:
        factor = SecondFactor(sealed_secret=b"", enrolled_at=site.clock(), last_counter=0)
        factor.account_id = accounts.require_account(session, username="zhang").id
        session.add(factor)
    assert "\ttotp\t" in run("list").stdout
    assert run("reset-totp", "zhang").stdout == "zhang reset\n"
    assert run("reset-totp", "zhang").stdout == "zhang had none\n"
    assert enter("zhang", password) == 302


def test_roles_change_and_accounts_are_disabled() -> None:
    run("add", "zhang", "--name", "张三", "--role", "office_admin")
    with pytest.raises(Refused, match="唯一能用的绩效办管理员"):
        run("role", "zhang", "class_group", "--class", "B")
    run("add", "wang", "--name", "王五", "--role", "office_admin")
    run("role", "zhang", "class_group", "--class", "B")
    assert (account("zhang").role, account("zhang").class_code) == ("class_group", "B")
    run("disable", "zhang")
    assert account("zhang").disabled_at is not None


def test_another_role_ends_every_session() -> None:
    password = run("add", "zhang", "--name", "张三", "--role", "leader").stdout.strip()
    with open_site(os.environ) as site:
        sign_in(create_app(site).test_client(), "zhang", password)
    run("role", "zhang", "leader")  # no other one
    assert run("sessions", "zhang").stdout
    run("role", "zhang", "auditor")
    assert run("sessions", "zhang").stdout == ""


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(Refused, match="联络员账号须指明单位"):
        run("add", "li", "--name", "李四", "--role", "unit_liaison")
    with pytest.raises(Refused, match="没有账号"):
        run("disable", "nobody")
    wrong = CliRunner().invoke(survey, ["user", "add", "li", "--name", "李", "--role", "king"])
    assert wrong.exit_code == 2
