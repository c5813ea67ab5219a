"""A poster is pasted over or copied elsewhere: its code ends, another one hangs, answers stay."""

from survey.demo.officials import officials_of
from survey.drill.place import CODE, Place
from survey.drill.timetable import Timetable, require
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import posters_of
from survey.fieldwork.papers.withdrawing import REISSUE
from survey.two_persons.both import done_by_both


def rehearse(place: Place, table: Timetable) -> None:
    """Replace a poster by two persons, print the new one, and see what the old one still opens."""
    unit, poster_id, old = _first(place)
    before = place.receipts()
    with (
        table.step(
            "一人提请、另一人批准：停用旧码，换发新版",
            "one proposes, another approves: the old code ends, a new one is issued",
        ),
        place.site() as site,
    ):
        officials = officials_of(site)
        done_by_both(
            site,
            proposer=officials.proposer,
            approver=officials.approver,
            deed=REISSUE,
            code=CODE,
            reason="海报被人覆盖",
            arguments={"poster": poster_id},
        )
    with table.step("打印新海报", "print the new poster"):
        place.command("poster", CODE, "--unit", unit, "--out", str(place.pdf))
    with table.step("旧码打不开，新码能作答", "the old code opens nothing, the new one does"):
        new = [code for code in _codes(place, unit) if code != old]
        require(place.status_of(f"/q/{old}") != 200, "the old code still opens the page")
        require(place.status_of(f"/q/{new[-1]}") == 200, "the new code opens nothing")
    with table.step("核对：收到的答卷一份不少", "check: no answer is lost"):
        require(place.receipts() == before, "answers are missing")
        place.command("verify")


def _first(place: Place) -> tuple[str, int, str]:
    with place.site() as site, site.database.reading() as session:
        hung = posters_of(session, campaign=find_campaign(session, CODE), withdrawn=False)
        return hung[0].unit.code, hung[0].poster.id, hung[0].poster.code or ""


def _codes(place: Place, unit: str) -> list[str]:
    with place.site() as site, site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        hung = posters_of(session, campaign=campaign, unit_codes=(unit,), withdrawn=False)
        return [row.poster.code or "" for row in hung]
