"""The fast way and the framework's way find the same of every submission, in both languages."""

from collections import Counter
from random import Random
from time import monotonic

import pytest
from flask_babel import force_locale

from survey.app import create_app
from survey.respond.door.opening import Memory, open_entrance
from survey.respond.quick.filling import Blank, Given, each_once, given_in
from survey.respond.quick.ordinary import Ordinary
from survey.site.installation import Site
from tests.factories import FIELDWORK, LOCAL_ITEMS, open_anlan
from tests.respond.factories import poster_code, sitting_codes
from tests.respond.quick.submissions import looked_up, submission, verdicts

N = 1000  # of each questionnaire; `bench/agreeing.py` takes a hundred thousand


@pytest.mark.parametrize("kind", ["plain", "local", "several"])
def test_both_ways_find_the_same(site: Site, kind: str) -> None:
    open_anlan(site, local_items=LOCAL_ITEMS if kind == "local" else ())
    units = "A01,A02,A03"
    code = sitting_codes(site, units=units)[0] if kind == "several" else poster_code(site)
    with site.database.reading() as session:
        words = {"key": site.keys.intake(), "memory": Memory(monotonic)}
        asked = open_entrance(session, code=code, at=FIELDWORK, **words).questionnaire
    draw, found, n_short = Random(20261201), Counter[bool](), 0
    with create_app(site).test_request_context():
        for lang in ("zh", "en"):
            with force_locale(lang):
                form_class = asked.form_class(lang)
                blank = Blank(form_class)
                ordinary, empty = Ordinary(blank), blank.filled(Given())
                for _number in range(N // 2):
                    pairs = submission(empty, draw)
                    slow, fast = verdicts(form_class, blank, pairs)
                    assert fast == slow, pairs
                    found[slow[2]] += 1  # type: ignore[index]
                    short = looked_up(ordinary, pairs)
                    assert short in (None, slow[-1]), pairs  # type: ignore[index]
                    n_short += short is not None
    assert min(found.values()) > N // 20, found  # of both there were enough
    assert n_short > N // 20 if kind == "plain" else n_short == 0


@pytest.mark.parametrize(
    "body", [b"age=%ff", b"age=%ed%a0%80", "age=岁".encode(), b"&".join([b"a=1"] * 1001)]
)
def test_an_unusual_body_is_left_to_the_framework(body: bytes) -> None:
    assert given_in(body) is None
    assert each_once(body) is None


@pytest.mark.parametrize("body", [b"a=1&a=2", b"a=1&%61=2", b"a", b"a=1&&b=2", b"a=1&b"])
def test_what_is_said_twice_or_not_at_all_is_the_forms_to_judge(body: bytes) -> None:
    assert each_once(body) is None
    assert given_in(body) is not None


def test_an_age_that_may_not_answer_is_never_looked_up(site: Site) -> None:
    open_anlan(site)
    with site.database.reading() as session:
        words = {"key": site.keys.intake(), "memory": Memory(monotonic)}
        asked = open_entrance(session, code=poster_code(site), at=FIELDWORK, **words).questionnaire
    with create_app(site).test_request_context():
        form_class = asked.form_class("zh")
        ordinary = Ordinary(Blank(form_class))
    names = form_class.answer_names["A01"]
    sent = dict.fromkeys(names, "5") | {"sex": "male", "area": "not_local", "residence": "rural"}
    assert ordinary.is_in_order({**sent, "age": "70+"})
    assert not ordinary.is_in_order({**sent, "age": "under18"})
    assert not ordinary.is_in_order({**sent, "age": "70+", "do": ""})


def test_a_form_filled_before_leaves_nothing_behind(site: Site) -> None:
    open_anlan(site)
    with site.database.reading() as session:
        words = {"key": site.keys.intake(), "memory": Memory(monotonic)}
        asked = open_entrance(session, code=poster_code(site), at=FIELDWORK, **words).questionnaire
    with create_app(site).test_request_context():
        blank = Blank(asked.form_class("zh"))
        first = given_in(b"q_C1=4&comment=one&age=nonsense")
        assert first is not None
        assert not blank.filled(first).validate()
        second = blank.filled(Given(sex=["male"]))
    assert (second["q_C1"].data, second.comment.data, second.age.errors) == (None, "", ())
