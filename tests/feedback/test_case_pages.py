"""Lists of cases turned page by page: due first, then without a deadline, none left out."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.app import create_app
from survey.model import Case
from survey.site.installation import Site
from survey.web import key_pages
from tests.factories import CODE, open_anlan
from tests.feedback.factories import later
from tests.officials import add_officials, signed_in
from tests.respond.factories import hand_in, opened, poster_code

HERE = f"/office/campaigns/{CODE}/cases"
DAYS = ("2026-12-09", "2026-12-07", None, "2026-12-07", None, "2026-12-30", "2026-12-07")
_ROW = re.compile(rf'<a href="{HERE}/(\w+)">\1</a>')
_TURN = re.compile(rf'href="({re.escape(HERE)}\?[^"]*)">\s*(上一页|下一页)')


@pytest.fixture
def asked(each_site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Seven cases of one unit, two to a page."""
    monkeypatch.setattr(key_pages, "SIZE", 2)
    site = replace(each_site, clock=later)
    open_anlan(site)
    add_officials(site)
    with site.database.writing() as session:
        entrance = opened(session, site, poster_code(site))
        for number in range(len(DAYS)):
            words = {"receipt": b"written%03d" % number, "comment": f"窗口少，排队{number}小时"}
            hand_in(session, entrance, device_mark=None, **words)
        for case, day in zip(session.scalars(sa.select(Case)), DAYS, strict=True):
            case.due_on = day
    return site


def cases(site: Site) -> list[Case]:
    with site.database.reading() as session:
        return list(session.scalars(sa.select(Case)))


def turned(client: FlaskClient, address: str, way: str) -> tuple[list[list[str]], str]:
    """Follow a link from page to page; return the codes of each, and the last one's address."""
    found = []
    while True:
        page = client.get(address).text
        found.append(_ROW.findall(page))
        links = {word: link.replace("&amp;", "&") for link, word in _TURN.findall(page)}
        if way not in links:
            return found, address
        address = links[way]


def test_the_office_turns_pages_on_and_back_over_cases_with_and_without_a_deadline(
    asked: Site,
) -> None:
    client = signed_in(create_app(asked), "admin")
    order = [
        case.code
        for case in sorted(cases(asked), key=lambda case: (case.due_on or "9999", case.code))
    ]
    there, last = turned(client, HERE, "下一页")
    assert there == [order[:2], order[2:4], order[4:6], order[6:]]
    back, _first = turned(client, last, "上一页")
    assert back == [order[6:], order[4:6], order[2:4], order[:2]]
    only, _last = turned(client, f"{HERE}?state=opened&unit=A01&late=1", "下一页")
    late = [case.code for case in cases(asked) if case.due_on and case.due_on < "2026-12-18"]
    assert sorted(code for page in only for code in page) == sorted(late)


def test_a_case_dealt_with_meanwhile_moves_no_other_over_the_edge_of_a_page(asked: Site) -> None:
    client = signed_in(create_app(asked), "admin")
    [first, second, *_others], _last = turned(client, HERE, "下一页")
    link = next(link for link, word in _TURN.findall(client.get(HERE).text) if word == "下一页")
    with asked.database.writing() as session:
        gone = sa.update(Case).where(Case.code.in_(first))
        session.execute(gone.values(due_on=None, state="dismissed"))
    assert _ROW.findall(client.get(link.replace("&amp;", "&")).text) == second


def test_a_unit_turns_pages_in_the_order_of_random_codes(asked: Site) -> None:
    with asked.database.writing() as session:
        session.execute(
            sa.update(Case).values(
                state="assigned", level="simple", redacted="窗口少", seen_on="2026-12-15"
            )
        )
    client = signed_in(create_app(asked), "liaison")
    order = sorted(case.code for case in cases(asked))
    there, last = turned(client, HERE, "下一页")
    assert there == [order[:2], order[2:4], order[4:6], order[6:]]
    back, _first = turned(client, last, "上一页")
    assert back == [order[6:], order[4:6], order[2:4], order[:2]]


@pytest.mark.parametrize("username", ["admin", "liaison"])
def test_links_of_before_and_keys_of_no_list_begin_it(asked: Site, username: str) -> None:
    client = signed_in(create_app(asked), username)
    beginning = _ROW.findall(client.get(HERE).text)
    for strange in ("p=2", "p=99999999999999999999", "after=%00", "after=.%27", "before=2026.A"):
        answer = client.get(f"{HERE}?{strange}")
        assert (answer.status_code, _ROW.findall(answer.text)) == (200, beginning), strange
