"""The log of words: whatever people say in which order, the same log gives the same decisions."""

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from survey.appraisal.review.standing import Ruled, decisions_for, read_decisions
from survey.appraisal.review.words import give_word
from survey.appraisal.run import score_campaign
from survey.fieldwork.campaigns import find_campaign
from survey.model import ReviewCase, ReviewWord
from survey.problems import Refused
from survey.site.installation import Site
from survey.two_persons.case_log import CaseVerdict, Word, log_digest, replay
from survey.verification.whole import verify
from tests.appraisal.review.attacked import after, contents, scored
from tests.demonstrated import CODE

VERDICTS: tuple[CaseVerdict, ...] = ("keep", "exclude", "one", "undo")
PEOPLE = ("admin", "review", "admin2", "review2")


class Desk:
    """What should stand, kept by hand: the words of the open decision, and the last one made."""

    def __init__(self) -> None:
        self.said: dict[int, list[tuple[str, CaseVerdict]]] = {}
        self.turn: dict[int, int] = {}
        self.stands: dict[int, CaseVerdict] = {}

    def may_say(self, case: int, by: str, verdict: CaseVerdict) -> bool:
        said = self.said.get(case, [])
        if by in {who for who, _verdict in said}:
            return False
        if len(said) == 2:
            return verdict in {one for _who, one in said}
        return verdict != "undo" or case in self.stands

    def say(self, case: int, by: str, verdict: CaseVerdict) -> None:
        said = self.said.setdefault(case, [])
        said.append((by, verdict))
        if len(said) == 3 or (len(said) == 2 and said[0][1] == said[1][1]):
            self.said[case] = []
            self.turn[case] = self.turn.get(case, 0) + 1
            if verdict == "undo":
                self.stands.pop(case, None)
            else:
                self.stands[case] = verdict


class LogMachine(RuleBasedStateMachine):
    """Words are added to a log, which is replayed from nothing after each, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.desk, self.log, self.digests = Desk(), list[Word](), dict[str, str]()

    @rule(case=st.integers(1, 3), by=st.sampled_from(PEOPLE), verdict=st.sampled_from(VERDICTS))
    def say(self, case: int, by: str, verdict: CaseVerdict) -> None:
        if not self.desk.may_say(case, by, verdict):
            return
        self.log.append(
            Word(
                case=case,
                turn=self.desk.turn.get(case, 0) + 1,
                position=len(self.desk.said.get(case, [])) + 1,
                verdict=verdict,
                reason="核对过",
                by=by,
                at=after() + timedelta(minutes=len(self.log)),
                seal=f"{len(self.log)}-{case}-{verdict}",
            )
        )
        self.desk.say(case, by, verdict)

    @invariant()
    def the_replay_is_what_should_stand(self) -> None:
        shuffled = random.Random(len(self.log)).sample(self.log, len(self.log))
        found = replay(shuffled)
        stands = {case: one.verdict for case, one in found.items() if one.verdict}
        assert stands == self.desk.stands
        for case, one in found.items():
            assert [word.by for word in one.current] == [
                who for who, _verdict in self.desk.said.get(case, [])
            ]
        assert log_digest(found) == log_digest(replay(self.log))

    @invariant()
    def the_digest_changes_with_decisions_alone(self) -> None:
        made = str(sorted(self.desk.turn.items()))
        digest = log_digest(replay(self.log))
        assert self.digests.setdefault(made, digest) == digest
        assert len(set(self.digests.values())) == len(self.digests)
        assert (digest == "") == (not self.desk.turn)


TestLog = LogMachine.TestCase
TestLog.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_random_words_and_runs_leave_what_their_log_says(site: Site) -> None:
    scored(site)
    site = replace(site, clock=after)
    chance, desk, n_said, n_refused = random.Random(14), Desk(), 0, 0
    with site.database.reading() as session:
        query = sa.select(ReviewCase.number, ReviewCase.n).order_by(ReviewCase.number)
        cases = [number for number, n in session.execute(query) if n > 1]
    for step in range(200):
        case, by = chance.choice(cases), chance.choice(PEOPLE)
        verdict = chance.choice(VERDICTS)
        may = desk.may_say(case, by, verdict)
        try:
            with site.database.writing() as session:
                give_word(
                    session,
                    site=site,
                    campaign=find_campaign(session, CODE),
                    number=case,
                    verdict=verdict,
                    reason="核对过",
                    by=by,
                )
            assert may
            desk.say(case, by, verdict)
            n_said += 1
        except Refused:
            assert not may
            n_refused += 1
        if step % 20 == 0:
            with site.database.reading() as session:
                log = read_decisions(session, campaign=find_campaign(session, CODE))
            assert {one.number: one.verdict for one in log.cases} == desk.stands
    assert n_said > 60
    assert n_refused > 20
    for _run in range(2):
        score_campaign(site, campaign_code=CODE, by="tests")
    _before, once, again = contents(site)
    assert once == again
    decided = once["review"]["cases"]  # type: ignore[index]
    assert {one["number"]: one["verdict"] for one in decided} == desk.stands
    assert verify(site, only=CODE) == []


@pytest.mark.postgresql
def test_words_are_kept_alike_on_both_databases(each_site: Site) -> None:
    scored(each_site)
    site = replace(each_site, clock=after)
    for by in ("admin", "review"):
        with site.database.writing() as session:
            campaign = find_campaign(session, CODE)
            give_word(
                session, site=site, campaign=campaign, number=1, verdict="one", reason="同一人",
                by=by,
            )  # fmt: skip
    with site.database.reading() as session:
        log = read_decisions(session, campaign=find_campaign(session, CODE))
        words = session.scalars(sa.select(ReviewWord).order_by(ReviewWord.id)).all()
    assert [(case.number, case.verdict) for case in log.cases] == [(1, "one")]
    assert [(word.turn, word.position, word.by) for word in words] == [
        (1, 1, "admin"),
        (1, 2, "review"),
    ]
    assert verify(site, only=CODE) == []


def _case(number: int, verdict: CaseVerdict, *responses: int) -> Ruled:
    return Ruled(
        number=number,
        kind="burst",
        unit_code="A01",
        group_code="",
        responses=responses,
        verdict=verdict,
    )


def test_the_strictest_word_on_an_answer_holds_whatever_the_order() -> None:
    ids = np.array([7, 3, 5, 9, 1])
    cases = [
        _case(1, "keep", 3, 5, 7),
        _case(2, "one", 5, 7, 9),
        _case(3, "exclude", 7),
    ]
    for order in (cases, cases[::-1]):
        found = decisions_for(order, ids)
        assert found is not None
        assert found.verdicts.tolist() == [3, 0, 0, 0, -1]
        assert found.counted_as.tolist() == [1.0, 1.0, 0.5, 0.5, 1.0]
    assert decisions_for([_case(4, "keep")], ids) is None
