"""What was altered stands on every page of the office, stops its deeds, and is told by /readyz."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.app import create_app
from survey.web import alterations
from tests.demonstrated import CODE
from tests.officials import signed_in, token
from tests.verification.homes import opened
from tests.verification.test_attacks import (
    edit_a_counter,
    edit_a_unit,
    edit_a_verdict,
    edit_the_plan,
    edit_the_release,
    tamper,
)

HERE = f"/office/campaigns/{CODE}"
RED = 'class="alarm" role="alert"'


@pytest.fixture
def app_of(home_of: Callable[[str], Path]) -> Iterator[Callable[[str], tuple[Flask, Path]]]:
    made = []

    def make(stage: str) -> tuple[Flask, Path]:
        home = home_of(stage)
        made.append(opened(home))
        return create_app(made[-1]), home

    yield make
    for site in made:
        site.database.close()


def confirm(client: FlaskClient, address: str) -> tuple[int, str]:
    answer = client.post(
        address, data={"csrf_token": token(client.get("/office/password")), "reason": "按期"}
    )
    return answer.status_code, answer.text


def test_an_altered_record_is_red_on_every_page_as_soon_as_it_is(
    app_of: Callable[[str], tuple[Flask, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alterations, "_AT_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(alterations, "_SHARE", 0)
    app, home = app_of("released")
    client = signed_in(app, "admin")
    pages = ("/office/", HERE, f"{HERE}/progress", f"{HERE}/scores", f"{HERE}/cases")
    for page in pages:
        assert RED not in client.get(page).text, page
    assert "altered" not in client.get("/readyz").text
    tamper(home, edit_the_release)
    for page in pages:
        shown = client.get(page).text
        assert RED in shown, page
        assert "第 1 次发布的文件在签名后被改动" in shown, page
    english = client.get("/office/?lang=en").text
    assert "release 1 was changed after it was signed" in english
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert f"{CODE} releases: release 1 was changed" in ready.text


@pytest.mark.parametrize(
    ("stage", "change", "deed"),
    [
        ("open", edit_a_counter, "close"),
        ("closed", edit_the_plan, "score"),
        ("scored", edit_a_verdict, "release"),
    ],
)
def test_a_deed_of_the_office_answers_409_and_names_what_is_wrong(
    app_of: Callable[[str], tuple[Flask, Path]], stage: str, change, deed: str
) -> None:
    app, home = app_of(stage)
    tamper(home, change)
    status, page = confirm(signed_in(app, "admin"), f"{HERE}/{deed}")
    assert status == 409
    assert "存档被改动，操作已停止" in page
    assert "restore from a backup" not in page  # one language at a time


def test_no_file_with_figures_is_given_out(
    app_of: Callable[[str], tuple[Flask, Path]],
) -> None:
    app, home = app_of("released")
    client = signed_in(app, "review")
    address = f"{HERE}/releases/1/json"
    assert client.get(address).status_code == 200
    tamper(home, edit_a_unit)
    stopped = client.get(address)
    assert stopped.status_code == 409
    assert "条记录被改动" in stopped.text
