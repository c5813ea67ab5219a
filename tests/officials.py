"""Officials of every role, and a browser's worth of manners for the test client."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.access import passwords
from survey.access.accounts import create_account
from survey.app import create_app
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_in_order
from survey.scheme.folder import read_folder
from survey.site.installation import Site
from tests.factories import ANLAN, CODE, FIELDWORK, in_fieldwork, open_anlan, standing_at
from tests.prepared import prepared

PASSWORD = "correct horse battery"
OFFICIALS = {
    "admin": {"role": "office_admin"},
    "review": {"role": "office_review"},
    "groupa": {"role": "class_group", "class_code": "A"},
    "liaison": {"role": "unit_liaison", "unit_code": "A01"},
    "inspector": {"role": "inspector"},
    "leader": {"role": "leader"},
    "auditor": {"role": "auditor"},
}


def add_officials(site: Site) -> None:
    """Make one account for each role; 安澜县 must be loaded."""
    known = passwords.chosen(PASSWORD)
    with site.database.writing() as session:
        for username, scope in OFFICIALS.items():
            create_account(
                session,
                username=username,
                name=f"测试{username}",
                by="tests",
                clock=in_fieldwork,
                password=known,
                **scope,
            )


def open_as_an_office(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Open and seal 安澜县 with its officials; commands stand in the middle of its fieldwork."""
    site = at_the_console(site, tmp_path, monkeypatch)
    prepared(site, "opened as an office does", lambda: open_with_a_seal(site))
    return site


def at_the_console(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Let commands be given to this installation, in a folder of their own."""
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    monkeypatch.chdir(tmp_path)
    standing_at(monkeypatch, FIELDWORK)
    return replace(site, clock=in_fieldwork)


def open_with_a_seal(site: Site) -> None:
    """Open 安澜县 as the office's page does, with its officials."""
    folder = read_folder(ANLAN)
    with site.database.writing() as session:
        load_campaign(session, folder=folder, by="tests", clock=in_fieldwork, simulated=True)
    open_in_order(site, campaign_code=CODE, by="tests")
    add_officials(site)


def done_by_two(run: Callable[..., Result], *words: str) -> Result:
    """Let one official propose by a command and another approve by the same; return the second."""
    proposed = run(*words, "--by", "admin")
    assert proposed.exit_code == 1, proposed.output
    return run(*words, "--by", "review")


def approved(client: FlaskClient, asked: TestResponse) -> TestResponse:
    """Approve as a second official what the first was just told to wait for."""
    assert asked.status_code == 302, asked.text
    assert asked.location.startswith("/office/proposals/")
    carried = token(client.get("/office/password"))
    return client.post(f"{asked.location}/approve", data={"csrf_token": carried})


def office(site: Site) -> Flask:
    """Open 安澜县, make the officials and return the application in the middle of fieldwork."""
    standing = replace(site, clock=in_fieldwork)
    staff(standing)
    return create_app(standing)


def staff(site: Site) -> None:
    """Open 安澜县 and make the officials."""

    def make() -> None:
        open_anlan(site)
        add_officials(site)

    prepared(site, "staffed", make)


def token(page: TestResponse) -> str:
    """Return the CSRF token of a page."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
    assert found, page.text[:400]
    return found[1]


def sign_in(
    client: FlaskClient, username: str, password: str = PASSWORD, *, code: str = "", **sent: Any
) -> TestResponse:
    """Sign in as a browser would; returns the answer to the form."""
    page = client.get("/office/sign-in", **sent)
    typed = {"username": username, "password": password, "code": code}
    return client.post("/office/sign-in", data={"csrf_token": token(page), **typed}, **sent)


def signed_in(app: Flask, username: str) -> FlaskClient:
    """Return a client that is signed in."""
    client = app.test_client()
    answer = sign_in(client, username)
    assert answer.status_code == 302, answer.text
    return client
