"""A new campaign made from an earlier one: another id, other titles, another period."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.given_county import load
from survey.model import Campaign
from survey.office_files.times import day_in
from survey.scheme.stored import stored_folder
from survey.scheme.workbook.reading import WorkbookSource
from survey.scheme.workbook.sheets import Rows, Sheets, name_in
from survey.scheme.workbook.writing import sheets_of
from survey.site.installation import Site

_SCHEME, _CALENDAR = "方案", "日程"


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What is another one in the new campaign."""

    code: str
    title_zh: str
    title_en: str
    starts_on: date
    ends_on: date


def copy_campaign(site: Site, *, earlier: str, wanted: Next, by: str) -> Campaign:
    """Store a copy of a campaign as a draft; raises Refused with all that is wrong.

    Its calendar moves with the first day. What today's checks refuse of an earlier campaign is
    told by sheet and row, as of a workbook.
    """
    with site.database.reading() as session:
        found = find_campaign(session, earlier)
        county = stored_folder(session, found)
        simulated = found.simulated
    sheets = sheets_of(county)
    _put(sheets, wanted)
    zone = ZoneInfo(county.campaign.timezone)
    shift = wanted.starts_on - county.campaign.starts_at.astimezone(zone).date()
    sheets[_CALENDAR] = _moved(sheets[_CALENDAR], shift)
    source = WorkbookSource.of_sheets(sheets, name=earlier)
    return load(site, source=source, by=by, simulated=simulated)


def _put(sheets: Sheets, wanted: Next) -> None:
    said = {
        "campaign.id": wanted.code,
        "campaign.title_zh": wanted.title_zh,
        "campaign.title_en": wanted.title_en,
        "campaign.fieldwork.start": wanted.starts_on.isoformat(),
        "campaign.fieldwork.end": wanted.ends_on.isoformat(),
    }
    sheets[_SCHEME] = [[row[0], said.get(row[0], row[1]), *row[2:]] for row in sheets[_SCHEME]]


def _moved(rows: Rows, shift: timedelta) -> Rows:
    """Return the calendar with its days moved."""
    heading, *steps = rows
    days = {place for place, cell in enumerate(heading) if name_in(cell) in {"from", "to"}}
    return [
        heading,
        *(
            [_later(cell, shift) if place in days else cell for place, cell in enumerate(row)]
            for row in steps
        ),
    ]


def _later(cell: str, shift: timedelta) -> str:
    day = day_in(cell)
    return (day + shift).isoformat() if day else cell
