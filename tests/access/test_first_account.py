"""The first administrator is whoever reads the console, and one alone."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import starting
from survey.app import create_app
from survey.cli import survey
from survey.model import Account, FirstAdministrator
from survey.serving import commands as serving
from survey.site.installation import Site, open_site
from tests.factories import in_fieldwork
from tests.officials import PASSWORD, token

N_RACERS = 12


def printed(words: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what a command prints that would then serve."""
    for module in (serving, starting):
        monkeypatch.setattr(module, "run_server", lambda **_where: None)
    done = CliRunner().invoke(survey, words, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def setup_token(output: str) -> str:
    found = re.search(r"setup token: (.+)", output)
    assert found, output
    return found[1]


def ask(client: FlaskClient, setup: str, **changed: str) -> TestResponse:
    page = client.get("/office/first")
    data = {"token": setup, "username": "boss", "name": "主任", "password": PASSWORD}
    data |= {"again": PASSWORD, "csrf_token": token(page), **changed}
    return client.post("/office/first", data=data)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SURVEY_BASE_URL", "http://127.0.0.1:8000")


@pytest.mark.usefixtures("home")
def test_the_console_tells_what_the_page_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = printed(["start", "--empty"], monkeypatch)
    assert setup_token(printed(["serve"], monkeypatch)) == setup_token(shown)
    assert "/office/first" in shown
    site = open_site(os.environ)
    client = create_app(replace(site, clock=in_fieldwork)).test_client()
    assert client.get("/office/sign-in").location == "/office/first"
    guessed = ask(client, "0000 0000 0000 0000")
    assert guessed.status_code == 422
    assert "设置口令不对" in guessed.text
    unequal = ask(client, setup_token(shown), again="something else")
    assert "两次输入的密码不一致" in unequal.text
    weak = ask(client, setup_token(shown), password="Admin12345678", again="Admin12345678")
    assert "太容易被猜到" in weak.text
    made = ask(client, setup_token(shown).lower())
    assert made.location == "/office/"
    assert client.get("/office/").location == "/office/own/second-factor"
    stranger = client.application.test_client()
    assert stranger.get("/office/first").location == "/office/sign-in"
    assert "setup token" not in printed(["start", "--empty"], monkeypatch)
    site.database.close()


def test_of_twelve_at_once_one_becomes_administrator(
    each_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(replace(each_site, clock=in_fieldwork))
    monkeypatch.setenv("SURVEY_HOME", str(each_site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", each_site.settings.database_url)
    setup = setup_token(printed(["serve"], monkeypatch))
    clients = [app.test_client() for _ in range(N_RACERS)]
    forms = [client.get("/office/first") for client in clients]
    ready = Barrier(N_RACERS)

    def race(number: int) -> str | None:
        data = {"token": setup, "username": f"racer{number}", "name": "某", "password": PASSWORD}
        data |= {"again": PASSWORD, "csrf_token": token(forms[number])}
        ready.wait()
        return clients[number].post("/office/first", data=data).location

    with ThreadPoolExecutor(N_RACERS) as racers:
        answers = list(racers.map(race, range(N_RACERS)))
    assert answers.count("/office/") == 1
    winner = f"racer{answers.index('/office/')}"
    with each_site.database.reading() as session:
        assert session.scalars(sa.select(Account.username)).all() == [winner]
        assert session.scalars(sa.select(FirstAdministrator.username)).all() == [winner]
