"""Whoever can write to the database changes a case or a word on it, and scoring stops."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.app import create_app
from survey.model import ReviewCase, ReviewEffect, ReviewWord
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.appraisal.review.attacked import (
    HERE,
    SCORE,
    after,
    case_numbers,
    contents,
    press,
    say,
    scored,
)
from tests.demonstrated import CODE
from tests.officials import signed_in


def turn_a_word(session: Session) -> None:
    session.execute(sa.update(ReviewWord).where(ReviewWord.position == 2).values(verdict="keep"))


def word_a_reason_anew(session: Session) -> None:
    session.execute(sa.update(ReviewWord).where(ReviewWord.position == 1).values(reason="别的"))


def take_a_word_out(session: Session) -> None:
    session.execute(sa.delete(ReviewWord).where(ReviewWord.position == 2))


def put_a_word_in(session: Session) -> None:
    word = session.scalars(sa.select(ReviewWord).where(ReviewWord.position == 2)).one()
    made = ReviewWord(case_id=word.case_id, turn=2, position=1, verdict="undo", reason="误判")
    made.by, made.at = word.by, word.at
    session.add(made)


def move_a_word(session: Session) -> None:
    session.execute(
        sa.update(ReviewWord)
        .where(ReviewWord.position == 2)
        .values(case_id=sa.select(sa.func.max(ReviewCase.id)).scalar_subquery())
    )


def take_an_answer_off_a_case(session: Session) -> None:
    case = session.scalars(sa.select(ReviewCase).where(ReviewCase.n == 18)).one()
    case.responses = case.responses[1:]


def take_a_case_out(session: Session) -> None:
    last = sa.select(sa.func.max(ReviewCase.id)).scalar_subquery()
    session.execute(sa.delete(ReviewCase).where(ReviewCase.id == last))


def weigh_it_otherwise(session: Session) -> None:
    session.execute(sa.update(ReviewEffect).values(score_keep="99.99"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (turn_a_word, "word 2 on case {number}"),
        (word_a_reason_anew, "word 1 on case {number}"),
        (take_a_word_out, "word 2 on case {number}"),
        (put_a_word_in, "word 3 on case {number}"),
        (move_a_word, "word 2 on case {number}"),
        (take_an_answer_off_a_case, "case {number} of the review is not what the audit says"),
        (take_a_case_out, "of the review is not what the audit says was found"),
        (weigh_it_otherwise, "what case {number} weighs in run 1"),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_what_was_altered_is_named_and_stops_scoring(
    site: Site, change: Callable[[Session], None], named: str
) -> None:
    scored(site)
    app = create_app(replace(site, clock=after))
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    [number, *_more] = case_numbers(site, "shared_network")
    press(admin, f"{HERE}{number}/weigh")
    for who in (admin, review):
        assert say(who, number, "exclude").status_code == 302
    assert verify(site, only=CODE) == []
    with site.database.writing() as session:
        change(session)
    problems = verify(site, only=CODE)
    assert any(named.format(number=number) in problem.en for problem in problems), problems
    stopped = press(admin, SCORE)
    assert stopped.status_code not in {200, 302}
    assert "不一致" in stopped.text
    assert len(contents(site)) == 1
