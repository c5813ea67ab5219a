"""Comments alike dealt with together, one after the other, and the register of all."""

import io
from dataclasses import replace

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from survey.app import create_app
from survey.model import AuditEntry, Case
from survey.site.installation import Site
from tests.factories import CODE
from tests.feedback.factories import answered, later
from tests.officials import add_officials, signed_in, token
from tests.respond.factories import hand_in, opened, poster_code

HERE = f"/office/campaigns/{CODE}"
ALIKE = "村口的路灯坏了半年没有人来修，电话13800138000"


@pytest.fixture
def later_site(site: Site) -> Site:
    made = replace(site, clock=later)
    answered(made, comment=f"0{ALIKE}", reasons=("R2",))
    code = poster_code(made, "A02")
    with made.database.writing() as session:
        entrance = opened(session, made, code)
        for number in range(1, 4):
            hand_in(session, entrance, comment=f"{number}{ALIKE}", receipt=b"alike%05d" % number)
        hand_in(session, entrance, comment="=1+1 窗口少", receipt=b"formula123")
        hand_in(session, entrance, comment="服务态度很好，办事快。", receipt=b"praising12")
        hand_in(session, entrance, reasons=("R1",), receipt=b"onlyreason")
        for number in range(10):
            hand_in(session, entrance, receipt=b"quiet%05d" % number)
    add_officials(made)
    return made


@pytest.fixture
def app(later_site: Site) -> Flask:
    return create_app(later_site)


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return signed_in(app, "admin")


def stored(site: Site) -> dict[str, Case]:
    with site.database.reading() as session:
        found = session.scalars(sa.select(Case)).all()
        for case in found:
            list(case.steps)
        return {case.code: case for case in found}


def those_alike(office: FlaskClient, site: Site) -> list[str]:
    listed = office.get(f"{HERE}/cases").text
    return [code for code in stored(site) if f"together?like={code}" in listed]


def post(office: FlaskClient, **form: object) -> str:
    stamp = token(office.get("/office/"))
    sent = office.post(f"{HERE}/cases/together", data={"csrf_token": stamp, **form})
    return sent.location or sent.text


def test_the_list_counts_what_needs_no_answer_and_keeps_it_in_sight(
    office: FlaskClient, later_site: Site
) -> None:
    page = office.get(f"{HERE}/cases").text
    assert "只选了原因没有写字的1份，表扬1条，没有具体内容的0条" in page
    assert "共 5 件" in page
    assert "办事快" not in page
    assert "办事快" in office.get(f"{HERE}/cases?kind=praise").text
    assert "办事拖延（1）" in page  # what residents ticked is the topic
    assert "共 1 件" in office.get(f"{HERE}/cases?topic=R2").text
    assert "内容相近的归在一起是3组" in page  # alike of two units, and one by itself


def test_the_same_few_words_are_one_matter_whoever_said_them(
    office: FlaskClient, later_site: Site
) -> None:
    code = poster_code(later_site, "A03")
    with later_site.database.writing() as session:
        entrance = opened(session, later_site, code)
        for number in range(2):
            hand_in(
                session,
                entrance,
                comment="路灯坏了。",
                receipt=b"short%05d" % number,
                network_mark=b"source%02d" % number,
            )
    assert office.get(f"{HERE}/cases?unit=A03").text.count("内容相近的共2件，2个来源") == 2


def test_a_counted_word_has_no_deadline_on_its_own_page_either(
    office: FlaskClient, later_site: Site
) -> None:
    code = next(code for code, case in stored(later_site).items() if case.due_on is None)
    page = office.get(f"{HERE}/cases/{code}").text
    assert "表扬（只计数）。如需办理，请在右边核实" in page
    assert "逾期" not in page


def test_many_are_handed_to_their_units_at_once_each_on_record(
    office: FlaskClient, later_site: Site
) -> None:
    codes = those_alike(office, later_site)
    assert len(codes) == 4
    page = office.get(f"{HERE}/cases/together?like={codes[0]}").text
    assert page.count("13800138000") == 0
    assert page.count("路灯坏了半年") == 4  # all of it is read before it leaves
    form = {"like": codes[0], "state": "opened", "step": "assign", "level": "simple"}
    went_on = post(office, **form, case=codes[:3])
    cases = stored(later_site)
    assert [cases[code].state for code in codes] == ["assigned"] * 3 + ["opened"]
    assert all("〔电话〕" in (cases[code].redacted or "") for code in codes[:3])
    with later_site.database.reading() as session:
        done = session.execute(sa.select(AuditEntry.action, AuditEntry.subject)).all()
    for code in codes[:3]:
        mine = [action for action, subject in done if subject == f"{CODE}/{code}"]
        assert mine == ["case.verified", "case.assigned"]
    left = {code for code, case in cases.items() if case.state == "opened"}
    assert went_on.rpartition("/")[2] in left  # the next that waits for the same


def test_one_reply_reaches_each_resident(office: FlaskClient, later_site: Site) -> None:
    codes = those_alike(office, later_site)
    form = {"like": codes[0], "state": "opened", "step": "answer", "level": "simple"}
    refused = post(office, **form, case=codes, text=" ")
    assert "请填写内容" in refused
    assert {case.state for case in stored(later_site).values()} == {"opened"}  # none half done
    post(office, **form, case=codes, text="路灯已于12月17日修好。")
    cases = stored(later_site)
    for code in codes:
        assert cases[code].state == "published"
        assert [step.text for step in cases[code].steps if step.step == "replied"] == [
            "路灯已于12月17日修好。"
        ]


def test_all_or_none_and_the_one_that_cannot_is_named(
    office: FlaskClient, later_site: Site
) -> None:
    codes = those_alike(office, later_site)
    stamp = token(office.get("/office/"))
    done = {"csrf_token": stamp, "dismiss-text": "不属于本县"}
    assert office.post(f"{HERE}/cases/{codes[2]}/dismiss", data=done).status_code == 302
    form = {"like": codes[0], "state": "opened", "step": "dismiss", "text": "不属于本县"}
    refused = post(office, **form, case=codes)
    assert f"{codes[2]}：此件的状态已经变化" in refused
    assert [stored(later_site)[code].state for code in codes].count("opened") == 3
    assert "请至少勾选一件" in post(office, **form)


def test_after_each_case_the_next_one_comes(office: FlaskClient, later_site: Site) -> None:
    waiting = {code for code, case in stored(later_site).items() if case.due_on}
    code = min(waiting)
    done = set()
    while True:
        done.add(code)
        stamp = token(office.get("/office/"))
        sent = office.post(
            f"{HERE}/cases/{code}/dismiss",
            data={"csrf_token": stamp, "dismiss-text": "不属于本县"},
        )
        if sent.location.endswith("/cases"):
            break
        code = sent.location.rpartition("/")[2]
    assert done == waiting  # praise is not among them


def test_the_register_holds_all_redacted_and_no_formula(
    office: FlaskClient, app: Flask, later_site: Site
) -> None:
    answer = office.get(f"{HERE}/cases.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 1 + len(stored(later_site))
    everything = "\n".join(str(cell) for row in rows for cell in row)
    assert "13800138000" not in everything
    assert "'=1+1 窗口少" in everything
    assert "表扬（只计数）" in everything
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert sum(row[9] == "逾期" for row in rows) == 5
    english = office.get("/office/language/en", follow_redirects=True)
    assert english.status_code == 200
    assert b"attachment" in answer.headers["Content-Disposition"].encode()
    with later_site.database.reading() as session:
        assert "case.export" in session.scalars(sa.select(AuditEntry.action)).all()
    assert signed_in(app, "liaison").get(f"{HERE}/cases.xlsx").status_code == 403
