"""A small 安澜县 scored, with officials, and what an inspector's browser sends from a hall."""

import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.model import AuditEntry
from survey.site.installation import Site
from tests.demonstrated import CODE, released
from tests.officials import add_officials, approved, token
from tests.prepared import prepared

NOW = datetime(2026, 12, 29, 2, 0, tzinfo=UTC)
HERE = f"/office/campaigns/{CODE}/"
A01 = f"{HERE}units/A01/visits"
B01 = f"{HERE}units/B01/visits"
MET = {"item_hours": "met", "item_notices": "met", "item_poster": "met", "item_told": "met"}
SAID = {"visited_on": "2026-12-10", "place": "一楼服务大厅3号窗口", "seen": "窗口无人值守。"}


def office(site: Site) -> Flask:
    """Return the application of a released county with its officials, on 29 December."""

    def make() -> None:
        released(site, n=900)
        add_officials(site)

    prepared(site, "released with officials to visit", make)
    return create_app(replace(site, clock=lambda: NOW))


def enter(
    client: FlaskClient,
    address: str = A01,
    photo: tuple[str, bytes] | None = None,
    **said: str,
) -> TestResponse:
    """Enter a visit; one that says nothing else met the whole list but its hours."""
    form: dict[str, Any] = {**MET, "item_hours": "not_met", **SAID, **said}
    form["csrf_token"] = token(client.get("/office/password"))
    if photo:
        form["photo"] = (io.BytesIO(photo[1]), photo[0])
    answer = client.post(address, data=form, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # a large body is a file of the test client's own
    return answer


def decide(client: FlaskClient, number: int, outcome: str, reason: str = "") -> TestResponse:
    """Propose what becomes of a visit."""
    carried = token(client.get("/office/password"))
    form = {"csrf_token": carried, "outcome": outcome, "reason": reason}
    return client.post(f"{HERE}visits/{number}/decide", data=form)


def confirm(inspector: FlaskClient, reviewer: FlaskClient, number: int) -> None:
    """Let a visit be confirmed by two."""
    assert approved(reviewer, decide(inspector, number, "confirmed")).status_code == 302


def on_record(site: Site, action: str) -> Sequence[AuditEntry]:
    """Return the entries of an action."""
    with site.database.reading() as session:
        return session.scalars(sa.select(AuditEntry).filter_by(action=action)).all()


def png(width: int = 8, height: int = 6, *extra: tuple[bytes, bytes], said: int = 0) -> bytes:
    """Return a grey picture with further chunks; `said` is a width that its head makes up."""
    rows = b"".join(b"\x00" + bytes([90]) * width for _row in range(height))
    head = struct.pack(">IIBBBBB", said or width, said or height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), *extra, (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(said)) + kind + said + struct.pack(">I", zlib.crc32(kind + said))
        for kind, said in chunks
    )
