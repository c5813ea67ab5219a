"""A call sheet comes back: read whole or refused, what changed is added, nothing is replaced."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import roles
from survey.appraisal.callbacks.calls import latest_outcomes
from survey.appraisal.callbacks.measuring import keep, measure
from survey.appraisal.callbacks.words import ABOUT, BESIDE, COLUMNS, OUTCOMES, outcome_of
from survey.appraisal.runs import need_scorable, wait_for_turn
from survey.fieldwork.campaigns import find_campaign
from survey.model import CallDraw, CallOutcome, CallOutcomeKind, CallRound, Campaign
from survey.office_files.tables import Table, language_of
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import Row, rows_of
from survey.site.installation import Site
from survey.two_persons.proposals import require_official
from survey.verification.calls import outcomes_digest

Key = tuple[str, str, str]  # unit, batch and serial as a sheet spells them
_LONGEST = 2_100  # rows of a sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What a sheet brought: outcomes that are new or another than before, and all it said."""

    n_new: int
    n_said: int


def enter_calls(site: Site, *, campaign_code: str, tables: Collection[Table], by: str) -> Entered:
    """Keep what the calls of a sheet outcome, as far as it was not known, and how units now stand.

    Given again it adds nothing. Raises Refused, and keeps nothing, where a row is at fault, names
    a code that was not drawn or a class that is not the official's, and once answers are anonymous.
    """
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        account = require_official(session, username=by, action="call.run")
        wait_for_turn(session, campaign=campaign)
        need_scorable(campaign)
        mine = {
            entry.unit.code for entry in campaign.units if roles.may(account, "call.run", entry)
        }
        drawn = _drawn(session, campaign, mine)
        said = _read(tables, drawn)
        known = latest_outcomes(session, campaign=campaign)
        fresh = {draw: outcome for draw, outcome in said.items() if known.get(draw) != outcome}
        if fresh:
            _keep(session, campaign, fresh, site, by=by)
    if fresh:
        standings = measure(site, campaign_code=campaign_code)
        with site.database.writing() as session:
            keep(session, campaign=find_campaign(session, campaign_code), standings=standings)
    return Entered(n_new=len(fresh), n_said=len(said))


def _drawn(session: Session, campaign: Campaign, mine: Collection[str]) -> dict[Key, int]:
    codes = {entry.unit_id: entry.unit.code for entry in campaign.units}
    query = (
        sa.select(CallDraw)
        .join(CallRound, CallRound.id == CallDraw.round_id)
        .where(CallRound.campaign_id == campaign.id)
    )
    return {
        (codes[draw.unit_id], str(draw.batch), str(draw.serial)): draw.id
        for draw in session.scalars(query)
        if codes[draw.unit_id] in mine
    }


def _read(tables: Collection[Table], drawn: Mapping[Key, int]) -> dict[int, CallOutcomeKind]:
    """Return how each call ended; raises Refused with every fault of every sheet."""
    problems: list[Problem] = []
    said: dict[int, CallOutcomeKind] = {}
    filled = [table for table in tables if table.rows and table.sheet not in ABOUT.values()]
    for table in filled:
        for draw, outcome, row in _of_table(table, drawn, problems):
            if said.get(draw, outcome) != outcome:
                row.refuse(
                    row_field(table),
                    zh="与另一张工作表里同一号码的结果不同，请核对后只留一个",
                    en="is not what another sheet says of the same number; leave one of them",
                )
            said[draw] = outcome
    if not filled or not (said or problems):
        problems.append(_empty(filled))
    if problems:
        raise Refused(problems)
    return said


def row_field(table: Table) -> str:
    """Return the heading of the outcomes in a sheet, in the sheet's own language."""
    return COLUMNS[language_of(table, COLUMNS)][-1]


def _of_table(
    table: Table, drawn: Mapping[Key, int], problems: list[Problem]
) -> Iterator[tuple[int, CallOutcomeKind, Row]]:
    lang = language_of(table, COLUMNS)
    unit, batch, serial, column = COLUMNS[lang]
    rows = rows_of(
        table,
        columns=COLUMNS[lang],
        problems=problems,
        key=(unit, batch, serial),
        optional=BESIDE[lang],
    )
    if len(rows) > _LONGEST:
        problems.append(_too_many(table, len(rows)))
        return
    for row in rows:
        words = row.cells[column].strip()
        if not words:
            continue
        outcome = outcome_of(words)
        if outcome is None:
            listed = "、".join(OUTCOMES[lang].values())
            row.refuse(
                column,
                zh=f"“{words}”不在可选的结果中，请从下拉列表选：{listed}",
                en=f"{words!r} is no outcome; choose one from the list: {listed}",
            )
            continue
        key = (row.cells[unit].strip(), row.cells[batch].strip(), row.cells[serial].strip())
        draw = drawn.get(key)
        if draw is None:
            row.refuse(
                serial,
                zh=f"单位 {key[0]} 没有抽到 {key[1]}-{key[2]} 这个号码，或不由您办理；"
                "请用本页下载的表填写，不要增改号码",
                en=f"{key[1]}-{key[2]} was not drawn for unit {key[0]}, or is not yours; fill in"
                " the sheet of this page and leave its numbers as they are",
            )
            continue
        yield draw, outcome, row


def _keep(
    session: Session,
    campaign: Campaign,
    fresh: Mapping[int, CallOutcomeKind],
    site: Site,
    *,
    by: str,
) -> None:
    at = site.clock()
    outcomes = [
        CallOutcome(draw_id=draw, outcome=outcome, recorded_at=at, recorded_by=by)
        for draw, outcome in sorted(fresh.items())
    ]
    for each in outcomes:  # one by one: their keys follow one another
        session.add(each)
        session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action="call.record",
        subject=campaign.code,
        count=len(outcomes),
        first=outcomes[0].id,
        last=outcomes[-1].id,
        digest=outcomes_digest(outcomes),
    )


def _empty(tables: Collection[Table]) -> Problem:
    return Problem(
        file=next((table.file for table in tables), ""),
        zh="没有填写任何结果；请在“结果”一列选择后再上传",
        en="holds no outcome; choose them in the column “outcome” and upload it again",
    )


def _too_many(table: Table, n: int) -> Problem:
    return Problem(
        file=table.file,
        sheet=table.sheet,
        zh=f"有 {n} 行，最多 {_LONGEST} 行；请用本页下载的表",
        en=f"has {n} rows, at most {_LONGEST}; use the sheet of this page",
    )
