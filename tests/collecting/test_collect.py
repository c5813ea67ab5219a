"""`survey collect` and its page: answers of telephone and paper enter by the one intake."""

import csv
import gc
import io
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.cli import survey
from survey.collecting import collected_file, desk
from survey.collecting.entering import collect
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.batches import batches_of
from survey.fieldwork.progress import read_progress
from survey.model import AuditEntry, Comment, Entrance, Ledger, ProgressCounter, Response
from survey.office_files.given import table_in
from survey.office_files.written import workbook_of
from survey.problems import Refused
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.collecting.factories import HEADING, phone_codes, table
from tests.factories import ANLAN, CODE, FIELDWORK, in_fieldwork, open_anlan
from tests.officials import add_officials, signed_in, token
from tests.respond.factories import poster_code, sitting_codes
from tests.transactions import too_long, watched_writes

pytestmark = pytest.mark.second

BY_CODE = {"group_code": "G2"}
COLLECT = f"/office/collect?code={CODE}"


def run(content: bytes, *words: str, name: str = "interviews.csv") -> Result:
    path = Path(os.environ["SURVEY_HOME"]) / name
    path.write_bytes(content)
    words = words if "--by" in words else (*words, "--by", "admin")
    return CliRunner().invoke(survey, ["collect", str(path), "--campaign", CODE, *words])


def refused(content: bytes, *words: str, name: str = "interviews.csv") -> str:
    """Return what is told of a file that is refused."""
    result = run(content, *words, name=name)
    assert result.exit_code == 1
    assert isinstance(result.exception, Refused)
    return str(result.exception)


def stored(site: Site) -> list[Response]:
    with site.database.reading() as session:
        return list(session.scalars(sa.select(Response).order_by(Response.id)))


def receipts(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def uploaded(
    client: FlaskClient, content: bytes, name: str = "interviews.csv", **form: Any
) -> TestResponse:
    data = {"csrf_token": token(client.get(COLLECT)), "file": (io.BytesIO(content), name), **form}
    return client.post(COLLECT, data=data, content_type="multipart/form-data")


def test_each_answer_enters_by_the_intake(opened: Site) -> None:
    rows = [
        {},
        {"unit_code": "B01", "group_code": "G2", "q_C1": "", "own_staff": "1"},
        {"q_C1": "1", "reasons": "R7;R6", "comment": "窗口排队太久", "channel": "paper_home"},
    ]
    result = run(table(*rows, heading=(*HEADING, "own_staff")))
    assert result.exit_code == 0, result.output
    first, second, third = stored(opened)
    assert (first.answers, first.sex, first.age, first.area) == ("44444044", 2, 5, 1)
    assert (first.channel, first.group_code, first.duration_ms) == ("phone", "G1", 240_000)
    assert (second.answers, second.own_staff) == ("-4444044", True)
    assert [each.leaf_index for each in (first, second, third)] == [0, 1, 2]
    told = receipts(result.stdout)
    assert [row["response_id"] for row in told] == ["D001", "D002", "D003"]
    assert told[2]["ticket"]
    client = create_app(opened).test_client()
    assert client.get(f"/r/{told[2]['receipt']}").status_code == 200
    with opened.database.reading() as session:
        assert session.scalars(sa.select(Comment.reasons)).all() == ["R6;R7"]
        assert session.scalars(sa.select(ProgressCounter.day)).all() == ["2026-12-04"] * 3
        assert session.scalar(sa.select(Ledger.size)) == 3
    assert verify(opened) == []


def test_an_answer_with_a_code_uses_it_up(opened: Site) -> None:
    codes = phone_codes(opened, 3)
    rows = [{**BY_CODE, "token": code} for code in codes[:2]]
    result = run(table(*rows))
    assert result.exit_code == 0, result.output
    client = create_app(opened).test_client()
    assert [client.get(f"/q/{code}").status_code for code in codes] == [410, 410, 200]
    with opened.database.reading() as session:
        assert session.scalars(sa.select(Entrance.collected).distinct()).all() == [False]


def test_answers_without_codes_are_no_codes_issued(opened: Site) -> None:
    assert run(table({}, {}, {})).exit_code == 0
    with opened.database.reading() as session:
        campaign = find_campaign(session, CODE)
        found = read_progress(session, campaign=campaign, units=campaign.units, at=FIELDWORK)
        [phone] = [each for each in found.channels if each.channel == "phone"]
        assert (phone.received, phone.issued, phone.rate) == (3, 0, None)
        assert batches_of(session, campaign=campaign) == []
    codes = phone_codes(opened, 4)
    assert run(table({**BY_CODE, "token": codes[0], "response_id": "E1"})).exit_code == 0
    with opened.database.reading() as session:
        campaign = find_campaign(session, CODE)
        found = read_progress(session, campaign=campaign, units=campaign.units, at=FIELDWORK)
        [phone] = [each for each in found.channels if each.channel == "phone"]
        assert (phone.received, phone.issued, phone.rate) == (4, 4, 0.25)
    assert verify(opened) == []


def test_the_same_file_again_is_refused_by_its_serials_and_codes(opened: Site) -> None:
    [code] = phone_codes(opened, 1)
    content = table({}, {**BY_CODE, "token": code})
    assert run(content).exit_code == 0
    told = refused(content)
    assert "interviews.csv 第 2 行 response_id：编号“D001”的答卷已经录入" in told
    assert "interviews.csv 第 3 行 token：评议码已经用过" in told
    assert "row 2, response_id: the answer of serial 'D001' has entered before" in told
    assert isinstance(run(content, "--skip-bad").exception, Refused)
    assert len(stored(opened)) == 2


BAD = {
    "unit_code": ({"unit_code": "Z99"}, "不在本次评议的范围内"),
    "group_code": ({"unit_code": "C01", "group_code": "G1"}, "C 类单位不由“G1”评议"),
    "channel": ({"channel": "qr_open"}, "不是电话或纸质渠道；可用 phone、paper_home"),
    "submitted_at": ({"submitted_at": "2026-12-06 10:00"}, "不在评议期间内，或晚于现在"),
    "age_group": ({"age_group": "under18"}, "不在参评的年龄内"),
    "sex": ({"sex": ""}, "不能为空"),
    "q_C1": ({"q_C1": "6"}, "不是有效选项"),
    "reasons": ({"reasons": "R99"}, "原因代码须在"),
    "comment": ({"comment": "长" * 2001}, "个字，请删减"),
    "token": ({"token": "0123456789ABCDEF"}, "评议码有误"),
    "response_id": ({"response_id": "D001"}, "“D001”与第 2 行重复"),
    "duration_s": ({"duration_s": "半分钟"}, "不是非负秒数"),
}


@pytest.mark.parametrize("field", BAD)
def test_a_bad_row_is_named_and_nothing_is_stored(opened: Site, field: str) -> None:
    wrong, words = BAD[field]
    told = refused(table({}, wrong, {}))
    assert re.search(rf"interviews\.csv 第 3 行 {field}：.*{re.escape(words)}", told), told
    assert f"interviews.csv, row 3, {field}: " in told
    assert stored(opened) == []
    with opened.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Entrance.id))) == 0


def test_bad_rows_may_be_left_out(opened: Site) -> None:
    result = run(table({}, {"q_C1": "6"}, {}), "--skip-bad")
    assert result.exit_code == 0, result.output
    assert len(stored(opened)) == 2
    rows = receipts(result.stdout)
    assert [(row["row"], bool(row["receipt"])) for row in rows] == [
        ("2", True),
        ("3", False),
        ("4", True),
    ]
    assert "q_C1" in rows[1]["refused_zh"]
    assert "2 entered, 1 rows skipped" in result.stderr


def test_codes_that_are_not_this_row_s(opened: Site) -> None:
    [code], [several] = phone_codes(opened, 1), sitting_codes(opened)
    rows = [
        {"token": poster_code(opened)},
        {"token": several},
        {**BY_CODE, "token": code, "unit_code": "A02"},
        {**BY_CODE, "token": code},
        {**BY_CODE, "token": code},
    ]
    told = refused(table(*rows))
    for row, words in (
        (2, "这是海报码"),
        (3, "一码多评的评议码请在网页上作答"),
        (4, "“A02”与评议码的不一致（A01）"),
        (6, "评议码与前面一行重复"),
    ):
        assert re.search(rf"第 {row} 行 \w+：{words}", told), told
    assert "第 5 行" not in told


def test_answers_without_codes_go_no_further_than_the_plan(
    opened: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    deputies = {"group_code": "G4", "age_group": "45-59"}
    wanted = 15  # class_group_weights.csv: A,G4
    many = [deputies | {"response_id": f"E{n}"} for n in range(wanted)]
    assert run(table(*many)).exit_code == 0
    told = refused(table({**deputies, "response_id": "E-one-more"}), "--skip-bad")
    assert f"A01 G4：没有评议码的答卷，计划 {wanted} 份，已录入 {wanted} 份" in told
    monkeypatch.setattr(collected_file, "MOST_ROWS", 2)
    assert "一次最多 2 行，这里有 3 行" in refused(table({}, {}, {}))


def test_the_channel_may_be_told_beside_the_file(opened: Site) -> None:
    without = tuple(name for name in HEADING if name != "channel")
    assert "第 2 行 channel" in refused(table({}, heading=without))
    assert run(table({}, heading=without), "--channel", "paper_home").exit_code == 0
    assert [each.channel for each in stored(opened)] == ["paper_home"]
    assert "与指定的渠道“paper_home”不一致" in refused(table({}), "--channel", "paper_home")
    assert "“qr_open”不是电话或纸质渠道" in refused(table({}), "--channel", "qr_open")


def test_a_workbook_is_read_as_well(opened: Site) -> None:
    rows = csv.reader(io.StringIO(table({}, {}).decode("utf-8-sig")))
    book = workbook_of(tuple(row) for row in rows)
    assert run(book, name="interviews.xlsx").exit_code == 0
    assert len(stored(opened)) == 2


def test_nothing_enters_a_campaign_that_is_not_open(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    CliRunner().invoke(survey, ["campaign", "load", str(ANLAN), "--simulated"])
    add_officials(site)
    assert "处于“评议进行中”时才能进行此操作" in refused(table({}))


def test_receipts_go_to_a_file_only_if_answers_do(opened: Site, tmp_path: Path) -> None:
    out = tmp_path / "receipts.csv"
    refused(table({"q_C1": "6"}), "--receipts", str(out))
    assert not out.exists()
    assert run(table({}), "--receipts", str(out)).exit_code == 0
    assert receipts(out.read_text("utf-8-sig"))[0]["receipt"]
    again = run(table({"response_id": "D9"}), "--receipts", str(out))
    assert again.exit_code == 1
    assert len(stored(opened)) == 1


def test_the_command_and_an_account(opened: Site) -> None:
    assert "answer.collect" not in _actions(opened)
    assert "没有账号“nobody”" in refused(table({}), "--by", "nobody")
    assert "账号“leader”的角色是 leader" in refused(table({}), "--by", "leader")
    assert run(table({}), "--by", "review").exit_code == 0
    assert "answer.collect" in _actions(opened)


def test_the_page_takes_the_same_file(app: Flask, opened: Site) -> None:
    client = signed_in(app, "admin")
    answer = uploaded(client, table({}, {}))
    assert answer.status_code == 200
    assert "ANLAN-2026-GZPY-receipts.csv" in answer.headers["Content-Disposition"]
    assert len(receipts(answer.data.decode("utf-8-sig"))) == 2
    again = uploaded(client, table({}, {"response_id": "D9"}))
    assert again.status_code == 422
    assert "interviews.csv 第 2 行 response_id：编号“D001”的答卷已经录入" in again.text
    assert len(stored(opened)) == 2
    left = uploaded(client, table({}, {"response_id": "D9"}), skip_bad="y")
    assert left.status_code == 200
    assert len(stored(opened)) == 3


def test_the_page_asks_for_a_file_and_knows_its_campaign(app: Flask) -> None:
    client = signed_in(app, "review")
    page = client.get(COLLECT)
    assert f'href="/office/collect?code={CODE}"' in page.text
    assert client.post(COLLECT, data={"csrf_token": token(page)}).status_code == 422
    assert client.get("/office/collect?code=NOWHERE").status_code == 404


def test_whoever_comes_second_is_refused_by_the_database(each_site: Site) -> None:
    """Two clerks enter the same file at once: what was checked before is checked again."""
    site = replace(each_site, clock=in_fieldwork)
    open_anlan(site)
    add_officials(site)
    content = table({}, {})

    def enter() -> None:
        collect(
            site,
            campaign_code=CODE,
            table=table_in(content, "interviews.csv"),
            digest="",
            by="admin",
        )

    write = site.database.writing

    def first_another() -> Any:
        site.database.writing = write  # type: ignore[method-assign]
        enter()
        return write()

    site.database.writing = first_another  # type: ignore[method-assign]
    with pytest.raises(Refused, match="刚才已由别人录入"):
        enter()
    assert len(stored(site)) == 2
    assert verify(site) == []


def many(n: int) -> bytes:
    """Return a table of so many answers, spread so that the plan of none is passed."""
    places = [(unit, group) for group in ("G1", "G2") for unit in ("A01", "A02", "A03", "A04")]
    return table(
        *(
            {"unit_code": unit, "group_code": group, "response_id": f"M{number}", "comment": "排队"}
            for number in range(n)
            for unit, group in [places[number % len(places)]]
        )
    )


@pytest.mark.timed
def test_a_long_table_keeps_nobody_waiting(opened: Site) -> None:
    """Some rows a transaction, and 50 ms of Python at most in each."""
    assert run(table({"response_id": "first"})).exit_code == 0  # statements are built once
    gc.collect()
    gc.freeze()
    with watched_writes() as done:
        result = run(many(160))
    gc.unfreeze()
    assert result.exit_code == 0, result.output
    assert len(stored(opened)) == 161
    assert len([each for each in done if len(each.statements) > 10]) >= 4
    assert too_long(done) == []
    assert verify(opened) == []


def test_a_table_that_was_interrupted_goes_on_where_it_stopped(
    opened: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, record, calls = many(70), desk.Desk.record, []

    def dies(self: desk.Desk, *given: Any, **said: Any) -> None:
        calls.append(said)
        if len(calls) == 3:
            raise KeyboardInterrupt
        record(self, *given, **said)

    with monkeypatch.context() as patched:
        patched.setattr(desk.Desk, "record", dies)
        run(content)
    assert len(stored(opened)) == 50
    assert verify(opened) == []
    result = run(content)
    assert result.exit_code == 0, result.output
    assert len(receipts(result.stdout)) == 20
    assert len(stored(opened)) == 70
    assert "已经录入" in refused(content)  # whole by now: a file enters once
    assert verify(opened) == []


def test_where_a_table_is_stopped_on_the_way_the_receipts_so_far_are_told(
    opened: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, calls = desk.Desk.record, []

    def closes(self: desk.Desk, *given: Any, **said: Any) -> None:
        record(self, *given, **said)
        calls.append(said)
        if len(calls) == 2:  # somebody closes the campaign meanwhile
            self._campaign.state = "closed"

    with monkeypatch.context() as patched:
        patched.setattr(desk.Desk, "record", closes)
        result = run(many(70))
    assert result.exit_code == 1
    assert "此前的50份已经录入" in result.stderr
    told = [row["receipt"] for row in receipts(result.stdout) if row["receipt"]]
    assert len(set(told)) == len(stored(opened)) == 50


def test_nobody_enters_answers_without_a_name(opened: Site) -> None:
    path = Path(os.environ["SURVEY_HOME"]) / "interviews.csv"
    path.write_bytes(table({}))
    nameless = CliRunner().invoke(survey, ["collect", str(path), "--campaign", CODE])
    assert nameless.exit_code == 2
    assert "没有账号" in refused(table({}), "--by", "nobody")
    assert stored(opened) == []


def _actions(site: Site) -> set[str]:
    with site.database.reading() as session:
        return set(session.scalars(sa.select(AuditEntry.action)))
