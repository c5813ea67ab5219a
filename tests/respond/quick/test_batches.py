"""Answers that arrive together: one commit, each told what became of its own, all or none of it."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from time import sleep
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.entrances import withdraw
from survey.ledger.inspection import inspect
from survey.model import Case, Comment, Entrance, ProgressCounter, Response, SourceSeen
from survey.respond.door.opening import OpenEntrance
from survey.respond.intake import Outcome
from survey.respond.quick import batches
from survey.respond.quick.batches import Batches, Crowded, Waiting
from survey.respond.quick.together import HandedIn, accept_all, handed_in
from survey.site.installation import Site
from tests.factories import CODE, in_fieldwork, open_anlan
from tests.respond.factories import (
    invitation_codes,
    opened,
    poster_code,
    sheet_about,
    sitting_codes,
)

N = 60


def entrance(site: Site, code: str) -> OpenEntrance:
    with site.database.reading() as session:
        return opened(session, site, code)


def sheets(door: OpenEntrance, n: int, **changed: Any) -> list[HandedIn]:
    """Return so many good sheets, each with a receipt, a device and a network of its own."""
    return [
        handed_in(
            door,
            sheet_about(
                door,
                receipt=number.to_bytes(10, "big"),
                device_mark=number.to_bytes(8, "big"),
                network_mark=(number // 2).to_bytes(8, "big"),
                **changed,
            ),
        )
        for number in range(n)
    ]


def together(site: Site, handed: Sequence[HandedIn]) -> list[Outcome]:
    with site.database.writing() as session:
        return accept_all(session, handed)


def sound(site: Site) -> int:
    """Return how many answers are stored, having held ledger and counters against the rows."""
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        assert inspect(session, campaign=campaign, heads=[], keys={}) == []
        n = session.scalar(sa.select(sa.func.count()).select_from(Response)) or 0
        assert (session.scalar(sa.select(sa.func.sum(ProgressCounter.received))) or 0) == n
    return n


@contextmanager
def held(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[int], Event]]:
    """Hold the first batch back until all others wait; gives the sizes of the batches."""
    sizes, go = list[int](), Event()

    def counting(session: Session, handed: Sequence[HandedIn]) -> list[Outcome]:
        sizes.append(len(handed))
        if len(sizes) == 1:
            assert go.wait(30)
        return accept_all(session, handed)

    monkeypatch.setattr(batches, "accept_all", counting)
    yield sizes, go


def test_many_at_once_are_stored_once_in_few_commits(
    each_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_anlan(each_site)
    doors = [entrance(each_site, poster_code(each_site, unit)) for unit in ("A01", "A02")]
    doors.append(entrance(each_site, sitting_codes(each_site, units="A01,A02")[0]))
    shared = Batches(each_site.database)

    def send(number: int) -> Outcome:
        door = doors[2] if number % 50 == 7 else doors[number % 2]
        receipt = (number % 50).to_bytes(10, "big")  # the last ten are sent again
        return shared.store(door, sheet_about(door, comment="路灯", receipt=receipt))

    with held(each_site, monkeypatch) as (sizes, go), ThreadPoolExecutor(N) as pool:
        sent = [pool.submit(send, number) for number in range(N)]
        while not sizes or len(shared._queue) < N - sizes[0]:
            sleep(0.01)
        go.set()
        outcomes = [each.result() for each in sent]
    assert (outcomes.count(Outcome.STORED), outcomes.count(Outcome.REPEATED)) == (50, 10)
    assert sizes[0] + sizes[1] == sum(sizes) == N
    assert sound(each_site) == 50
    with each_site.database.reading() as session:
        kept = [session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (Comment, Case)]
    assert kept == [50, 50]


def test_the_same_is_stored_as_one_by_one(each_site: Site) -> None:
    open_anlan(each_site)
    door = entrance(each_site, poster_code(each_site))
    codes = invitation_codes(each_site, 2, "A01")
    invited = [entrance(each_site, code) for code in codes]
    handed = sheets(door, 6, reasons=("R1",))
    handed += [
        handed_in(each, sheet_about(each, receipt=bytes([200 + n]) * 10))
        for n, each in enumerate(invited)
    ]
    assert together(each_site, handed) == [Outcome.STORED] * 8
    with each_site.database.reading() as session:
        seen = session.scalar(sa.select(sa.func.count()).select_from(SourceSeen))
        counted = session.execute(
            sa.select(ProgressCounter.group_code, ProgressCounter.received, ProgressCounter.sources)
        ).all()
        reasons = session.scalars(sa.select(Comment.reasons)).all()
    assert seen == 3  # two answers from each network
    assert sorted(map(tuple, counted)) == [("G1", 6, 3), ("G2", 2, 2)]
    assert reasons == ["R1"] * 6
    assert sound(each_site) == 8


def test_each_is_told_its_own_outcome(each_site: Site) -> None:
    open_anlan(each_site)
    door = entrance(each_site, poster_code(each_site))
    closed = entrance(each_site, poster_code(each_site, "A02"))
    [code] = invitation_codes(each_site, 1, "A01")
    once = entrance(each_site, code)
    with each_site.database.writing() as session:
        withdraw(
            session,
            campaign=find_campaign(session, CODE),
            entrance=session.get_one(Entrance, closed.entrance_id),
            by="tests",
            clock=in_fieldwork,
        )
    first, other = sheets(door, 1)[0], sheets(door, 1, answers="11111111")[0]
    used = [handed_in(once, sheet_about(once, receipt=bytes([n]) * 10)) for n in (1, 2)]
    refused = handed_in(closed, sheet_about(closed, receipt=b"x" * 10))
    assert together(each_site, [first, first, other, *used, refused]) == [
        Outcome.STORED,
        Outcome.REPEATED,
        Outcome.CONFLICTING,
        Outcome.STORED,
        Outcome.USED,
        Outcome.WITHDRAWN,
    ]
    assert sound(each_site) == 2
    with each_site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
    assert together(each_site, sheets(door, 3)) == [Outcome.CLOSED] * 3
    assert sound(each_site) == 2


def test_innocent_ones_are_kept_beside_one_that_no_table_takes(
    each_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_anlan(each_site)
    door = entrance(each_site, poster_code(each_site))
    shared, told = Batches(each_site.database), list[Waiting]()
    handed = sheets(door, 5)
    handed[2] = handed_in(door, sheet_about(door, receipt=b"n" * 10, answers="4" * 61))
    for sheet in handed:
        told.append(Waiting(sheet, lambda: None))
        shared.put(told[-1])
    shared.lead()
    assert [waiting.error is not None for waiting in told] == [False, False, True, False, False]
    assert sound(each_site) == 4


def test_a_database_that_does_not_answer_is_asked_once_for_all(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_anlan(site)
    door, asked = entrance(site, poster_code(site)), list[int]()

    def locked(_session: Session, handed: Sequence[HandedIn]) -> list[Outcome]:
        asked.append(len(handed))
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(batches, "accept_all", locked)
    shared = Batches(site.database)
    told = [Waiting(sheet, lambda: None) for sheet in sheets(door, 4)]
    for waiting in told:
        shared.put(waiting)
    shared.lead()
    assert asked == [4]
    assert all(isinstance(waiting.error, OperationalError) for waiting in told)
    assert sound(site) == 0


def test_no_more_wait_than_may(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    open_anlan(site)
    monkeypatch.setattr(batches, "MOST_WAITING", 3)
    door, shared = entrance(site, poster_code(site)), Batches(site.database)
    *first, last = (Waiting(sheet, lambda: None) for sheet in sheets(door, 4))
    assert [shared.put(waiting) for waiting in first] == [True, False, False]
    with pytest.raises(Crowded):
        shared.put(last)
    shared.lead()
    assert shared.put(last)  # there is room again, and nobody at it
    shared.work_off()
    assert sound(site) == 4


def test_fewer_may_wait_while_storing_takes_long(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_anlan(site)
    for name, value in (("MOST_WAITING", 8), ("FEWEST_WAITING", 2), ("_MANY", 2)):
        monkeypatch.setattr(batches, name, value)
    door, shared = entrance(site, poster_code(site)), Batches(site.database)
    more = iter(sheets(door, 60))

    def let_in() -> int:
        """Return how many are let in until one is too many."""
        for n in range(9):
            try:
                shared.put(Waiting(next(more), lambda: None))
            except Crowded:
                return n
        return 9

    def slow(session: Session, handed: Sequence[HandedIn]) -> list[Outcome]:
        sleep(1.5)
        return accept_all(session, handed)

    assert let_in() == 8
    with monkeypatch.context() as slowed:
        slowed.setattr(batches, "accept_all", slow)
        shared.lead()
    few = let_in()
    assert 2 <= few < 8
    monkeypatch.setattr(batches, "_PATIENCE_SECONDS", 60.0)  # as on a disk that is quick
    shared.lead()
    assert let_in() == 8
    shared.lead()
    assert sound(site) == 16 + few
