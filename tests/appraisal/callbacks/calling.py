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
    return office_of(site)


def office_of(site: Site) -> tuple[Site, Flask]:
    """Return an installation as it is a week later, and its pages."""
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


def drawn(site: Site, *, at_most: int = 200) -> tuple[Site, Flask, FlaskClient]:
    """Return the released county with a round of class B, and the browser of who drew it."""

    def make() -> None:
        _later, app = office(site)
        assert draw(signed_in(app, "admin"), at_most=at_most).status_code == 302

    prepared(site, f"released to {N}, at most {at_most} calls drawn", make)
    later, app = office_of(site)
    return later, app, signed_in(app, "admin")


def called(
    site: Site, outcome: str | Hearing, *, at_most: int = 200
) -> tuple[Site, Flask, FlaskClient]:
    """Draw a round, call everybody and enter how it ended: all alike, or each as it is heard."""

    def make() -> None:
        _later, _app, client = drawn(site, at_most=at_most)
        hear = outcome if callable(outcome) else lambda _n, _row: outcome
        answer = upload(client, fill_in(sheet(client), hear))
        assert answer.status_code == 302, answer.text

    if callable(outcome):
        make()
    else:
        prepared(site, f"released to {N}, at most {at_most} called: {outcome}", make)
    later, app = office_of(site)
    return later, app, signed_in(app, "admin")


def kept(site: Site) -> tuple[list[CallRound], list[CallDraw], list[CallOutcome]]:
    """Return all rounds, draws and outcomes on record."""
    with site.database.reading() as session:
        found = tuple(
            list(session.scalars(sa.select(model).order_by(model.id)))
            for model in (CallRound, CallDraw, CallOutcome)
        )
        session.expunge_all()
    return found  # type: ignore[return-value]
