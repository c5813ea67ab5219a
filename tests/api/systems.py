"""A receiving system: a client that shows a token and cannot keep a cookie."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.receivers import tokens
from survey.receivers.tokens import RIGHTS, Asked
from survey.site.installation import Site
from tests.api.described import ROOT, hold, is_described

NOW = datetime(2026, 12, 29, 2, 0, tzinfo=UTC)


@dataclass(slots=True)
class Standing:
    """A clock that is put on by hand."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class System:
    """Asks as a receiving system does; `number` is its token's."""

    client: FlaskClient
    secret: str
    number: int

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, said: object, **headers: str) -> TestResponse:
        body = said if isinstance(said, str) else json.dumps(said)
        return self.ask("POST", path, body=body, **{"Content-Type": "application/json", **headers})

    def ask(
        self, method: str, path: str, *, body: str | None = None, **headers: str
    ) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        shown = {"Authorization": f"Bearer {self.secret}", **named}
        answer = self.client.open(ROOT + path, method=method, data=body, headers=shown)
        assert "Set-Cookie" not in answer.headers
        if is_described(method, path):
            hold(method, path, answer)
        return answer


def at(site: Site, clock: Standing) -> Flask:
    """The application of an installation at a moment."""
    return create_app(replace(site, clock=clock))


def received_by(app: Flask, **asked: Any) -> System:
    """A system with a token for everything, unless it is asked for less."""
    site: Site = app.extensions["survey"]
    usual: dict[str, Any] = {
        "name": "考核主系统",
        "rights": RIGHTS,
        "campaigns": None,
        "until": date(2027, 12, 1),
    }
    with site.database.writing() as session:
        number, secret = tokens.make_token(
            session, asked=Asked(**{**usual, **asked}), by="admin", clock=site.clock
        )
    return System(app.test_client(use_cookies=True), secret, number)
