"""Call sheets out and in: what stands on them, what is refused by its place, what stays."""

import io

import pytest
import sqlalchemy as sa

from survey.fieldwork.campaigns import find_campaign
from survey.model import AuditEntry, CallDraw, CallOutcome
from survey.schedule.evidence import EVIDENCE, Evidence
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.appraisal.callbacks.calling import (
    HERE,
    NOW,
    PAGE,
    called,
    draw,
    drawn,
    fill_in,
    kept,
    office,
    rows_of,
    sheet,
    upload,
)
from tests.demonstrated import CODE
from tests.officials import signed_in, token

pytestmark = pytest.mark.slow


def test_a_sheet_says_what_to_do_and_nothing_that_was_answered(site: Site) -> None:
    later, _app, client = drawn(site, at_most=40)
    book = sheet(client)
    about, calls = book.worksheets
    assert (about.title, calls.title) == ("说明", "回访登记")
    assert "不问选了什么" in " ".join(str(cell.value) for cell in about["A"])
    heading = [cell.value for cell in calls[1]]
    assert heading == ["单位代码", "批号", "序号", "结果", "单位", "评议对象", "次序"]
    [listed] = calls.data_validations.dataValidation
    assert listed.formula1 == '"本人所答,非本人所答,被告知如何作答,未联系上"'
    assert str(listed.sqref) == "D2:D41"
    _, draws, _ = kept(later)
    assert [(row["批号"], row["序号"]) for _n, row in rows_of(book)] == [
        (str(each.batch), str(each.serial)) for each in draws
    ]
    assert {row["结果"] for _n, row in rows_of(book)} == {""}


def test_a_sheet_in_english_comes_back_too(site: Site) -> None:
    later, _app, client = drawn(site, at_most=10)
    book = sheet(client, lang="en")
    calls = book.worksheets[1]
    assert [cell.value for cell in calls[1]][:4] == ["unit code", "batch", "serial", "outcome"]
    for number in range(2, 12):
        calls.cell(row=number, column=4).value = "Not answered by me" if number == 2 else "own"
    assert upload(client, book).status_code == 302
    assert [each.outcome for each in kept(later)[2]] == ["not_mine"] + ["own"] * 9


def test_the_same_sheet_twice_is_entered_once_and_a_change_is_added(site: Site) -> None:
    later, _app, client = called(site, "未联系上", at_most=20)
    again = upload(client, sheet(client))
    assert again.status_code == 302
    assert "20个结果都已录入过" in client.get(PAGE).text
    assert len(kept(later)[2]) == 20
    changed = fill_in(sheet(client), lambda n, row: "本人所答" if n == 5 else row["结果"])
    assert upload(client, changed).status_code == 302
    _, draws, outcomes = kept(later)
    assert [each.outcome for each in outcomes] == ["no_contact"] * 20 + ["own"]
    assert outcomes[-1].draw_id == draws[3].id
    with later.database.reading() as session:
        entries = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "call.record").order_by(AuditEntry.id)
        ).all()
    assert [entry.detail["count"] for entry in entries] == [20, 1]


def test_one_faulty_row_is_named_by_its_place_and_nothing_is_kept(site: Site) -> None:
    later, _app, client = drawn(site, at_most=20)
    book = fill_in(sheet(client), lambda n, _row: "是" if n == 7 else "本人所答")
    refused = upload(client, book)
    assert refused.status_code == 422
    assert "calls.xlsx 工作表“回访登记” 第 7 行 D 列 结果：“是”不在可选的结果中" in refused.text
    assert kept(later)[2] == []
    calls = fill_in(sheet(client), lambda _n, _row: "本人所答")
    calls.worksheets[1]["C9"].value = "999999"
    refused = upload(client, calls)
    assert "第 9 行 C 列 序号" in refused.text
    assert "没有抽到" in refused.text
    calls = fill_in(sheet(client), lambda _n, _row: "本人所答")
    for column in "ABC":
        calls.worksheets[1][f"{column}4"].value = calls.worksheets[1][f"{column}3"].value
    assert "与第 3 行重复" in upload(client, calls).text
    assert kept(later)[2] == []


def test_a_sheet_without_an_outcome_or_a_column_is_refused(site: Site) -> None:
    later, _app, client = drawn(site, at_most=20)
    assert "没有填写任何结果" in upload(client, sheet(client)).text
    book = sheet(client)
    book.worksheets[1]["D1"].value = "备考"
    assert "缺少列“结果”" in upload(client, book).text
    carried = token(client.get("/office/password"))
    none = client.post(PAGE, data={"csrf_token": carried})
    assert none.status_code == 422
    assert "请选择文件" in none.text
    assert kept(later)[2] == []


def test_two_sheets_that_contradict_each_other_are_refused(site: Site) -> None:
    later, _app, client = drawn(site, at_most=20)
    book = fill_in(sheet(client), lambda _n, _row: "本人所答")
    second = book.copy_worksheet(book.worksheets[1])
    second.title = "第二人"
    assert upload(client, book).status_code == 302
    second["D5"].value = "未联系上"
    refused = upload(client, book)
    assert refused.status_code == 422
    assert "与另一张工作表里同一号码的结果不同" in refused.text
    assert {each.outcome for each in kept(later)[2]} == {"own"}


def test_a_table_of_text_comes_back_as_well(site: Site) -> None:
    later, _app, client = drawn(site, at_most=10)
    lines = ["单位代码,批号,序号,结果"]
    lines += [
        f"{row['单位代码']},{row['批号']},{row['序号']},本人所答"
        for _n, row in rows_of(sheet(client))
    ]
    carried = token(client.get("/office/password"))
    content = "\n".join(lines).encode("gb18030")
    answer = client.post(
        PAGE,
        data={"csrf_token": carried, "file": (io.BytesIO(content), "回访.csv")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 302, answer.text
    assert len(kept(later)[2]) == 10


def test_a_class_group_enters_its_own_class_alone(site: Site) -> None:
    later, app, admin = drawn(site, at_most=10)
    group = signed_in(app, "groupa")
    assert group.get(f"{HERE}/callbacks/B.xlsx").status_code == 404
    book = fill_in(sheet(admin, "B"), lambda _n, _row: "本人所答")
    assert "或不由您办理" in upload(group, book).text
    assert upload(signed_in(app, "leader"), book).status_code == 403
    assert upload(signed_in(app, "liaison"), book).status_code == 404
    assert kept(later)[2] == []
    assert upload(signed_in(app, "inspector"), book).status_code == 302


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (CallOutcome, {"outcome": "own"}),
        (CallDraw, {"serial": 99_999}),
        (CallOutcome, None),
    ],
)
def test_what_was_drawn_and_entered_is_verified(
    site: Site, table: type[CallOutcome] | type[CallDraw], change: dict[str, object] | None
) -> None:
    later, _app, _client = called(site, "未联系上", at_most=10)
    assert verify(later, only=CODE) == []
    with later.database.writing() as session:
        last = session.scalar(sa.select(sa.func.max(table.id)))
        if change:
            session.execute(sa.update(table).where(table.id == last).values(**change))
        else:
            session.execute(sa.delete(table).where(table.id == last))
    assert {problem.field for problem in verify(later, only=CODE)} == {"calls"}


def test_an_outcome_put_in_beside_the_sheets_is_found(site: Site) -> None:
    later, _app, _client = called(site, "未联系上", at_most=10)
    _, draws, outcomes = kept(later)
    with later.database.writing() as session:
        session.add(
            CallOutcome(
                draw_id=draws[0].id,
                outcome="own",
                recorded_at=outcomes[0].recorded_at,
                recorded_by="admin",
            )
        )
    [problem] = verify(later, only=CODE)
    assert "1 条回访结果没有操作记录" in problem.zh


def test_taking_a_sheet_out_is_on_record(site: Site) -> None:
    later, _app, client = drawn(site, at_most=10)
    answer = client.get(f"{HERE}/callbacks/B.xlsx")
    assert answer.headers["Content-Disposition"].endswith('-calls-B.xlsx"')
    with later.database.reading() as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "call.export")
        ).one()
    assert (entry.by, entry.detail) == ("admin", {"class": "B"})
    assert "B类的回访登记表" in client.get("/office/audit/").text
    assert "录入回访结果" in client.get("/office/audit/").text


def test_the_calendar_sees_when_all_were_called(site: Site) -> None:
    later, app = office(site)
    client = signed_in(app, "admin")

    def shown() -> Evidence:
        with later.database.reading() as session:
            return EVIDENCE["calls"](session, find_campaign(session, CODE))

    assert (shown().done, shown().said.zh) == (False, "还没有回访过")
    assert draw(client, at_most=10).status_code == 302
    assert (shown().done, shown().said.zh) == (False, "回访抽出 10 个号码，10 个还没有结果")
    assert upload(client, fill_in(sheet(client), lambda _n, _row: "本人所答")).status_code == 302
    assert (shown().done, shown().at) == (True, NOW)


def test_both_databases_keep_a_round_and_what_came_of_it(each_site: Site) -> None:
    later, _app, client = called(
        each_site, lambda n, _row: "非本人所答" if n == 2 else "本人所答", at_most=12
    )
    rounds, draws, outcomes = kept(later)
    assert (len(rounds), len(draws)) == (1, 12)
    assert [each.outcome for each in outcomes] == ["not_mine"] + ["own"] * 11
    assert verify(later, only=CODE) == []
    assert "已抽1轮12个号码，0个还没有结果" in client.get(PAGE).text
