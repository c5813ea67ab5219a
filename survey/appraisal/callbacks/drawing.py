"""A round of calls: whom it takes, for which units first, and how it goes on record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import roles
from survey.appraisal.callbacks.calls import UnitCalls, drawn_and_frame, drawn_calls
from survey.appraisal.callbacks.frame import AnsweredCode
from survey.appraisal.callbacks.lots import in_order, seed_of
from survey.appraisal.callbacks.measuring import Standings, keep, measure
from survey.appraisal.record.verified import VerifiedUnit
from survey.appraisal.runs import need_scorable, wait_for_turn
from survey.clock import Clock
from survey.fieldwork.campaigns import find_campaign
from survey.ledger.book import read_frontier
from survey.model import Account, CallDraw, CallRound, Campaign
from survey.problems import Problem, Refused
from survey.site.installation import Site
from survey.two_persons.proposals import require_official
from survey.verification.calls import draws_digest

MOST_CALLS = 2_000  # a round; a sheet of more nobody works off
_FEWEST = 5  # of a unit: fewer are not worth a sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundDrawn:
    """A round on record: its number and how many calls for how many units."""

    number: int
    n_calls: int
    n_units: int


def draw_round(
    site: Site, *, campaign_code: str, class_code: str, at_most: int, by: str
) -> RoundDrawn:
    """Draw the next round of a class, at most so many calls, and keep how its units stand.

    Raises Refused before the closing, once the answers are anonymous, for an official who may not
    do it or not for this class, and where no unit needs calls or all wait for their outcomes.
    """
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        need_class(session, campaign, class_code, by=by)
        need_scorable(campaign)
    standings = measure(site, campaign_code=campaign_code)
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        wait_for_turn(session, campaign=campaign)
        need_scorable(campaign)
        drawn = _draw(session, campaign, class_code, standings, at_most, by=by, clock=site.clock)
        keep(session, campaign=campaign, standings=_with_drawn(standings, session, campaign))
        return drawn


def need_class(session: Session, campaign: Campaign, class_code: str, *, by: str) -> Account:
    """Return the official's account; raises Refused where it may not make calls for this class."""
    account = require_official(session, username=by, action="call.run")
    units = [entry for entry in campaign.units if entry.class_code == class_code]
    if not units or not roles.may(account, "call.run", units[0]):
        raise Refused.of(
            field="class",
            zh=f"没有“{class_code}”这一类，或不由您办理；请选择本人负责的类别",
            en=f"there is no class {class_code!r}, or it is not yours; choose one of your own",
        )
    return account


def priority(standing: VerifiedUnit) -> tuple[bool, int]:
    """Return what units are put in order by: those at a line first, then by the calls needed."""
    return not standing.at_line, needed(standing)


def needed(standing: VerifiedUnit) -> int:
    """Return how many calls a unit's next round takes, those that reach nobody included.

    As many as at the share of false answers so far; where that never confirms it, as many as if
    all others were honest; none where nothing would.
    """
    further = standing.further_at_rate
    if further is None:
        further = standing.further
    if not (further and standing.scored):
        return 0
    reached = standing.n_reached / standing.n_called if standing.n_reached else 1.0
    left = standing.n_answers - standing.n_drawn
    return min(left, max(_FEWEST, ceil(further / reached)))


def _draw(
    session: Session,
    campaign: Campaign,
    class_code: str,
    standings: Standings,
    at_most: int,
    *,
    by: str,
    clock: Clock,
) -> RoundDrawn:
    units = [
        unit
        for unit in drawn_and_frame(session, campaign=campaign).units
        if unit.class_code == class_code
    ]
    newest = sa.select(sa.func.max(CallRound.number)).where(CallRound.campaign_id == campaign.id)
    number = 1 + (session.scalar(newest) or 0)
    ledger = read_frontier(session, campaign_id=campaign.id)
    seed = seed_of(
        campaign_code=campaign.code,
        ledger_size=ledger.size,
        ledger_root=ledger.root(),
        class_code=class_code,
        number=number,
    )
    chosen = list(_chosen(units, standings, at_most, seed=seed))
    if not chosen:
        raise Refused([_nothing_to_draw(units)])
    made = CallRound(
        campaign_id=campaign.id, number=number, class_code=class_code, seed=seed, drawn_by=by
    )
    made.drawn_at = clock()
    session.add(made)
    session.flush()
    keys = {entry.unit.code: entry.unit_id for entry in campaign.units}
    for unit, codes in chosen:
        session.add_all(_rows(made, keys[unit.unit_code], len(unit.calls), codes))
    session.flush()
    n_calls = sum(len(codes) for _unit, codes in chosen)
    audit.record(
        session,
        by=by,
        at=made.drawn_at,
        action="call.draw",
        subject=campaign.code,
        round=number,
        seed=seed,
        n_units=len(chosen),
        count=n_calls,
        digest=draws_digest(session, made),
        **{"class": class_code},
    )
    return RoundDrawn(number=number, n_calls=n_calls, n_units=len(chosen))


def _chosen(
    units: Sequence[UnitCalls], standings: Standings, at_most: int, *, seed: str
) -> Iterable[tuple[UnitCalls, list[AnsweredCode]]]:
    """Yield the units that get calls and the codes drawn, until there are enough."""
    ready = [unit for unit in units if len(unit.counted) == len(unit.calls)]
    ready.sort(key=lambda unit: (priority(standings[unit.unit_code]), unit.unit_code))
    left = min(at_most, MOST_CALLS)
    for unit in ready:
        n = min(needed(standings[unit.unit_code]), left)
        if n <= 0:
            continue
        gone = {call.code_id for call in unit.calls}
        codes = in_order((code for code in unit.codes if code.code_id not in gone), seed=seed)
        yield unit, codes[:n]
        left -= n


def _rows(
    made: CallRound, unit_id: int, before: int, codes: Iterable[AnsweredCode]
) -> Iterable[CallDraw]:
    for position, code in enumerate(codes, start=before + 1):
        yield CallDraw(
            round_id=made.id,
            unit_id=unit_id,
            position=position,
            code_id=code.code_id,
            batch=code.batch,
            serial=code.serial,
            group_code=code.group_code,
        )


def _with_drawn(standings: Standings, session: Session, campaign: Campaign) -> Standings:
    """Return how the units stand, with what was drawn since that was reckoned."""
    drawn = drawn_calls(session, campaign=campaign)
    return {
        entry.unit.code: replace(
            standings[entry.unit.code], n_drawn=len(drawn.get(entry.unit_id, ()))
        )
        for entry in campaign.units
    }


def _nothing_to_draw(units: Sequence[UnitCalls]) -> Problem:
    waiting = sum(call.outcome is None for unit in units for call in unit.calls)
    if waiting:
        return Problem(
            field="class",
            zh=f"上一轮还有 {waiting} 个号码没有结果，录入后才能再抽；打不通的填“未联系上”",
            en=f"{waiting} calls of the last round have no outcome yet; enter them first, and"
            " “no contact” for those that reached nobody",
        )
    return Problem(
        field="class",
        zh="这一类没有需要再回访的单位：都已确认，或全部回访也不能确认",
        en="no unit of this class needs more calls: all are confirmed, or no number of calls would"
        " confirm them",
    )
