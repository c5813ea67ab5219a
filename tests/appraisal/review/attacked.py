"""A small 安澜县, all answers about one stuffed unit among them: closed, scored, with officials."""

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.access import passwords
from survey.access.accounts import create_account
from survey.appraisal.run import score_campaign
from survey.demo import respondents as residents
from survey.demo.answering import answer_through_intake
from survey.demo.campaigns import stage_open
from survey.demo.county import days_between
from survey.model import Appraisal, ReviewCase
from survey.site.installation import Site
from tests.demonstrated import CODE, STARTS_ON, close
from tests.officials import PASSWORD, add_officials, token
from tests.prepared import prepared

STUFFED = "B03"
MORE = {
    "admin2": ("office_admin", "王二"),
    "review2": ("office_review", "李四"),
    "namesake": ("office_review", "测试 REVIEW"),  # the person of `review`, typed otherwise
}
HERE = f"/office/campaigns/{CODE}/review/"
RUNS = f"/office/campaigns/{CODE}/runs"
SCORE = f"/office/campaigns/{CODE}/score"


def after() -> datetime:
    """Return a moment when everything is over."""
    return datetime(2026, 12, 29, 2, 0, tzinfo=UTC)


def scored(site: Site) -> None:
    """Let the small county answer, close it and score it; officials are there."""
    prepared(site, "attacked and scored", lambda: _scored(site))


def _scored(site: Site) -> None:
    let_answer(site, others=60)
    close(site)
    score_campaign(site, campaign_code=CODE, by="tests")


def let_answer(site: Site, *, others: int, units: Collection[str] = (STUFFED,)) -> None:
    """Let all answer about some units, and so many about others; officials are there."""
    everybody = residents.all_respondents(shift=days_between(STARTS_ON))
    whole = [person for person in everybody if person.unit_code in units]
    rest = [person for person in everybody if person.unit_code not in units]
    people = sorted(
        [*whole, *residents.choose(rest, n=others, seed=7)],
        key=lambda person: (person.submitted_at, person.response_id),
    )
    codes = stage_open(site, starts_on=STARTS_ON, code=CODE, respondents=people)
    answer_through_intake(site, respondents=people, codes=codes, advance=lambda _more: None)
    add_office(site)


def add_office(site: Site) -> None:
    """Make an account of each role, and more of those who decide."""
    add_officials(site)
    known = passwords.chosen(PASSWORD)
    with site.database.writing() as session:
        for username, (role, name) in MORE.items():
            create_account(
                session, username=username, name=name, role=role, by="tests", clock=after,
                password=known,
            )  # fmt: skip


def case_numbers(site: Site, *kinds: str, unit: str = "") -> list[int]:
    """Return the numbers of the cases of some kinds, of one unit if it is given."""
    query = sa.select(ReviewCase.number).where(ReviewCase.kind.in_(kinds))
    if unit:
        query = query.where(ReviewCase.unit_code == unit)
    with site.database.reading() as session:
        return list(session.scalars(query.order_by(ReviewCase.number)))


def say(
    client: FlaskClient, number: int, verdict: str, reason: str = "核对过原始记录"
) -> TestResponse:
    """Give a word on a case as an official's browser does."""
    carried = token(client.get("/office/password"))
    form = {"csrf_token": carried, "verdict": verdict, "reason": reason}
    return client.post(f"{HERE}{number}", data=form)


def press(client: FlaskClient, address: str) -> TestResponse:
    """Send a form that holds nothing but its token."""
    return client.post(address, data={"csrf_token": token(client.get("/office/password"))})


def contents(site: Site) -> Sequence[dict[str, object]]:
    """Return what each run holds, the oldest first."""
    with site.database.reading() as session:
        return list(session.scalars(sa.select(Appraisal.content).order_by(Appraisal.id)))


def score_of(content: dict[str, object], unit: str) -> object:
    """Return a unit's score in a run."""
    return next(one["score"] for one in content["units"] if one["unit_code"] == unit)  # type: ignore[attr-defined]


def told(page: str, words: str) -> str:
    """Return what a page says beside some words of a list of facts."""
    found = re.search(rf"<dt>{words}</dt>\s*<dd>([^<]*)", page)
    assert found, words
    return found[1].strip()
