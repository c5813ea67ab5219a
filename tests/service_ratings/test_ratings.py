"""Totals of 好差评 come in by table, stand beside the scores, and are in none of them."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl.worksheet.worksheet import Worksheet
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.model import AuditEntry, ServiceRatings
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.appraisal.callbacks.calling import office
from tests.demonstrated import CODE, released
from tests.officials import add_officials, signed_in, token
from tests.prepared import prepared

PAGE = f"/office/service-ratings?code={CODE}"
SHEET = f"/office/campaigns/{CODE}/service-ratings.xlsx"
NOW = datetime(2027, 1, 12, 2, 0, tzinfo=UTC)
ROW = ("B01", "2026-11", 500, 300, 100, 60, 40, 75)


@pytest.fixture
def later(site: Site) -> Site:
    def make() -> None:
        released(site, n=900)
        add_officials(site)

    prepared(site, "released to 900, with officials", make)
    return replace(site, clock=lambda: NOW)


@pytest.fixture
def client(later: Site) -> FlaskClient:
    return signed_in(create_app(later), "admin")


def sheet(client: FlaskClient, lang: str = "zh") -> openpyxl.Workbook:
    answer = client.get(f"{SHEET}?lang={lang}")
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def filled(client: FlaskClient, *rows: tuple[object, ...], lang: str = "zh") -> openpyxl.Workbook:
    """Return the downloaded workbook with these rows and no others under its heading."""
    book = sheet(client, lang)
    page = book.worksheets[1]
    page.delete_rows(2, page.max_row)
    for row in rows:
        page.append(row)
    return book


def give(client: FlaskClient, content: bytes, name: str = "ratings.xlsx") -> TestResponse:
    return client.post(
        PAGE,
        data={
            "csrf_token": token(client.get("/office/password")),
            "file": (io.BytesIO(content), name),
        },
        content_type="multipart/form-data",
    )


def upload(client: FlaskClient, book: openpyxl.Workbook) -> TestResponse:
    content = io.BytesIO()
    book.save(content)
    return give(client, content.getvalue())


def kept(site: Site) -> list[ServiceRatings]:
    with site.database.reading() as session:
        order = (ServiceRatings.unit_id, ServiceRatings.month)
        return list(session.scalars(sa.select(ServiceRatings).order_by(*order)))


def on_record(site: Site) -> list[AuditEntry]:
    with site.database.reading() as session:
        query = sa.select(AuditEntry).where(AuditEntry.action == "rating.import")
        return list(session.scalars(query.order_by(AuditEntry.id)))


def told(client: FlaskClient, unit: str) -> str:
    """Return what the page says of a unit."""
    text = client.get(PAGE).text
    return " ".join(text.partition(f">{unit} ")[2].partition("</tr>")[0].split())


def scored_unit(later: Site) -> tuple[str, dict[str, str]]:
    """Return a unit that has a score, as the newest release tells it."""
    with later.database.reading() as session:
        document = json.loads(session.scalars(sa.text("SELECT document FROM release")).all()[-1])
    unit = next(unit for unit in document["units"] if unit["score"] is not None)
    return unit["unit_code"], unit


def test_totals_stand_beside_the_score_and_change_none(site: Site) -> None:
    later, app = office(site)  # answered by so many that units have scores
    client = signed_in(app, "admin")
    code, unit = scored_unit(later)
    assert "没有录入" in told(client, code)
    first, second = (code, *ROW[1:]), (code, "2026-12", 10, 0, 0, 0, 0, 0)
    answer = upload(client, filled(client, first, second))
    assert (answer.status_code, answer.location) == (302, PAGE)
    said = told(client, code)
    assert "2026-11 – 2026-12" in said
    assert ">1010<" in said  # ratings
    assert ">90%<" in said  # of them not bad
    assert ">75%<" in said  # of the bad ones put right
    assert f"{unit['score']}<small>{unit['lower']} – {unit['upper']}</small>" in said
    assert scored_unit(later) == (code, unit)
    assert verify(later) == []


def test_a_share_of_few_is_not_told(client: FlaskClient) -> None:
    upload(client, filled(client, ("B01", "2026-11", 20, 0, 0, 4, 5, 0)))
    said = told(client, "B01")
    assert ">29<" in said
    assert ">69%<" not in said
    assert ">0%<" in said  # none of nine put right


def test_what_came_in_goes_out_and_back_unchanged(later: Site, client: FlaskClient) -> None:
    upload(client, filled(client, ROW))
    for lang in ("zh", "en"):
        book = sheet(client, lang)
        rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=2)]
        assert [str(cell) for cell in ROW] in [row[:8] for row in rows]
        assert sum(row[1] == "2027-01" for row in rows) == len(rows) - 1  # this month, to fill in
        answer = upload(client, book)
        assert answer.status_code == 302
    assert len(kept(later)) == 1
    assert len(on_record(later)) == 1  # the same again is no deed


def test_a_month_given_again_replaces_with_both_on_record(later: Site, client: FlaskClient) -> None:
    upload(client, filled(client, ROW))
    upload(client, filled(client, (*ROW[:7], 80)))
    assert [row.put_right for row in kept(later)] == [80]
    first, second = on_record(later)
    assert (first.by, first.detail["count"], first.detail["replaced"]) == ("admin", 1, {})
    assert second.detail["replaced"] == {
        "B01 2026-11": [[500, 300, 100, 60, 40, 75], [500, 300, 100, 60, 40, 80]]
    }


def test_months_as_offices_write_them(later: Site, client: FlaskClient) -> None:
    written = ("2026-11", "2026/11", "2026年11月", "202611", "２０２６－１１", "2026-11-01")
    rows = [(f"B0{n}", month, *ROW[2:]) for n, month in enumerate(written, start=1)]
    assert upload(client, filled(client, *rows)).status_code == 302
    assert [row.month for row in kept(later)] == ["2026-11"] * 6


FAULTS = (
    (("X99", *ROW[1:]), "A", "没有单位“X99”"),
    ((ROW[0], "2026-13", *ROW[2:]), "B", "“2026-13”不是月份"),
    ((ROW[0], "20261", *ROW[2:]), "B", "“20261”不是月份"),
    ((ROW[0], "2027-02", *ROW[2:]), "B", "还没有到"),
    ((*ROW[:2], -1, *ROW[3:]), "C", "不是非负整数"),
    ((*ROW[:2], "五百", *ROW[3:]), "C", "不是非负整数"),
    ((*ROW[:2], 20_000_000, *ROW[3:]), "C", "多于10000000件"),
    ((*ROW[:7], 101), "H", "差评共100件，整改的不能有101件"),
)


def test_every_fault_is_named_by_its_place_and_nothing_is_kept(
    later: Site, client: FlaskClient
) -> None:
    answer = upload(client, filled(client, *(row for row, _, _ in FAULTS), ("B02", *ROW[1:])))
    assert answer.status_code == 422
    told_lines = [line for line in answer.text.splitlines() if "<li>ratings.xlsx" in line]
    for number, (_, column, zh) in enumerate(FAULTS, start=2):
        [line] = [line for line in told_lines if zh in line and f"{number}" in line]
        assert column in line
    assert len(told_lines) == len(FAULTS)
    assert kept(later) == []
    assert on_record(later) == []


def spoil_by_a_column_more(page: Worksheet) -> None:
    page["J1"] = "合计"
    page["J2"] = "1000"


SPOILT: tuple[tuple[Callable[[Worksheet], object], str], ...] = (
    (lambda page: page.append([str(cell) for cell in ROW]), "前面已经有一行"),
    (lambda page: page.delete_rows(2), "没有填写任何月份"),
    (lambda page: page.delete_cols(8), "差评已整改"),
    (spoil_by_a_column_more, "合计"),
)


def test_a_table_that_is_not_whole_is_refused(later: Site, client: FlaskClient) -> None:
    for spoil, zh in SPOILT:
        book = filled(client, ROW)
        spoil(book.worksheets[1])
        answer = upload(client, book)
        assert answer.status_code == 422
        assert zh in answer.text
        assert kept(later) == []


def test_a_csv_as_excel_writes_it_in_china_is_read(later: Site, client: FlaskClient) -> None:
    heading = [cell.value for cell in sheet(client).worksheets[1][1]][:8]
    rows = [heading, [str(cell) for cell in ROW]]
    content = "\r\n".join(",".join(map(str, row)) for row in rows).encode("gb18030")
    assert give(client, content, "合计.csv").status_code == 302
    assert [(row.month, row.put_right) for row in kept(later)] == [("2026-11", 75)]
