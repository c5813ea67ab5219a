"""Reminders: lists without persons, one wave a day, letters and messages, the office's own list."""

import csv
import io
from datetime import datetime, timedelta
from zipfile import ZipFile

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import codes
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.reminders.invited_people import invited_people
from survey.model import AuditEntry, Reminder
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.factories import CODE, FIELDWORK
from tests.fieldwork.invitations.test_withdrawing import number_of, withdrawn
from tests.fieldwork.papers.printed import scanned, texts
from tests.officials import office, signed_in, token
from tests.respond.factories import hand_in, invitation_codes, opened, sitting_codes

PAGE = f"/office/reminders?code={CODE}"
TABLE = f"/office/campaigns/{CODE}/unused"
YESTERDAY = FIELDWORK - timedelta(days=1)
A_MINUTE_AGO = FIELDWORK - timedelta(minutes=1)


@pytest.fixture
def app(site: Site) -> Flask:
    site.campaign_key(CODE)
    return office(site)


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return signed_in(app, "admin")


def used(site: Site, code: str, n: int, at: datetime = A_MINUTE_AGO) -> None:
    """Let an answer come through a code."""
    with site.database.writing() as session:
        entrance = opened(session, site, code)
        hand_in(session, entrance, receipt=f"receipt{n:03d}".encode(), at=at)


def remind(admin: FlaskClient, *batches: int, **changed: object) -> TestResponse:
    form = {
        "csrf_token": token(admin.get(PAGE)),
        "batches": [str(number) for number in batches],
        "files": ["list", "texts"],
        "words": "zh",
        **changed,
    }
    return admin.post(PAGE, data=form)


def files(page: TestResponse) -> dict[str, bytes]:
    assert page.status_code == 200, page.text
    with ZipFile(io.BytesIO(page.data)) as archive:
        return {name.rpartition("-")[2]: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def waves(site: Site) -> list[tuple[int, int]]:
    with site.database.reading() as session:
        return [(each.wave, each.reminded) for each in session.scalars(sa.select(Reminder))]


def own(*lines: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO("\n".join(lines).encode("utf-8-sig")), "自己的清单.csv"


def test_one_step_records_a_wave_and_gives_the_serials_nobody_used(
    site: Site, admin: FlaskClient
) -> None:
    issued = invitation_codes(site, 12)
    number = number_of(site)
    for n in (2, 5):
        used(site, issued[n], n)
    found = files(remind(admin, number))
    listed = rows(found["list.csv"])
    assert [row["编号"] for row in listed] == [
        f"{number}-{serial}" for serial in range(1, 13) if serial not in {3, 6}
    ]
    messages = rows(found["texts.csv"])
    assert len(messages) == 10
    assert all("此前发给您的评议码" in row["短信"] for row in messages)
    assert all(len(row["短信"]) <= 134 for row in messages)
    assert not any(code in str(found) for code in issued)
    assert waves(site) == [(1, 10)]
    # A second click, and another file, are the same wave of the same codes.
    used(site, issued[0], 0, FIELDWORK + timedelta(seconds=1))
    again = files(remind(admin, number, files=["list"]))
    assert again["list.csv"] == found["list.csv"]
    assert waves(site) == [(1, 10)]
    with site.database.reading() as session:
        entries = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action.startswith("reminder"))
        ).all()
    assert [(each.action, each.by) for each in entries] == [
        ("reminder.record", "admin"),
        ("reminder.again", "admin"),
    ]
    assert entries[0].detail == {"wave": 1, "batches": {str(number): 10}, "count": 10}
    assert "第1次：2026-12-05 10:00，10个" in admin.get(PAGE).text
    assert [each for each in verify(site) if each.field == f"{CODE} reminders"] == []


def test_the_offices_own_list_comes_back_with_its_columns_and_unused_rows_alone(
    site: Site, admin: FlaskClient
) -> None:
    issued = invitation_codes(site, 12)
    number = number_of(site)
    used(site, issued[1], 1)
    mine = own(
        "姓名备注,电话,评议码,地址",
        *(f"甲{n},1380000{n:04d},{codes.grouped(code)},路{n}号" for n, code in enumerate(issued)),
    )
    kinds = ["list", "letters", "texts"]
    found = files(remind(admin, number, own=mine, files=kinds))
    listed = rows(found["list.csv"])
    assert [row["电话"] for row in listed] == [f"1380000{n:04d}" for n in range(12) if n != 1]
    assert list(listed[0]) == ["姓名备注", "电话", "评议码", "地址"]
    messages = rows(found["texts.csv"])
    assert [row["电话"] for row in messages] == [row["电话"] for row in listed]
    left = [code for n, code in enumerate(issued) if n != 1]
    for row, code in zip(messages, left, strict=True):
        assert codes.address("http://127.0.0.1:8000", code) in row["短信"]
        own_words = "请您对安澜县公安局今年的工作作出评价"  # as the scheme's message has it
        assert own_words in row["短信"]
        assert row["短信"].endswith("已作答请忽略。")
        assert len(row["短信"]) <= 134
    letters = texts(found["letters.pdf"])
    assert len(letters) == 11
    assert all("公众评议提醒信" in page for page in letters)
    assert codes.grouped(issued[0]).replace(" ", "") in letters[0].replace(" ", "")
    [[address]] = scanned(found["letters.pdf"], 2)[:1]
    assert address.endswith(f"/q/{issued[0]}")
    # Nothing of it is stored: no telephone, no name, no code.
    everything = site.settings.home.joinpath("survey.db").read_bytes()
    for wal in site.settings.home.glob("survey.db-wal"):
        everything += wal.read_bytes()
    for canary in ("13800000003", "甲3", "路3号", issued[3]):
        assert canary.encode() not in everything


def test_letters_without_a_list_name_the_serial_and_no_code(site: Site, admin: FlaskClient) -> None:
    invitation_codes(site, 12)
    number = number_of(site)
    pages = texts(files(remind(admin, number, files=["letters"]))["letters.pdf"])
    assert len(pages) == 12
    assert f"编号{number}-1" in pages[0].replace(" ", "")
    assert "此前发给您的评议码" in pages[0].replace("\r\n", "").replace("\n", "")
    english = files(remind(admin, number, files=["letters"], words="en"))["letters.pdf"]
    assert "Areminder:publicreview" in texts(english)[0].replace(" ", "")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["电话,号码", "1,2"], ["自己的清单.csv", "第一行没有“评议码”列"]),
        (
            ["电话,评议码", "1,0000 0000 0000 0000"],
            ["自己的清单.csv", "第 2 行", "评议码", "不是本次评议发放的评议码"],
        ),
        (["评议码", "{0}", "{0}"], ["第 3 行", "与第 2 行是同一个评议码"]),
        (["评议码", "{other}"], ["没有所勾选批次的评议码"]),
    ],
)
def test_a_list_that_cannot_be_is_refused_by_row_and_no_wave_recorded(
    site: Site, admin: FlaskClient, lines: list[str], told: list[str]
) -> None:
    issued = invitation_codes(site, 12)
    number = number_of(site)
    [other, *_more] = invitation_codes(site, 12, unit_code="A01")
    filled = [line.replace("{0}", issued[0]).replace("{other}", other) for line in lines]
    page = remind(admin, number, own=own(*filled))
    assert page.status_code == 422
    assert all(words in page.text for words in told), page.text
    assert issued[0] not in page.text
    assert waves(site) == []


def test_nobody_learns_by_a_list_of_one_code_whether_it_was_used_just_now(
    site: Site, admin: FlaskClient
) -> None:
    issued = invitation_codes(site, 12)
    number = number_of(site)
    used(site, issued[0], 0)

    def listed(code: str) -> int:
        kinds = ["list", "letters", "texts"]
        found = files(remind(admin, number, own=own("评议码", code), files=kinds))
        return len(rows(found["list.csv"]))

    # Whatever is told leaves a record, and is of the one moment of that day's wave.
    assert listed(issued[0]) == 0
    assert waves(site) == [(1, 11)]
    used(site, issued[1], 1, FIELDWORK + timedelta(seconds=1))
    assert listed(issued[1]) == 1
    assert listed(issued[0]) == 0
    with site.database.reading() as session:
        said = session.scalars(
            sa.select(AuditEntry.action)
            .where(AuditEntry.action.startswith("reminder"))
            .order_by(AuditEntry.id)
        ).all()
    assert said == ["reminder.record", "reminder.again", "reminder.again"]


def test_of_a_small_batch_all_codes_are_reminded_so_that_nobody_is_told_apart(
    site: Site, admin: FlaskClient
) -> None:
    issued = invitation_codes(site, 4)
    used(site, issued[0], 0)
    found = files(remind(admin, number_of(site)))
    assert [row["序号"] for row in rows(found["list.csv"])] == ["1", "2", "3", "4"]
    assert waves(site) == [(1, 4)]


def test_a_code_for_several_units_is_reminded_until_it_is_used(
    site: Site, admin: FlaskClient
) -> None:
    issued = sitting_codes(site, 10, units="A01,A02")
    used(site, issued[4], 4)
    found = files(remind(admin, number_of(site, None)))
    assert [row["序号"] for row in rows(found["list.csv"])] == [
        str(serial) for serial in range(1, 11) if serial != 5
    ]
    with site.database.reading() as session:
        people = invited_people(session, campaign=find_campaign(session, CODE))
    assert len(people) == 20  # each holder is asked about two units
    assert sum(person.wave == 1 for person in people) == 1  # and has rated one of them


def test_a_withdrawn_batch_is_reminded_by_nobody_and_its_silence_means_nothing(
    site: Site, app: Flask, admin: FlaskClient
) -> None:
    issued = invitation_codes(site, 12)
    used(site, issued[0], 0)
    number = number_of(site)
    withdrawn(app, number)
    assert f'value="{number}"' not in admin.get(PAGE).text
    assert remind(admin, number).status_code == 422
    with site.database.reading() as session:
        assert invited_people(session, campaign=find_campaign(session, CODE)) == []


def test_lists_are_of_yesterday_by_unit_group_and_wave(site: Site, admin: FlaskClient) -> None:
    issued = invitation_codes(site, 12)
    number = number_of(site)
    invitation_codes(site, 12, unit_code="A01")
    used(site, issued[3], 3)  # today: tomorrow's list will leave it out
    table = rows(admin.get(f"{TABLE}.csv?unit=B01").data)
    assert len(table) == 12
    assert {(row["单位代码"], row["批号"]) for row in table} == {("B01", str(number))}
    assert not any("码" in name and name != "单位代码" for name in table[0])
    remind(admin, number)
    assert len(rows(admin.get(f"{TABLE}.csv?wave=0").data)) == 12
    assert {row["单位代码"] for row in rows(admin.get(f"{TABLE}.csv?wave=1").data)} == {"B01"}
    book = openpyxl.load_workbook(io.BytesIO(admin.get(f"{TABLE}.xlsx?group=G2").data))
    assert len(list(book.active.rows)) == 1 + 24
    assert rows(admin.get(f"{TABLE}.csv?group=G4").data) == []


def test_nothing_is_reminded_once_everybody_has_answered_or_nothing_is_ticked(
    site: Site, admin: FlaskClient
) -> None:
    issued = invitation_codes(site, 10)
    for n, code in enumerate(issued):
        used(site, code, n)
    page = remind(admin, number_of(site))
    assert page.status_code == 422
    assert "没有需要催办的" in page.text
    page = remind(admin)
    assert page.status_code == 422
    assert "请至少勾选一批" in page.text
    assert waves(site) == []


def test_a_reminder_changed_afterwards_is_found(site: Site, admin: FlaskClient) -> None:
    invitation_codes(site, 12)
    files(remind(admin, number_of(site)))
    with site.database.writing() as session:
        session.scalars(sa.select(Reminder)).one().reminded_at = YESTERDAY
    assert any("催办" in each.zh for each in verify(site, only=CODE))
