"""What leaves of visits, on record: a photograph, and the list of records as a workbook."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal.on_site.standing import find_visit, in_points, read_visits
from survey.appraisal.on_site.words import FINDINGS, STATES
from survey.model import Campaign, CampaignUnit, OnSitePhoto
from survey.office_files.written import WrittenSheet, workbook_of_sheets
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.site.installation import Site
from survey.two_persons.deed import Said
from survey.two_persons.proposals import require_official

_SHEET = Said(zh="核验记录", en="Visits")
_BEFORE = {
    "zh": ("编号", "单位编码", "单位名称", "类别", "察访日期", "地点"),
    "en": ("Number", "Unit code", "Unit", "Class", "Day", "Place"),
}
_AFTER = {
    "zh": ("看到的情况", "扣分", "状态", "核验员", "确认人", "撤销理由", "照片"),
    "en": ("What was seen", "Deduction", "State", "Inspector", "Confirmed by", "Why withdrawn",
           "Photograph"),
}  # fmt: skip
_YES = Said(zh="有", en="yes")


def take_photo(
    session: Session,
    *,
    site: Site,
    campaign: Campaign,
    number: int,
    units: Collection[CampaignUnit],
    by: str,
) -> bytes:
    """Return the photograph of a visit, and leave on record who took it.

    Raises Refused where there is none, or the unit is not one of these.
    """
    require_official(session, username=by, action="visit.photo")
    visit = find_visit(session, campaign=campaign, number=number, units=units).visit
    query = sa.select(OnSitePhoto.content).where(OnSitePhoto.visit_id == visit.id)
    content = session.scalar(query)
    if content is None:
        raise Refused.of(field=str(number), zh="没有照片", en="there is no photograph")
    audit.record(
        session,
        by=by,
        at=site.clock(),
        action="visit.photo",
        subject=campaign.code,
        visit=number,
        digest=visit.photo_digest,
    )
    return content


def visit_sheet(
    session: Session,
    *,
    site: Site,
    campaign: Campaign,
    units: Collection[CampaignUnit],
    lang: str,
    by: str,
) -> bytes:
    """Return the visits to these units as a workbook, and leave on record who took it."""
    require_official(session, username=by, action="visit.photo")
    items = scheme_of(campaign).on_site.items
    rows = [[*_BEFORE[lang], *(item.name(lang) for item in items), *_AFTER[lang]]]
    words: dict[str, str] = {name: said.text(lang) for name, said in FINDINGS.items()}
    for one in read_visits(session, campaign=campaign, units=units):
        visit, unit = one.visit, one.entry.unit
        last = one.decisions[-1] if one.state == "withdrawn" else None
        confirmed = one.confirmation
        rows.append(
            [
                *(str(visit.number), unit.code, unit.name(lang), one.entry.class_code),
                *(visit.visited_on, visit.place),
                *(words.get(visit.findings.get(item.item_id, ""), "") for item in items),
                *(visit.seen, in_points(visit.deduction), STATES[one.state].text(lang)),
                visit.entered_by,
                confirmed.approved_by if confirmed else "",
                last.reason if last else "",
                _YES.text(lang) if visit.photo_digest else "",
            ]
        )
    audit.record(
        session,
        by=by,
        at=site.clock(),
        action="visit.export",
        subject=campaign.code,
        count=len(rows) - 1,
    )
    widths = (8, 10, 24, 8, 12, 20, *(14 for _item in items), 40, 8, 16, 14, 14, 24, 8)
    return workbook_of_sheets([WrittenSheet(name=_SHEET.text(lang), rows=rows, widths=widths)])
