"""A resident takes back what he wrote, at any step: it is gone everywhere, and all else holds."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from survey.app import create_app
from survey.feedback import cases
from survey.feedback.held_words import HeldWords
from survey.feedback.matters import Matters
from survey.ledger.leaf import row_leaf
from survey.model import AuditEntry, Base, Case, CommentMatter, Response
from survey.problems import Refused
from survey.site.installation import Site
from tests.factories import CODE
from tests.feedback.factories import TICKET, answered, brought_to, later, only_case, said_back, step
from tests.officials import add_officials, signed_in, token

HERE = f"/office/campaigns/{CODE}"
STATES = ("opened", "verified", "assigned", "replied", "published", "answered")
CANARIES = ("三趟", "13800138000", "张三丰", "还没修好呢")


@pytest.fixture
def app(site: Site) -> Flask:
    answered(site, reasons=("R1",))
    site = replace(site, clock=later)
    Matters(site.database).write()
    add_officials(site)
    return create_app(site)


def bring(site: Site, state: str) -> None:
    if state != "opened":
        brought_to(site, "published" if state == "answered" else state)
    if state == "answered":
        with site.database.writing() as session:
            said_back(session, satisfied=False, text="还没修好呢")


def withdraw(app: Flask, site: Site, **changed: str) -> str:
    sent = {"code": TICKET, "case": only_case(site).code, "sure": "yes", **changed}
    page = app.test_client().post("/r/withdraw", data=sent)
    assert page.status_code == 200
    return page.text


def everything_kept(site: Site) -> str:
    with site.database.reading() as session:
        return "\n".join(
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in session.execute(sa.select(table))
        )


def register(app: Flask) -> str:
    file = signed_in(app, "admin").get(f"{HERE}/cases.xlsx").data
    rows = openpyxl.load_workbook(BytesIO(file)).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    return str(list(rows))


@pytest.mark.parametrize("state", STATES)
def test_at_every_step_the_words_are_gone_and_the_rest_stays(
    app: Flask, site: Site, state: str
) -> None:
    bring(site, state)
    with site.database.reading() as session:
        before = session.execute(sa.select(Response.__table__)).mappings().all()
    was = only_case(site)
    assert "三趟" in everything_kept(site)
    page = withdraw(app, site)
    assert "您已撤回所写的文字" in page
    assert "我要撤回" not in page  # there is nothing left
    with site.database.reading() as session:
        after = session.execute(sa.select(Response.__table__)).mappings().all()
    assert after == before  # the answer counts on, and its leaf
    row = after[-1]
    assert row_leaf(row, campaign_code=CODE) == row["leaf"]
    now = only_case(site)
    assert (now.state, now.satisfied, now.level) == (was.state, was.satisfied, was.level)
    assert now.due_on == (None if state == "opened" else was.due_on)
    assert [(s.step, s.by) for s in now.steps] == [(s.step, s.by) for s in was.steps]
    admin, liaison = signed_in(app, "admin"), signed_in(app, "liaison")
    shown = [
        *(everything_kept(site), register(app), page),
        *(admin.get(f"{HERE}/cases{path}").text for path in ("", f"/{now.code}", "?kind=reasons")),
        *(liaison.get(f"{HERE}/cases{path}").text for path in ("", f"/{now.code}")),
    ]
    for words in CANARIES:
        assert not any(words in text for text in shown), words
    assert "居民已撤回所写文字" in admin.get(f"{HERE}/cases/{now.code}").text


def test_what_was_taken_back_is_handed_to_nobody(app: Flask, site: Site) -> None:
    withdraw(app, site)
    with pytest.raises(Refused, match="没有可核实的内容"):
        step(site, cases.verify, level="simple", text="凭记忆写的")
    admin = signed_in(app, "admin")
    assert "核实，可以交办" not in admin.get(f"{HERE}/cases/{only_case(site).code}").text
    assert only_case(site).code not in admin.get(f"{HERE}/cases").text  # counted alone
    with site.database.reading() as session:
        of = sa.select(CommentMatter).join(Case, Case.response_id == CommentMatter.response_id)
        [matter] = session.scalars(of).all()
        assert (matter.kind, matter.matter) == ("reasons", matter.response_id)


def test_a_checked_case_whose_words_are_gone_is_not_handed_over(app: Flask, site: Site) -> None:
    bring(site, "verified")
    withdraw(app, site)
    admin = signed_in(app, "admin")
    case = f"{HERE}/cases/{only_case(site).code}"
    sent = admin.post(f"{case}/assign", data={"csrf_token": token(admin.get("/office/"))})
    assert sent.status_code == 422
    assert "没有可交办的内容" in sent.text
    step(site, cases.answer_directly, text="已处理")
    assert only_case(site).state == "published"


def test_the_unit_goes_on_with_what_it_has(app: Flask, site: Site) -> None:
    bring(site, "assigned")
    withdraw(app, site)
    liaison = signed_in(app, "liaison")
    case = f"{HERE}/cases/{only_case(site).code}"
    assert "居民已撤回所写文字" in liaison.get(case).text
    data = {"csrf_token": token(liaison.get("/office/")), "reply-text": "已增设窗口。"}
    assert liaison.post(f"{case}/reply", data=data).status_code == 302


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"sure": ""}, 200), ({"case": "OTHER"}, 422), ({"code": "0" * 12}, 422)],
)
def test_nobody_takes_back_by_mistake_or_for_another(
    app: Flask, site: Site, changed: dict[str, str], status: int
) -> None:
    sent = {"code": TICKET, "case": only_case(site).code, "sure": "yes"} | changed
    page = app.test_client().post("/r/withdraw", data=sent)
    assert page.status_code == status
    assert "三趟" in everything_kept(site)


def test_sent_twice_it_is_one_deed_on_record(app: Flask, site: Site) -> None:
    assert "撤回我写的文字" in app.test_client().get(f"/r/{TICKET}").text
    withdraw(app, site)
    assert "您已撤回所写的文字" in withdraw(app, site)
    with site.database.reading() as session:
        of = sa.select(AuditEntry).where(AuditEntry.action == "case.withdrawn")
        [entry] = session.scalars(of).all()
    assert (entry.by, entry.subject) == ("resident", f"{CODE}/{only_case(site).code}")
    said = signed_in(app, "admin").get("/office/audit/").text
    assert f"撤回意见{only_case(site).code}里写的文字" in said


def test_processes_let_go_of_words_that_were_taken_back(app: Flask, site: Site) -> None:
    held = app.extensions["matters"]
    signed_in(app, "admin").get(f"{HERE}/cases")  # reads on, and holds what it read
    with site.database.reading() as session:
        campaign = session.scalars(sa.select(Case.campaign_id)).one()
        held._held[campaign] = HeldWords.kept(session, campaign, 99)
    held.write()
    assert campaign in held._held
    withdraw(app, site)
    held.write()
    assert campaign not in held._held
