"""No code, receipt, address or comment reaches a log, whatever goes wrong."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.model import Ledger
from survey.respond import receipt_page
from survey.site.installation import Site
from tests.factories import in_fieldwork, open_anlan
from tests.respond.factories import invitation_codes, poster_code, receipt_in
from tests.respond.test_resident_page import ANSWERS, token_in

COMMENT = "金丝雀在这里"
ADDRESS = "203.0.113.77"
DEVICE = "canarydevice"
SOURCE = {"environ_overrides": {"REMOTE_ADDR": ADDRESS}}

Break = Callable[[Site, pytest.MonkeyPatch], None]


@pytest.fixture
def open_site(each_site: Site) -> Site:
    open_anlan(each_site)
    if each_site.database.is_sqlite:  # a lock is not waited for as long as residents do

        @event.listens_for(each_site.database.engine, "connect")
        def hurry(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
            connection.execute("PRAGMA busy_timeout=50")  # type: ignore[attr-defined]

        each_site.database.close()
    return replace(each_site, clock=in_fieldwork)


def run(site: Site, *statements: str) -> None:
    with site.database.writing() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


def forbid_comments(site: Site, _patch: pytest.MonkeyPatch) -> None:
    """Break a constraint: PostgreSQL quotes the row in its message."""
    if site.database.is_sqlite:
        run(site, "CREATE TRIGGER no BEFORE INSERT ON comment BEGIN SELECT raise(ABORT, 'no'); END")
    else:
        tighter = "ADD CONSTRAINT ck_comment_text CHECK (length(text) < 2) NOT VALID"
        run(site, f"ALTER TABLE comment DROP CONSTRAINT ck_comment_text, {tighter}")


def forget_a_column(site: Site, _patch: pytest.MonkeyPatch) -> None:
    """Let a statement fail for a reason of ours."""
    run(site, "ALTER TABLE comment RENAME COLUMN text TO words")


def misplace_the_ledger(site: Site, _patch: pytest.MonkeyPatch) -> None:
    """Let the place of the next leaf be taken."""
    with site.database.writing() as session:
        session.execute(sa.update(Ledger).values(size=0, frontier=b""))


def fault_in_a_view(_site: Site, patch: pytest.MonkeyPatch) -> None:
    """Raise what quotes all it was given, as careless code does."""

    def raise_all(*given: object, **named: object) -> str:
        raise ValueError(f"{given} {named} {COMMENT} {ADDRESS}")

    patch.setattr(receipt_page, "thanks", raise_all)


def lose_the_pool(site: Site, patch: pytest.MonkeyPatch) -> None:
    def none(*_given: object, **_named: object) -> object:
        raise sa.exc.TimeoutError(f"no connection for {COMMENT}")

    patch.setattr(site.database.engine.pool, "connect", none)


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Hold the database so that nobody else can write."""
    with site.database.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        if site.database.is_sqlite:
            connection.rollback()
            driver = connection.connection.dbapi_connection
            assert driver is not None
            driver.execute("BEGIN IMMEDIATE")  # type: ignore[attr-defined]
        else:
            connection.exec_driver_sql("LOCK TABLE ledger, response IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


def answer(client: FlaskClient, code: str, **changed: str) -> TestResponse:
    token = token_in(client.get(f"/q/{code}", **SOURCE))
    form = ANSWERS | {"response_id": token, "comment": COMMENT, "device": DEVICE} | changed
    return client.post(f"/q/{code}", data=form, **SOURCE)


@pytest.fixture
def written(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Callable[[], str]:
    """Give all that was logged or printed, exceptions with their messages."""
    caplog.set_level(logging.DEBUG)
    printer = logging.Formatter()

    def read() -> str:
        logged = "\n".join(printer.format(record) for record in caplog.records)
        return logged + "".join(capfd.readouterr())

    return read


@pytest.mark.parametrize(
    ("breaks", "status"),
    [
        (forbid_comments, 500),
        (forget_a_column, 503),
        (misplace_the_ledger, 500),
        (fault_in_a_view, 500),
        (lose_the_pool, 503),
    ],
)
def test_a_fault_is_logged_by_kind_and_place_and_without_a_value(
    open_site: Site,
    monkeypatch: pytest.MonkeyPatch,
    written: Callable[[], str],
    breaks: Break,
    status: int,
) -> None:
    client = create_app(open_site).test_client(use_cookies=False)
    [before], code = invitation_codes(open_site, unit_code="A01"), poster_code(open_site)
    receipt = receipt_in(answer(client, before))
    token = token_in(client.get(f"/q/{code}", **SOURCE))
    breaks(open_site, monkeypatch)
    form = ANSWERS | {"response_id": token, "comment": COMMENT, "device": DEVICE}
    failed = client.post(f"/q/{code}", data=form, **SOURCE)
    assert failed.status_code == status, failed.text
    assert COMMENT not in failed.text
    client.get(f"/r/{receipt}", **SOURCE)
    client.get(f"/q/{code}%00", **SOURCE)
    said = written()
    assert ("comment.words" in said) is (breaks is forget_a_column)  # which of ours is not there
    assert said
    for secret in (code, before, receipt, COMMENT, ADDRESS, DEVICE, token):
        assert secret not in said


def test_a_locked_database_is_503_and_tells_nothing(
    open_site: Site, written: Callable[[], str]
) -> None:
    client = create_app(open_site).test_client(use_cookies=False)
    [code] = invitation_codes(open_site, unit_code="A01")
    token = token_in(client.get(f"/q/{code}", **SOURCE))
    if not open_site.database.is_sqlite:
        run(open_site, "ALTER ROLE CURRENT_USER SET lock_timeout = '50ms'")
        open_site.database.close()
    form = ANSWERS | {"response_id": token, "comment": COMMENT, "device": DEVICE}
    try:
        with locked(open_site):
            failed = client.post(f"/q/{code}", data=form, **SOURCE)
    finally:
        if not open_site.database.is_sqlite:
            run(open_site, "ALTER ROLE CURRENT_USER RESET lock_timeout")
    assert (failed.status_code, failed.headers["Retry-After"]) == (503, "10")
    said = written()
    assert "database unavailable" in said
    assert [it for it in (code, COMMENT, ADDRESS, DEVICE, token) if it in said] == []
    assert "答卷已收到" in client.post(f"/q/{code}", data=form, **SOURCE).text
