"""A table of ratings comes in: read whole or refused, then kept with what it replaced on record."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.canonical import digest_of
from survey.clock import local_day
from survey.fieldwork.campaigns import find_campaign
from survey.model import RATING_LEVELS, Campaign, ServiceRatings
from survey.office_files.signs import meant_code
from survey.office_files.tables import Table, language_of
from survey.office_files.times import day_in
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import Row, rows_of
from survey.service_ratings.words import ABOUT, BESIDE, COLUMNS
from survey.site.installation import Site
from survey.two_persons.proposals import require_official

# Without anything between them both digits of the month: 20261 would be read as January.
_MONTH = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})月?|(\d{2}))")
_MOST = 10_000_000  # ratings of one unit in one month
COUNTS = (*RATING_LEVELS, "put_right")

Key = tuple[int, str]  # unit and month


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a table brought: months of units that are new, others than before, and all it said."""

    n_new: int
    n_changed: int
    n_said: int


def take_ratings(site: Site, *, campaign_code: str, tables: Collection[Table], by: str) -> Taken:
    """Keep the totals of a table; a unit's month that was there is replaced, on record.

    Raises Refused, and keeps nothing, where a row is at fault, and for an account that may not.
    """
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        require_official(session, username=by, action="campaign.run")
        at = site.clock()
        said = _read(tables, campaign, at)
        known = {(row.unit_id, row.month): row for row in ratings_of(session, campaign=campaign)}
        new = [key for key in said if key not in known]
        changed = [key for key in said if key in known and _counts(known[key]) != said[key]]
        for unit_id, month in new:
            counts = dict(zip(COUNTS, said[unit_id, month], strict=True))
            session.add(
                ServiceRatings(campaign_id=campaign.id, unit_id=unit_id, month=month, **counts)
            )
        if new or changed:
            replaced = {key: _counts(known[key]) for key in changed}
            _note(session, campaign, said, replaced, at=at, by=by)
        for key in changed:
            for name, n in zip(COUNTS, said[key], strict=True):
                setattr(known[key], name, n)
    return Taken(n_new=len(new), n_changed=len(changed), n_said=len(said))


def ratings_of(session: Session, *, campaign: Campaign) -> list[ServiceRatings]:
    """Return what was brought in, by unit and month."""
    ratings = ServiceRatings
    query = sa.select(ratings).where(ratings.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(ratings.unit_id, ratings.month)))


def _counts(row: ServiceRatings) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in COUNTS)


def _note(
    session: Session,
    campaign: Campaign,
    said: Mapping[Key, tuple[int, ...]],
    replaced: Mapping[Key, tuple[int, ...]],
    *,
    at: datetime,
    by: str,
) -> None:
    units = {entry.unit_id: entry.unit.code for entry in campaign.units}
    plain = {f"{units[unit]} {month}": list(n) for (unit, month), n in said.items()}
    audit.record(
        session,
        by=by,
        at=at,
        action="rating.import",
        subject=campaign.code,
        count=len(said),
        digest=digest_of(plain),
        # Old and new of what changed: a figure that was shown is not lost.
        replaced={
            f"{units[unit]} {month}": [list(old), list(said[unit, month])]
            for (unit, month), old in sorted(replaced.items())
        },
    )


def _read(
    tables: Collection[Table], campaign: Campaign, at: datetime
) -> dict[Key, tuple[int, ...]]:
    """Return the totals of all sheets; raises Refused with every fault of every sheet."""
    problems: list[Problem] = []
    said: dict[Key, tuple[int, ...]] = {}
    units = {entry.unit.code: entry.unit_id for entry in campaign.units}
    this_month = local_day(at, campaign.timezone)[:7]
    for table in tables:
        if table.rows and table.sheet not in ABOUT.values():
            for key, counts, row in _of_table(table, units, this_month, problems):
                if key in said:
                    row.refuse(
                        COLUMNS[language_of(table, COLUMNS)][1],
                        zh="这个单位这个月在前面已经有一行，请只留一行",
                        en="stands above already for this unit and month; leave one row",
                    )
                said[key] = counts
    if not (said or problems):
        problems.append(_empty(tables))
    if problems:
        raise Refused(problems)
    return said


def _of_table(
    table: Table, units: Mapping[str, int], this_month: str, problems: list[Problem]
) -> Iterator[tuple[Key, tuple[int, ...], Row]]:
    lang = language_of(table, COLUMNS)
    columns = COLUMNS[lang]
    for row in rows_of(table, columns=columns, problems=problems, optional=BESIDE[lang]):
        if not any(row.cells[column].strip() for column in columns[2:]):
            continue  # a month that was left empty is not a month without any rating
        before = len(problems)
        unit = _unit(row, columns[0], units)
        month = _month(row, columns[1], this_month)
        counts = tuple(_count(row, column) for column in columns[2:])
        *_good, bad, very_bad, put_right = counts
        if put_right > bad + very_bad:
            row.refuse(
                columns[-1],
                zh=f"差评共{bad + very_bad}件，整改的不能有{put_right}件",
                en=f"{put_right} put right of {bad + very_bad} that were bad",
            )
        if len(problems) == before:
            yield (unit, month), counts, row


def _unit(row: Row, column: str, units: Mapping[str, int]) -> int:
    code = meant_code(row.text(column))
    if code and code not in units:
        row.refuse(
            column,
            zh=f"本次评议没有单位“{code}”，请用本页下载的表",
            en=f"no unit {code!r} takes part; fill in the sheet of this page",
        )
    return units.get(code, 0)


def _month(row: Row, column: str, this_month: str) -> str:
    written = meant_code(row.text(column))
    found, day = _MONTH.fullmatch(written), day_in(written.partition(" ")[0])
    said = found and (found[1], found[2] or found[3])
    year, month = (day.year, day.month) if day else map(int, said) if said else (0, 0)
    told = f"{year:04}-{month:02}"
    if not 1 <= month <= 12 or year < 2000:
        row.refuse(
            column,
            zh=f"“{written}”不是月份，请写作2026-11",
            en=f"{written!r} is no month; write it as 2026-11",
        )
    elif told > this_month:
        row.refuse(column, zh="这个月还没有到", en="that month has not come yet")
    return told


def _count(row: Row, column: str) -> int:
    n = row.count(column)
    if n > _MOST:
        row.refuse(column, zh=f"多于{_MOST}件，请核对", en=f"is more than {_MOST}; check it")
    return n


def _empty(tables: Collection[Any]) -> Problem:
    return Problem(
        file=next((table.file for table in tables), ""),
        zh="没有填写任何月份的件数；请填写后再上传",
        en="holds no month with any figure; fill it in and upload it again",
    )
