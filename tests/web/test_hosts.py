"""Only our own host names are answered, and what a request brings reaches no log."""

import logging
import re
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from survey.app import create_app
from survey.clock import now
from survey.site.config import read_settings
from survey.site.installation import Site


def app_at(site: Site, base: str, **further: str) -> Flask:
    home = {"SURVEY_HOME": str(site.settings.home), "SURVEY_BASE_URL": base}
    settings = read_settings(home | further)
    return create_app(replace(site, settings=settings))


@pytest.mark.parametrize(
    ("base", "host", "answered"),
    [
        ("https://ping.gov.cn", "ping.gov.cn", True),
        ("https://ping.gov.cn", "PING.gov.cn:443", True),
        ("https://ping.gov.cn", "evil.example", False),
        ("https://ping.gov.cn", "ping.gov.cn.evil.example", False),
        ("https://ping.gov.cn", "ping.gov.cn@evil.example", False),
        ("https://ping.gov.cn", "127.0.0.1:8000", False),
        ("https://ping.gov.cn", "10.1.2.3", False),
        ("https://ping.gov.cn", "office.lan", True),  # of SURVEY_HOSTS
        ("http://127.0.0.1:8000", "localhost:8000", True),
        ("http://127.0.0.1:8000", "192.168.1.7:8000", True),
        ("http://127.0.0.1:8000", "evil.example:8000", False),
        ("http://0.0.0.0:8000", "192.168.1.7:8000", True),
        ("http://192.168.1.7:8000", "127.0.0.1:8000", True),
        ("http://192.168.1.7:8000", "10.1.2.3:8000", True),
        ("http://192.168.1.7:8000", "evil.example:8000", False),
        ("http://0.0.0.0:8000", "evil.example:8000", False),
    ],
)
def test_other_hosts_get_no_page(site: Site, base: str, host: str, answered: bool) -> None:
    client = app_at(site, base, SURVEY_HOSTS="office.lan intern.lan").test_client()
    answer = client.get("/q", headers={"Host": host})
    assert answer.status_code == (200 if answered else 400)


def test_a_line_of_the_log_has_one_form_and_is_of_utc(
    site: Site, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        app_at(site, "https://ping.gov.cn").test_client().get(
            "/q", headers={"Host": "evil.example"}
        )
    finally:
        monkeypatch.undo()
        time.tzset()
    [line] = [line for line in capfd.readouterr().err.splitlines() if "refused" in line]
    told = re.fullmatch(r"(\S+Z) WARNING survey refused: a foreign host", line)
    assert told, line
    assert abs(datetime.fromisoformat(told[1]) - now()) < timedelta(minutes=5)


def test_a_form_without_our_token_is_logged_without_its_values(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    client = app_at(site, "http://127.0.0.1:8000").test_client()
    with caplog.at_level(logging.WARNING, logger="survey"):
        answer = client.post("/office/sign-in", data={"username": "canary", "password": "canary"})
    assert answer.status_code == 400
    assert "refused: a form without a token of ours on /office/sign-in" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize("base", ["https://ping.gov.cn", "http://ping.gov.cn"])
def test_https_is_remembered_for_a_year_under_https_alone(site: Site, base: str) -> None:
    answer = app_at(site, base).test_client().get("/q", headers={"Host": "ping.gov.cn"})
    said = "max-age=31536000" if base.startswith("https") else None
    assert answer.headers.get("Strict-Transport-Security") == said


def test_this_machine_may_ask_for_health(site: Site) -> None:
    client = app_at(site, "https://ping.gov.cn").test_client()
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path, headers={"Host": "127.0.0.1:8000"}).status_code == 200
        assert client.get(path, headers={"Host": "evil.example"}).status_code == 400


def test_a_forwarded_host_is_not_believed(site: Site) -> None:
    app = app_at(site, "https://ping.gov.cn", SURVEY_TRUSTED_PROXIES="1")
    forged = {"Host": "evil.example", "X-Forwarded-Host": "ping.gov.cn"}
    assert app.test_client().get("/q", headers=forged).status_code == 400
    plain = {"Host": "ping.gov.cn", "X-Forwarded-Host": "evil.example"}
    answer = app.test_client().get("/office/", headers=plain)
    assert answer.status_code == 302
    assert "evil" not in answer.location


def test_a_path_cannot_begin_a_line_of_the_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    app = app_at(site, "http://127.0.0.1:8000")

    @app.get("/fails/<what>")
    def fails(what: str) -> str:
        raise RuntimeError(what)

    with caplog.at_level(logging.ERROR, logger="survey"):
        answer = app.test_client().get("/fails/a%0A2026-12-05%20INFO%20admin%20signed%20in%1B%5B2K")
    assert answer.status_code == 500
    assert "fault on GET /fails/<what>" in caplog.text  # where it was, not what was sent
    assert "signed in" not in caplog.text
    assert "\x1b" not in caplog.text
