"""One unit question by question: the score of each item by group, and the reasons people gave.

Nothing is shown of a group of too few answers, nor of an item that too few of a group could judge;
of the reasons, no cell of too few people, nor one that the other units would give away
(`small_cells`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.appraisal.item_results import ItemResult
from survey.appraisal.record import AppraisalRecord
from survey.appraisal.reporting.reasons import reasons_of_units
from survey.appraisal.score_sheet import ScoreRow
from survey.forms.headings import headings_of
from survey.model import Campaign
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.figures import GroupFigure
from survey.stats.campaign.scoring import round_half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One scored item: what is asked, its heading, its score by group, None where hidden."""

    item_id: str
    words: str
    heading: str
    scores: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitItems:
    """The items of a unit with a column for each group in `group_codes`, and its reasons."""

    group_codes: tuple[str, ...]
    items: tuple[ItemRow, ...]
    reasons: tuple[ItemResult, ...]


def read_unit_items(
    session: Session, *, campaign: Campaign, record: AppraisalRecord, row: ScoreRow, lang: str
) -> UnitItems:
    """Return what was said of a unit question by question."""
    shown = tuple(group.group_code for group in row.figures.groups if group.score is not None)
    return UnitItems(
        group_codes=shown,
        items=tuple(_items(campaign, record, row, shown, lang)),
        reasons=tuple(reasons_of_units(session, campaign, lang)[row.taking_part.unit_id]),
    )


def _items(
    campaign: Campaign, record: AppraisalRecord, row: ScoreRow, shown: Sequence[str], lang: str
) -> list[ItemRow]:
    texts = {item["id"]: str(item[lang]) for item in campaign.questionnaire.content["scored_items"]}
    smallest = scheme_of(campaign).privacy.smallest_cell
    groups = {
        figure.group_code: _shown(figure, smallest)
        for figure in record.groups
        if figure.unit_code == row.figures.unit_code
    }
    unit = row.taking_part.unit.short_name(lang)
    headings = headings_of(campaign.questionnaire.content, lang, unit=unit)
    return [
        ItemRow(
            item_id=item_id,
            words=texts.get(item_id, item_id).replace("{unit}", unit),
            heading=headings.get(item_id, ""),
            scores=tuple(groups[code].get(item_id) for code in shown),
        )
        for item_id in row.taking_part.item_ids
    ]


def _shown(figure: GroupFigure, smallest: int) -> dict[str, str | None]:
    """Return the scores of a group's items that enough people could judge.

    One item alone that is hidden would be what the others leave of the group's score: then the
    one that fewest could judge is hidden too.
    """
    known = sorted(figure.items, key=lambda item: item.awareness_rate or 0)
    enough = [item for item in known if figure.n * (item.awareness_rate or 0) >= smallest]
    if len(known) - len(enough) == 1:
        enough = enough[1:]
    return {item.item_id: _score(item.score) for item in enough}


def _score(value: float | None) -> str | None:
    return None if value is None else format(round_half_up(value, digits=1), "f")
