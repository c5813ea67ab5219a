"""Posters for many places, from a table: unit, place, and group where it is not the widest."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.clock import Clock
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import (
    PosterRow,
    check_asked,
    check_campaign,
    default_group,
    find_unit,
    is_registered,
    posters_of,
    register_poster,
    require_unit,
    tidy_place,
)
from survey.fieldwork.papers.drawable import lacking_problem, undrawable
from survey.fieldwork.papers.font import Font
from survey.model import Campaign
from survey.office_files.tables import Table
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import Row, refuse_repeated, rows_of, told_once
from survey.site.database import Database

MOST_POSTERS = 2_000
_COLUMNS, _OPTIONAL = ("unit", "place"), ("group",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """A poster that a sheet asks for; `row` is its number there."""

    row: int
    unit_code: str
    group_code: str
    place: str


def read_sheet(session: Session, *, campaign: Campaign, table: Table) -> list[Hanging]:
    """Return the posters that a sheet asks for; raises Refused with all its faults, by row."""
    check_campaign(campaign)
    problems: list[Problem] = []
    rows = rows_of(table, columns=_COLUMNS, problems=problems, optional=_OPTIONAL)
    if len(rows) > MOST_POSTERS:
        raise Refused.of(
            file=table.file,
            zh=f"一次最多 {MOST_POSTERS} 张，这里有 {len(rows)} 张；请分成几个表格",
            en=f"at most {MOST_POSTERS} posters at once, not {len(rows)}; divide the table",
        )
    named = [name for name in _OPTIONAL if rows and name in rows[0].cells]
    refuse_repeated(rows, (*_COLUMNS, *named))
    found = [_hanging(session, campaign, row) for row in rows]
    if problems:
        raise Refused(told_once(problems))
    if not found:
        raise Refused.of(
            file=table.file, zh="没有一行海报，请填写后重试", en="has no row; fill it in"
        )
    return [hanging for hanging in found if hanging]


def require_drawable_sheet(sheet: Sequence[Hanging], *, file: str, font: Font) -> None:
    """Refuse places that posters could not say, each by its row."""
    lacking = set(undrawable("".join(hanging.place for hanging in sheet), font))
    problems = [
        lacking_problem(
            "".join(sorted(lacking & set(hanging.place))), file=file, row=hanging.row, field="place"
        )
        for hanging in sheet
        if lacking & set(hanging.place)
    ]
    if problems:
        raise Refused(problems)


def register_sheet(
    database: Database, sheet: Sequence[Hanging], *, campaign_code: str, by: str, clock: Clock
) -> int:
    """Register the posters of a sheet that do not hang yet; return how many these are.

    Each in a transaction of its own: all of a county in one would keep residents waiting.
    """
    registered = 0
    for hanging in sheet:
        with database.writing() as session:
            campaign = find_campaign(session, campaign_code)
            unit = require_unit(session, campaign=campaign, unit_code=hanging.unit_code).unit
            group, place = hanging.group_code, hanging.place
            if is_registered(session, campaign=campaign, unit=unit, group_code=group, place=place):
                continue
            register_poster(
                session,
                campaign=campaign,
                unit=unit,
                group_code=group,
                place=place,
                by=by,
                clock=clock,
            )
        registered += 1
    return registered


def posters_in(
    session: Session, sheet: Sequence[Hanging], *, campaign: Campaign
) -> list[PosterRow]:
    """Return the posters in use that a sheet asks for."""
    wanted = {(hanging.unit_code, hanging.group_code, hanging.place) for hanging in sheet}
    return [
        row
        for row in posters_of(session, campaign=campaign, withdrawn=False)
        if (row.unit.code, row.poster.group_code, row.poster.place) in wanted
    ]


def _hanging(session: Session, campaign: Campaign, row: Row) -> Hanging | None:
    """Return what a row asks for, or None and its faults noted."""
    code, place = row.text("unit"), row.text("place")
    unit = find_unit(session, campaign=campaign, unit_code=code)
    if unit is None:
        if code:
            row.refuse("unit", zh=f"本次评议没有单位“{code}”", en=f"no unit {code!r} takes part")
        return None
    group = row.cells.get("group", "").strip()
    group = group or default_group(session, campaign=campaign, class_code=unit.class_code)
    try:
        check_asked(session, campaign, unit.unit, group)
        place = tidy_place(place)
    except Refused as refused:
        for problem in refused.problems:
            row.refuse(problem.field, zh=problem.zh, en=problem.en)
        return None
    return Hanging(row=row.number, unit_code=code, group_code=group, place=place)
