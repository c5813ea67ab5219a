"""Paper sheets are keyed in: by one person, or by two where the scheme asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, codes
from survey.appraisal.responses_file import item_columns
from survey.clock import local_day
from survey.collecting.collected_file import read_entries
from survey.collecting.desk import Desk
from survey.collecting.door import Admitted, Door
from survey.fieldwork.campaigns import find_campaign, need_state
from survey.fieldwork.entrances import code_opening, require_unit
from survey.ledger.book import lock_tail
from survey.model import Campaign, KeyedSheet, Unit
from survey.office_files.tables import Table
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.site.installation import Site
from survey.stats.campaign.plan import Plan

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """What became of a sheet: its receipt where it entered, else whether the two differ."""

    serial: str
    receipt: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingSheet:
    """A sheet that has not entered: keyed once, or twice with differences (column, one, other)."""

    number: int
    serial: str
    unit: Unit
    has_code: bool
    keyed_by: tuple[str, ...]
    differences: tuple[tuple[str, str, str], ...]


def key_in(site: Site, *, campaign_code: str, cells: Cells, code: str, by: str) -> Keyed:
    """Take what one person keyed in; it enters at once, or once a second keyed in the same.

    Raises Refused for cells in doubt, a code or serial used before, and for one person twice.
    """
    code = codes.normalise(code)
    admitted = _admitted(site, campaign_code, cells, code)
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        if not scheme_of(campaign).paper.double_entry:
            return _enter(session, site, campaign, admitted, by=by, persons=1)
        lock_tail(session, campaign_id=campaign.id)  # two who key in the same sheet take turns
        keyed = _row(session, site, campaign, cells, code, by=by)
        found = _rows(session, campaign, serial=cells["response_id"])
        if not found:
            return _keep(session, campaign, keyed, turn=1)
        _check_second(found, keyed)
        if found[0].content != keyed.content:
            return _keep(session, campaign, keyed, turn=2)
        session.delete(found[0])
        return _enter(session, site, campaign, admitted, by=by, persons=2)


def resolve(
    site: Site, *, campaign_code: str, number: int, chosen: Mapping[str, str], code: str, by: str
) -> Keyed:
    """Let a sheet enter that two keyed in differently: `chosen` says of each column whose is right.

    Raises Refused where a choice is missing, or the code is not that of the sheet.
    """
    code = codes.normalise(code)
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        first, second = _both(session, campaign, number)
        cells = {
            name: _choice(name, value, second.content[name], chosen.get(name, ""))
            for name, value in first.content.items()
        }
        if first.code_hash != _hash(site, code):
            raise _other_code()
    admitted = _admitted(site, campaign_code, cells, code)
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        for row in _both(session, campaign, number):
            session.delete(row)
        return _enter(session, site, campaign, admitted, by=by, persons=2)


def drop(site: Site, *, campaign_code: str, number: int, by: str) -> None:
    """Remove a sheet that waits, as one keyed in under a wrong serial."""
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        first = _first(session, campaign, number)
        unit = session.get_one(Unit, first.unit_id)
        for row in _rows(session, campaign, serial=first.serial):
            session.delete(row)
        audit.record(
            session,
            by=by,
            at=site.clock(),
            action="sheet.drop",
            subject=campaign.code,
            unit=unit.code,
            sheet=number,
        )


def waiting_sheets(session: Session, *, campaign: Campaign) -> list[WaitingSheet]:
    """Return the sheets that have not entered, in the order they were keyed in."""
    rows: dict[str, list[KeyedSheet]] = {}
    query = sa.select(KeyedSheet).where(KeyedSheet.campaign_id == campaign.id)
    for row in session.scalars(query.order_by(KeyedSheet.id)):
        rows.setdefault(row.serial, []).append(row)
    units = {entry.unit_id: entry.unit for entry in campaign.units}
    return [
        WaitingSheet(
            number=held[0].id,
            serial=serial,
            unit=units[held[0].unit_id],
            has_code=held[0].code_hash is not None,
            keyed_by=tuple(row.keyed_by for row in held),
            differences=_differences(held),
        )
        for serial, held in rows.items()
    ]


def _differences(held: Sequence[KeyedSheet]) -> tuple[tuple[str, str, str], ...]:
    if len(held) == 1:
        return ()
    first, second = (row.content for row in held)
    return tuple(
        (name, value, second[name]) for name, value in first.items() if value != second[name]
    )


def _admitted(site: Site, campaign_code: str, cells: Cells, code: str) -> Admitted:
    """Return a sheet found in order as the row of a table would be, with what lets it in."""
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        need_state(campaign, "open")
        at = site.clock()
        read = read_entries(
            session,
            _table(campaign, {**cells, "token": code}, at),
            campaign=campaign,
            channel="",
            at=at,
        )
        door = Door(session, site, campaign, "")
        admitted = [found for entry in read.entries if (found := door.admit(entry))]
        door.check_plan(admitted)
    if problems := [*read.problems, *door.problems]:
        raise Refused(replace(problem, row=None) for problem in problems)
    return admitted[0]


def _table(campaign: Campaign, cells: Cells, at: datetime) -> Table:
    content = campaign.questionnaire.content
    items = item_columns(content, Plan.from_dict(campaign.plan or {}).lists.items)
    answers = cells["answers"]
    if len(answers) != len(items):
        raise Refused.of(
            field="answers",
            zh=f"应为 {len(items)} 位，填了 {len(answers)} 位，请对照问卷逐题核对",
            en=f"must be {len(items)} signs, not {len(answers)}; compare with the sheet",
        )
    named = {name: value for name, value in cells.items() if name not in {"answers", "filled_on"}}
    named["submitted_at"] = _moment(campaign, date.fromisoformat(cells["filled_on"]), at)
    named |= {name: "" if sign == "-" else sign for name, sign in zip(items, answers, strict=True)}
    return Table(file="", rows=[(1, list(named)), (2, list(named.values()))])


def _moment(campaign: Campaign, day: date, at: datetime) -> str:
    """Return when a sheet counts as answered: noon of its day, within the period and before now."""
    zone = ZoneInfo(campaign.timezone)
    for edge in (campaign.starts_at, min(at, campaign.ends_at)):
        if local_day(edge, campaign.timezone) == day.isoformat():
            return edge.astimezone(zone).replace(microsecond=0).isoformat()
    return datetime.combine(day, time(12), zone).isoformat()


def _row(
    session: Session, site: Site, campaign: Campaign, cells: Cells, code: str, *, by: str
) -> KeyedSheet:
    unit = require_unit(session, campaign=campaign, unit_code=cells["unit_code"])
    return KeyedSheet(
        campaign_id=campaign.id,
        unit_id=unit.unit_id,
        serial=cells["response_id"],
        code_hash=_hash(site, code),
        content=dict(cells),
        keyed_at=site.clock(),
        keyed_by=by,
    )


def _hash(site: Site, code: str) -> bytes | None:
    return code_opening(site.keys.intake(), code) if code else None


def _rows(session: Session, campaign: Campaign, *, serial: str) -> Sequence[KeyedSheet]:
    query = sa.select(KeyedSheet).where(
        KeyedSheet.campaign_id == campaign.id, KeyedSheet.serial == serial
    )
    return session.scalars(query.order_by(KeyedSheet.turn)).all()


def _first(session: Session, campaign: Campaign, number: int) -> KeyedSheet:
    found = session.get(KeyedSheet, number)
    if found is None or found.campaign_id != campaign.id or found.turn != 1:
        raise Refused.of(
            zh="这份问卷已经计入或删去", en="the sheet has entered or was removed meanwhile"
        )
    return found


def _both(session: Session, campaign: Campaign, number: int) -> tuple[KeyedSheet, KeyedSheet]:
    first = _first(session, campaign, number)
    rows = _rows(session, campaign, serial=first.serial)
    if len(rows) != 2:
        raise Refused.of(
            zh="还没有录第二遍，请由另一人再录一遍",
            en="it was keyed in once; another person keys it in again",
        )
    return rows[0], rows[1]


def _check_second(found: Sequence[KeyedSheet], second: KeyedSheet) -> None:
    first = found[0]
    if len(found) == 2:
        raise Refused.of(
            field="response_id",
            zh="这份问卷已录过两遍，请在“两遍不一致的问卷”中核对",
            en="the sheet was keyed in twice; compare the two under the sheets that differ",
        )
    if first.keyed_by == second.keyed_by:
        raise Refused.of(
            field="response_id",
            zh="您已录过这份问卷，第二遍须由另一人录入",
            en="you have keyed in this sheet; another person does it the second time",
        )
    if first.unit_id != second.unit_id:
        raise Refused.of(
            field="unit",
            zh="与第一遍的单位不一致，请核对编号和单位",
            en="is not that of the first time; check serial and unit",
        )
    if first.code_hash != second.code_hash:
        raise _other_code()


def _other_code() -> Refused:
    return Refused.of(
        field="token",
        zh="与第一遍录入的评议码不一致，请对照问卷核对",
        en="is not the code keyed in first; compare with the sheet",
    )


def _choice(name: str, first: str, second: str, chosen: str) -> str:
    if first == second:
        return first
    if chosen not in {"1", "2"}:
        raise Refused.of(
            field=name, zh="请选择哪一个与问卷相符", en="choose which of the two is on the sheet"
        )
    return first if chosen == "1" else second


def _keep(session: Session, campaign: Campaign, row: KeyedSheet, *, turn: int) -> Keyed:
    row.turn = turn
    session.add(row)
    session.flush()
    audit.record(
        session,
        by=row.keyed_by,
        at=row.keyed_at,
        action="sheet.key",
        subject=campaign.code,
        unit=row.content["unit_code"],
        sheet=row.id,
        turn=turn,
    )
    return Keyed(serial=row.serial, differs=turn == 2)


def _enter(
    session: Session, site: Site, campaign: Campaign, admitted: Admitted, *, by: str, persons: int
) -> Keyed:
    desk = Desk(session, campaign, by, site)
    stored = desk.store([admitted], [], skip_bad=False)
    said: dict[str, Any] = {"unit": admitted.entry.unit_code, "keyed_by": persons}
    desk.record(stored, action="answer.key", **said)
    return Keyed(
        serial=admitted.entry.serial,
        receipt=codes.from_bytes(admitted.entry.sheet.source.receipt),
    )
