from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.ledger.leaf import row_leaf
from survey.model import Comment, ProgressCounter, Response
from survey.respond.intake import Outcome
from survey.site.installation import Site
from tests.factories import CODE, in_fieldwork, open_anlan
from tests.respond.factories import hand_in, invitation_codes, opened, poster_code


def send(site: Site, code: str, **changed: object) -> Outcome:
    with site.database.writing() as session:
        return hand_in(session, opened(session, site, code), **changed)


def counted(site: Site) -> list[tuple[str, str, int, int]]:
    with site.database.reading() as session:
        rows = session.execute(
            sa.select(
                ProgressCounter.group_code,
                ProgressCounter.day,
                ProgressCounter.received,
                ProgressCounter.valid,
            )
        )
        return [tuple(row) for row in rows]


def stored(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Response)) or 0


def test_an_answer_is_stored_counted_and_committed_to_the_ledger(each_site: Site) -> None:
    open_anlan(each_site)
    done = send(each_site, poster_code(each_site), reasons=("R1",), comment="路灯不亮")
    assert done is Outcome.STORED
    assert counted(each_site) == [("G1", "2026-12-05", 1, 1)]
    with each_site.database.reading() as session:
        response = session.scalars(sa.select(Response)).one()
        comment = session.get_one(Comment, response.id)
        row = {c.name: getattr(response, c.name) for c in Response.__table__.columns}
    assert (comment.reasons, comment.text) == ("R1", "路灯不亮")
    assert response.invitation_id is None
    assert response.leaf == row_leaf(row, campaign_code=CODE)
    assert response.leaf_index == 0


def test_sending_again_stores_nothing_and_gives_the_same_receipt(each_site: Site) -> None:
    open_anlan(each_site)
    code = poster_code(each_site)
    outcomes = [send(each_site, code, comment="好") for _ in range(3)]
    assert outcomes == [Outcome.STORED, Outcome.REPEATED, Outcome.REPEATED]
    assert stored(each_site) == 1
    assert counted(each_site)[0][2:] == (1, 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"answers": "11111111"},
        {"comment": "另一位"},
        {"age": 3},
        {"own_staff": True},
        {"local_answers": '{"L1":2}'},
        {"local_texts": '{"L2":"b"}'},
    ],
)
def test_other_answers_under_a_taken_receipt_are_told_apart(
    site: Site, changed: dict[str, object]
) -> None:
    open_anlan(site)
    code = poster_code(site)
    send(site, code)
    assert send(site, code, **changed) is Outcome.CONFLICTING
    assert stored(site) == 1
    assert counted(site)[0][2:] == (1, 1)


def test_an_invitation_brings_one_answer(each_site: Site) -> None:
    open_anlan(each_site)
    [code] = invitation_codes(each_site)
    assert send(each_site, code) is Outcome.STORED
    assert send(each_site, code) is Outcome.REPEATED
    assert send(each_site, code, receipt=b"9876543210") is Outcome.USED
    assert stored(each_site) == 1


def test_an_answer_on_its_way_at_the_close_is_not_stored(each_site: Site) -> None:
    open_anlan(each_site)
    code = poster_code(each_site)
    with each_site.database.reading() as session:
        entrance = opened(session, each_site, code)
    with each_site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
    with each_site.database.writing() as session:
        done = hand_in(session, entrance)
    assert done is Outcome.CLOSED
    assert stored(each_site) == 0


def test_of_fifty_racing_for_one_invitation_exactly_one_gets_in(each_site: Site) -> None:
    open_anlan(each_site)
    [code] = invitation_codes(each_site)
    receipts = [bytes([number]) * 10 for number in range(50)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda receipt: send(each_site, code, receipt=receipt), receipts))
    assert outcomes.count(Outcome.STORED) == 1
    assert outcomes.count(Outcome.USED) == 49
    assert stored(each_site) == 1
    assert counted(each_site)[0][2:] == (1, 1)


@pytest.mark.parametrize(
    ("unit", "group", "changed", "valid"),
    [
        ("A01", "G1", {}, 1),
        ("A01", "G1", {"age": 0}, 0),
        ("A01", "G1", {"duration_ms": 19_999}, 0),
        ("A01", "G1", {"answers": "00000000"}, 0),
        ("A01", "G1", {"answers": "0000000-"}, 0),
        ("A01", "G1", {"area": 2}, 0),
        ("A01", "G1", {"area": 0}, 0),
        ("A01", "G1", {"own_staff": True}, 0),
        ("A01", "G2", {"area": 2}, 1),
        ("B01", "G1", {"area": 2}, 1),
    ],
)
def test_what_one_answer_alone_decides_is_counted_as_valid(
    site: Site, unit: str, group: str, changed: dict[str, object], valid: int
) -> None:
    open_anlan(site)
    send(site, poster_code(site, unit, group), **changed)
    assert counted(site)[0][2:] == (1, valid)
