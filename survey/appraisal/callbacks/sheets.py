"""Call sheets: the codes drawn in a class as a workbook, without any answer, person or time."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.callbacks.calls import latest_outcomes
from survey.appraisal.callbacks.words import ABOUT, BESIDE, COLUMNS, INSTRUCTIONS, OUTCOMES, SHEET
from survey.model import CallDraw, CallOutcomeKind, CallRound, Campaign, CampaignUnit
from survey.office_files.written import WrittenSheet, workbook_of_sheets

_WIDTHS = (10, 10, 10, 18, 24, 16, 8)


def call_sheet(
    session: Session, *, campaign: Campaign, units: Collection[CampaignUnit], lang: str
) -> bytes:
    """Return all codes drawn for these units, with the outcomes so far, instructions first."""
    words = OUTCOMES[lang]
    rows = [
        [*COLUMNS[lang], *BESIDE[lang]],
        *_rows(session, campaign, units, lang, words),
    ]
    about = [[SHEET[lang]], *([line] for line in INSTRUCTIONS[lang])]
    return workbook_of_sheets(
        [
            WrittenSheet(name=ABOUT[lang], rows=about, widths=(90,)),
            WrittenSheet(
                name=SHEET[lang],
                rows=rows,
                widths=_WIDTHS,
                choices={COLUMNS[lang].index(COLUMNS[lang][-1]): tuple(words.values())},
            ),
        ]
    )


def _rows(
    session: Session,
    campaign: Campaign,
    units: Collection[CampaignUnit],
    lang: str,
    words: dict[CallOutcomeKind, str],
) -> list[list[str]]:
    names = {entry.unit_id: entry.unit for entry in units}
    groups = {group.code: group.name(lang) for group in campaign.groups}
    outcomes = latest_outcomes(session, campaign=campaign)
    said: dict[str, str] = dict(words.items())
    query = (
        sa.select(CallDraw)
        .join(CallRound, CallRound.id == CallDraw.round_id)
        .where(CallRound.campaign_id == campaign.id, CallDraw.unit_id.in_(names))
        .order_by(CallDraw.id)
    )
    return [
        [
            names[draw.unit_id].code,
            str(draw.batch),
            str(draw.serial),
            said.get(outcomes.get(draw.id, ""), ""),
            names[draw.unit_id].name(lang),
            groups[draw.group_code],
            str(draw.position),
        ]
        for draw in session.scalars(query)
    ]
