"""Paper sheets keyed in at the office's page: by one person, or by two who must agree."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.collecting.keying import key_in, resolve, waiting_sheets
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.model import AuditEntry, KeyedSheet, Response
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.collecting.factories import open_by_two, phone_codes
from tests.factories import CODE, in_fieldwork, open_anlan
from tests.officials import add_officials, signed_in, token

pytestmark = pytest.mark.second

KEYING = f"/office/campaigns/{CODE}/keying"
OF_A01 = f"{KEYING}?unit=A01&group=G1&channel=paper_home"
SHEETS = f"{KEYING}/sheets"
SHEET = {
    "response_id": "Z-17",
    "answers": "5432 105-",
    "age_group": "60-69",
    "sex": "female",
    "township_code": "990621001000",
    "residence": "urban",
    "filled_on": "2026-12-04",
}


@pytest.fixture
def standing(site: Site) -> Site:
    return replace(site, clock=in_fieldwork)


@pytest.fixture
def alone(standing: Site) -> Flask:
    """An office whose scheme lets one person key sheets in."""
    open_anlan(standing)
    add_officials(standing)
    return create_app(standing)


@pytest.fixture
def by_two(standing: Site) -> tuple[FlaskClient, FlaskClient]:
    """Two officials of an office whose scheme has two persons key in each sheet."""
    open_by_two(standing)
    add_officials(standing)
    app = create_app(standing)
    return signed_in(app, "admin"), signed_in(app, "review")


def key(client: FlaskClient, address: str = OF_A01, **changed: str) -> TestResponse:
    data = {"csrf_token": token(client.get(address)), **SHEET, **changed}
    return client.post(address, data=data, follow_redirects=True)


def settle(client: FlaskClient, **form: str) -> TestResponse:
    page = client.get(SHEETS)
    [number] = re.findall(r'name="number" value="(\d+)"', page.text)
    data = {"csrf_token": token(page), "number": number, **form}
    return client.post(SHEETS, data=data, follow_redirects=True)


def stored(site: Site) -> list[Response]:
    with site.database.reading() as session:
        return list(session.scalars(sa.select(Response).order_by(Response.id)))


def kept(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(sa.select(sa.func.count(KeyedSheet.id))) or 0


def test_a_sheet_enters_and_the_next_is_asked_for(alone: Flask, standing: Site) -> None:
    client = signed_in(alone, "admin")
    answer = key(client)
    [receipt] = re.findall(r"编号Z-17已计入，回执号 ([0-9A-Z ]+)", answer.text)
    assert client.get(f"/r/{receipt.replace(' ', '')}").status_code == 200
    assert 'value="2026-12-04"' in answer.text  # kept for the next sheet of the heap
    [sheet] = stored(standing)
    assert (sheet.answers, sheet.channel, sheet.group_code) == ("5432105-", "paper_home", "G1")
    assert sheet.duration_ms is None
    again = key(client)
    assert again.status_code == 422
    assert "答卷编号：编号“Z-17”的答卷已经录入" in again.text
    assert verify(standing) == []


def test_faults_name_the_field_and_keep_what_was_typed(alone: Flask, standing: Site) -> None:
    client = signed_in(alone, "admin")
    for changed, words in (
        ({"answers": "543"}, "各题答案：应为 8 位，填了 3 位"),
        ({"answers": "5432165-"}, "q_C6：“6”不是有效选项"),
        ({"age_group": ""}, "年龄：不能为空"),
        ({"age_group": "under18"}, "年龄：不在参评的年龄内"),
        ({"filled_on": "2026-12-09"}, "作答日期：不在评议期间内，或晚于现在"),
        ({"token": "0123456789ABCDEF"}, "评议码：评议码有误"),
        ({"reasons": "R99"}, "不满意的原因：原因代码须在"),
    ):
        page = key(client, **changed)
        assert page.status_code == 422
        assert words in page.text, changed
        assert 'value="Z-17"' in page.text
    assert stored(standing) == []


def test_a_code_on_the_sheet_is_used_up(alone: Flask, standing: Site) -> None:
    [code] = phone_codes(standing, 1)
    of_code = f"{KEYING}?unit=A01&group=G2&channel=phone"
    client = signed_in(alone, "admin")
    assert "已计入" in key(client, of_code, token=code.lower()).text
    assert client.get(f"/q/{code}").status_code == 410


def test_two_who_agree_enter_a_sheet(
    by_two: tuple[FlaskClient, FlaskClient], standing: Site
) -> None:
    first, second = by_two
    assert "编号Z-17已录第一遍，等另一人再录一遍" in key(first).text
    assert (stored(standing), kept(standing)) == ([], 1)
    assert "第二遍须由另一人录入" in key(first).text
    assert "编号Z-17已计入" in key(second).text
    assert (len(stored(standing)), kept(standing)) == (1, 0)
    assert verify(standing) == []
    with standing.database.reading() as session:
        done = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [action for action in done if action.endswith(".key")] == ["sheet.key", "answer.key"]


def test_where_two_differ_a_person_resolves_it(
    by_two: tuple[FlaskClient, FlaskClient], standing: Site
) -> None:
    first, second = by_two
    key(first)
    assert "两遍不一致，没有计入" in key(second, answers="54321051", sex="male").text
    assert stored(standing) == []
    assert "已录过两遍" in key(second).text
    page = first.get(SHEETS)
    assert page.text.count("<legend>") == 2
    assert "admin：5432105-" in page.text
    assert "review：54321051" in page.text
    assert "性别：请选择哪一个与问卷相符" in settle(first, **{"right-answers": "2"}).text
    assert (stored(standing), kept(standing)) == ([], 2)
    done = settle(first, **{"right-answers": "2", "right-sex": "1"})
    assert "编号Z-17已计入" in done.text
    [sheet] = stored(standing)
    assert (sheet.answers, sheet.sex) == ("54321051", 1)
    assert kept(standing) == 0
    assert verify(standing) == []


def test_a_code_is_kept_as_its_hash_and_asked_for_again(
    by_two: tuple[FlaskClient, FlaskClient], standing: Site
) -> None:
    first, second = by_two
    code, other = phone_codes(standing, 2)
    of_code = f"{KEYING}?unit=A01&group=G2&channel=phone"
    key(first, of_code, token=code)
    with standing.database.reading() as session:
        [row] = session.scalars(sa.select(KeyedSheet)).all()
        assert code not in str(row.content)
    assert "与第一遍录入的评议码不一致" in key(second, of_code, token=other).text
    key(second, of_code, token=code, sex="male")
    assert "与第一遍录入的评议码不一致" in settle(second, **{"right-sex": "1"}).text
    assert "已计入" in settle(second, token=code, **{"right-sex": "1"}).text
    assert len(stored(standing)) == 1


def test_a_sheet_under_a_wrong_serial_is_removed(
    by_two: tuple[FlaskClient, FlaskClient], standing: Site
) -> None:
    first, _second = by_two
    key(first)
    listed = first.get(f"/office/campaigns/{CODE}/close").text
    assert "有 1 份录入后还没有计入" in listed
    assert "已删去，没有计入" in settle(first, do="drop").text
    with standing.database.reading() as session:
        assert "sheet.drop" in session.scalars(sa.select(AuditEntry.action)).all()
    assert (stored(standing), kept(standing)) == ([], 0)
    assert "没有等待核对的纸质问卷" in first.get(SHEETS).text


def test_nothing_is_keyed_in_after_the_close(alone: Flask, standing: Site) -> None:
    with standing.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
    page = signed_in(alone, "admin").get(OF_A01)
    assert "评议进行中才能录入答卷" in page.text
    assert 'name="answers"' not in page.text


def test_two_are_compared_on_both_databases(each_site: Site) -> None:
    site = replace(each_site, clock=in_fieldwork)
    open_by_two(site)
    cells = {**SHEET, "answers": "5432105-", "own_staff": "", "reasons": "", "comment": ""}
    cells |= {"unit_code": "A01", "group_code": "G1", "channel": "paper_home"}

    def keyed(by: str, **changed: str) -> bool:
        done = key_in(site, campaign_code=CODE, cells=cells | changed, code="", by=by)
        return bool(done.receipt)

    assert not keyed("one")
    assert keyed("other")
    assert not keyed("one", response_id="Z-18")
    assert not keyed("other", response_id="Z-18", sex="male")
    with site.database.reading() as session:
        [sheet] = waiting_sheets(session, campaign=find_campaign(session, CODE))
    assert sheet.differences == (("sex", "female", "male"),)
    chosen = {"sex": "1"}
    resolve(site, campaign_code=CODE, number=sheet.number, chosen=chosen, code="", by="one")
    assert (len(stored(site)), kept(site)) == (2, 0)
    assert verify(site) == []
