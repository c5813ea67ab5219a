"""Tallies say what all answers say, whether they were carried on, by whom, or never."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from survey.fieldwork.campaigns import find_campaign
from survey.model import TALLIES, AnswerTally, CodeBatch, TallyPlace
from survey.site.installation import Site
from survey.tallies import counting, keeping
from survey.tallies.keeping import Tallies, begin_anew
from survey.tallies.told import halves, tallies
from survey.verification.whole import verify
from tests.factories import CODE, FIELDWORK, open_anlan
from tests.respond.factories import (
    hand_in,
    invitation_codes,
    opened,
    poster_code,
    sitting_codes,
)

HOUR = timedelta(hours=1)


class Residents:
    """Residents who answer about one unit after another, each with a receipt of his own."""

    def __init__(self, site: Site) -> None:
        self.site, self._n = site, 0

    def answer(self, code: str, n: int = 1, **said: Any) -> None:
        self._n += 1
        receipt = str(self._n).zfill(10).encode()
        with self.site.database.writing() as session:
            entrance = opened(session, self.site, code)
            hand_in(session, entrance, n, **{"receipt": receipt, "device_mark": None} | said)


@pytest.fixture
def residents(each_site: Site) -> Residents:
    """A man twice by one device, a woman, one by code, one about two units."""
    open_anlan(each_site)
    here = Residents(each_site)
    poster, [invited] = poster_code(each_site), invitation_codes(each_site)
    [sitting] = sitting_codes(each_site, units="A01,A02")
    here.answer(poster, sex=0, device_mark=b"one", at=FIELDWORK + HOUR)
    here.answer(poster, sex=1, at=FIELDWORK - timedelta(days=1), lang="en")
    here.answer(invited, sex=1)
    here.answer(sitting, 2, sex=0)
    here.answer(poster, sex=0, device_mark=b"one")
    return here


def told(site: Site, *kinds: str) -> Counter[counting.Key]:
    with site.database.reading() as session:
        return tallies(session, find_campaign(session, CODE), *(kinds or TALLIES))


def by(site: Site, kind: str) -> Counter[str]:
    found = Counter[str]()
    for key, n in told(site, kind).items():
        found[key.value] += n
    return found


def test_answers_are_counted_by_who_gave_them_and_how_they_came(residents: Residents) -> None:
    site = residents.site
    assert by(site, "sex") == {"0": 4, "1": 2}
    assert by(site, "lang") == {"zh": 5, "en": 1}
    assert by(site, "poster") == {"2026-12-05": 2, "2026-12-04": 1}
    assert sorted(told(site, "batch").values()) == [1, 1]  # a sitting's code once
    # Of one device the first that was sent counts, though it came second: the other is set aside.
    assert by(site, "repeated") == {"2026-12-05": 1}


def test_what_is_carried_on_is_what_would_be_counted(residents: Residents) -> None:
    site = residents.site
    before = told(site)
    Tallies(site.database).write()
    Tallies(site.database).write()
    with site.database.reading() as session:
        assert session.scalars(sa.select(TallyPlace.size)).all() == [6]
        assert session.scalar(sa.select(sa.func.sum(AnswerTally.counted))) == sum(before.values())
    assert told(site) == before
    residents.answer(poster_code(site, "A03"), sex=1, device_mark=b"two")
    after = told(site)
    assert sum(after.values()) > sum(before.values())
    Tallies(site.database).write()
    assert told(site) == after
    assert verify(site) == []


def test_an_earlier_answer_of_a_device_that_comes_later_takes_its_place(
    residents: Residents,
) -> None:
    site, poster = residents.site, poster_code(residents.site, "A03", "G2")
    residents.answer(poster, device_mark=b"two")
    residents.answer(poster, device_mark=b"two", at=FIELDWORK + timedelta(days=1))
    Tallies(site.database).write()
    assert by(site, "repeated") == {"2026-12-05": 1, "2026-12-06": 1}
    residents.answer(poster, device_mark=b"two", at=FIELDWORK - timedelta(days=1))
    assert +by(site, "repeated") == {"2026-12-05": 2, "2026-12-06": 1}
    Tallies(site.database).write()
    assert +by(site, "repeated") == {"2026-12-05": 2, "2026-12-06": 1}
    assert verify(site) == []


def test_two_processes_count_no_answer_twice(
    residents: Residents, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, before = residents.site, told(residents.site)
    one, other = Tallies(site.database), Tallies(site.database)
    added = keeping.added

    def slowly(*given: Any) -> counting.Counts:
        """Let the other process be first, as if this one had been interrupted."""
        counts = added(*given)
        monkeypatch.setattr(keeping, "added", added)
        other.write()
        return counts

    monkeypatch.setattr(keeping, "added", slowly)
    one.write()
    assert told(site) == before


def test_a_page_reads_no_answer_that_is_counted(
    residents: Residents, statements: list[str]
) -> None:
    Tallies(residents.site.database).write()
    statements.clear()
    told(residents.site)
    assert [said for said in statements if "response" in said] == []


def test_begun_anew_they_are_counted_from_what_the_answers_are_now(residents: Residents) -> None:
    site, before = residents.site, told(residents.site)
    Tallies(site.database).write()
    with site.database.writing() as session:
        begin_anew(session, find_campaign(session, CODE))
    with site.database.reading() as session:
        assert session.scalars(sa.select(AnswerTally.kind)).all() == []
    assert told(site) == before


def test_altered_tallies_and_batches_are_told_of(residents: Residents) -> None:
    site = residents.site
    Tallies(site.database).write()
    with site.database.writing() as session:
        session.execute(sa.update(AnswerTally).where(AnswerTally.kind == "sex").values(counted=9))
        session.execute(sa.update(CodeBatch).values(issued=9))
    told = [problem.field for problem in verify(site)]
    assert set(told) == {f"{CODE} tallies", f"{CODE} codes"}


def test_half_of_a_batch_had_answered_at_the_same_time_whether_kept_or_not(
    residents: Residents,
) -> None:
    site, hours = residents.site, (0, 0, 5, 30, 31, 47, 90)
    codes = invitation_codes(site, len(hours), "B02")
    for hour, code in zip(hours, codes, strict=True):
        residents.answer(code, at=FIELDWORK + hour * HOUR)
        if hour == 31:
            Tallies(site.database).write()
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        batches = {key.of for key in tallies(session, campaign, "batch")}
        late = halves(session, campaign, of=batches)
    Tallies(site.database).write()
    with site.database.reading() as session:
        assert halves(session, campaign, of=batches) == late
        assert halves(session, campaign, of=[]) == {}
    # The fourth and fifth of seven came within the same two hours: half is 0.5 of two into them.
    start = FIELDWORK.timestamp() * 1000 / counting.TIME_MS
    assert late[max(late)] == int(start) + 15 + 0.5 / 2
