"""安澜县 released, its officials, and calls made by whoever a test says outcome what."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.model import CallDraw, CallOutcome, CallRound
from survey.site.installation import Site
from tests.demonstrated import CODE, released
from tests.officials import add_officials, signed_in, token
from tests.prepared import prepared

NOW = datetime(2026, 12, 29, 2, 0, tzinfo=UTC)
HERE = f"/office/campaigns/{CODE}"
PAGE = f"/office/callbacks?code={CODE}"
N = 4_000
Hearing = Callable[[int, dict[str, str]], str]


def office(site: Site) -> tuple[Site, Flask]:
    """Return 安澜县 released to some of its residents, with its officials, a week later."""

    def make() -> None:
        released(site, n=N)
        add_officials(site)

    prepared(site, f"released to {N}, with officials", make)
    later = replace(site, clock=lambda: NOW)
    return later, create_app(later)


def draw(client: FlaskClient, class_code: str = "B", at_most: int = 200) -> TestResponse:
    """Draw the next round of a class on the page."""
    carried = token(client.get("/office/password"))
    return client.post(
        f"{HERE}/callbacks/draw",
        data={"csrf_token": carried, "class_code": class_code, "at_most": str(at_most)},
    )


def sheet(client: FlaskClient, class_code: str = "B", lang: str = "zh") -> openpyxl.Workbook:
    """Download the call sheet of a class."""
    answer = client.get(f"{HERE}/callbacks/{class_code}.xlsx?lang={lang}")
    assert answer.status_code == 200, answer.text
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def rows_of(book: openpyxl.Workbook) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of the calls, by their headings."""
    page = book.worksheets[1]
    heading = [str(cell.value) for cell in page[1]]
    for number in range(2, page.max_row + 1):
        yield (
            number,
            {name: str(cell.value or "") for name, cell in zip(heading, page[number], strict=True)},
        )


def fill_in(book: openpyxl.Workbook, hear: Hearing) -> openpyxl.Workbook:
    """Enter how calls ended, by row."""
    page = book.worksheets[1]
    column = 1 + [cell.value for cell in page[1]].index("结果")
    for number, row in rows_of(book):
        page.cell(row=number, column=column).value = hear(number, row) or None
    return book


def upload(client: FlaskClient, book: openpyxl.Workbook, name: str = "calls.xlsx") -> TestResponse:
    """Give a call sheet back on the page."""
    content = io.BytesIO()
    book.save(content)
    carried = token(client.get("/office/password"))
    return client.post(
        PAGE,
        data={"csrf_token": carried, "file": (io.BytesIO(content.getvalue()), name)},
        content_type="multipart/form-data",
    )


def called(app: Flask, hear: Hearing, class_code: str = "B", at_most: int = 200) -> FlaskClient:
    """Draw a round of a class, call everybody and enter it all; returns the official's browser."""
    client = signed_in(app, "admin")
    assert draw(client, class_code, at_most).status_code == 302
    answer = upload(client, fill_in(sheet(client, class_code), hear))
    assert answer.status_code == 302, answer.text
    return client


def kept(site: Site) -> tuple[list[CallRound], list[CallDraw], list[CallOutcome]]:
    """Return all rounds, draws and outcomes on record."""
    with site.database.reading() as session:
        found = tuple(
            list(session.scalars(sa.select(model).order_by(model.id)))
            for model in (CallRound, CallDraw, CallOutcome)
        )
        session.expunge_all()
    return found  # type: ignore[return-value]
