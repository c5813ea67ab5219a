"""One-time passwords hold for 72 hours, and everybody who handles one is told."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from survey.app import create_app
from survey.cli import survey
from survey.model import AuditEntry, Campaign
from survey.site.installation import Site, upgrade_site
from tests.access.clocks import Clock
from tests.access.test_people import PEOPLE, add, post, shown_password
from tests.factories import open_anlan
from tests.officials import PASSWORD, add_officials, sign_in, signed_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(each_site: Site, clock: Clock) -> Flask:
    open_anlan(each_site)
    add_officials(each_site)
    return create_app(replace(each_site, clock=clock))


def simulated(site: Site, *, value: bool) -> None:
    with site.database.writing() as session:
        session.execute(sa.update(Campaign).values(simulated=value))


def test_a_one_time_password_not_used_in_time_opens_nothing(app: Flask, clock: Clock) -> None:
    admin = signed_in(app, "admin")
    page = add(admin)
    password = shown_password(page)
    assert "72小时内有效" in page.text
    assert "有效期至 2026-12-08 10:00" in admin.get(f"{PEOPLE}wang").text
    site = app.extensions["survey"]
    simulated(site, value=False)
    clock.forward(hours=71, minutes=59)
    assert sign_in(app.test_client(), "wang", password).status_code == 302
    clock.forward(minutes=1)
    late = sign_in(app.test_client(), "wang", password)
    assert late.status_code == 422
    assert "一次性密码已过期" in late.text
    assert "联系县绩效办管理员" in late.text
    # Whoever does not know it is told nothing.
    assert "过期" not in sign_in(app.test_client(), "wang", "x" * 12).text
    simulated(site, value=True)  # else the administrator is asked for a second factor first
    assert "已过期" in signed_in(app, "admin").get(f"{PEOPLE}wang").text
    with site.database.reading() as session:
        newest = sa.select(AuditEntry.action).where(AuditEntry.subject == "wang")
        told = session.scalars(newest.order_by(AuditEntry.id.desc()).limit(2)).all()
    assert told == ["account.sign_in_failed"] * 2


def test_a_reset_gives_another_72_hours_and_an_own_password_never_ends(
    app: Flask, clock: Clock
) -> None:
    first = shown_password(add(signed_in(app, "admin")))
    clock.forward(days=30)
    again = shown_password(post(signed_in(app, "admin"), f"{PEOPLE}wang/reset"))
    simulated(app.extensions["survey"], value=False)
    clock.forward(hours=71)
    assert sign_in(app.test_client(), "admin", PASSWORD).status_code == 302
    assert sign_in(app.test_client(), "wang", first).status_code == 422
    assert sign_in(app.test_client(), "wang", again).status_code == 302


def test_a_demonstrations_passwords_hold(app: Flask, clock: Clock) -> None:
    password = shown_password(add(signed_in(app, "admin")))
    clock.forward(days=30)
    assert sign_in(app.test_client(), "wang", password).status_code == 302


def test_the_command_says_how_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    upgrade_site(os.environ).database.close()
    words = ["user", "add", "zhang", "--name", "张三", "--role", "leader"]
    done = CliRunner().invoke(survey, words)
    assert done.exit_code == 0, done.output
    assert "72小时内登录" in done.stderr
    assert "within 72 hours" in done.stderr
