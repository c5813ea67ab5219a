"""The reasons people ticked for being dissatisfied, by unit, with what would tell of few hidden."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.item_results import ItemResult, result_of
from survey.appraisal.small_cells import Page, conceal, empty_page
from survey.forms.local_items import LocalItem
from survey.model import Campaign, Comment, Response
from survey.scheme.campaign_scheme import scheme_of


def reasons_of_units(
    session: Session, campaign: Campaign, lang: str
) -> dict[int, list[ItemResult]]:
    """Return by unit the reasons people ticked, with what would tell of too few hidden."""
    items = [_as_item(entry) for entry in campaign.questionnaire.content.get("conditional") or ()]
    total, units = empty_page(items), {entry.unit_id: empty_page(items) for entry in campaign.units}
    for of, reasons, count in _ticked(session, campaign):
        given = {item.item_id: _of_item(item, reasons) for item in items}
        told = {item_id: values for item_id, values in given.items() if values}
        for page in (total, units[of]):
            page.add(told, count)
    smallest = scheme_of(campaign).privacy.smallest_cell
    pages: list[Page] = list(units.values())
    conceal(items, total=total, units=pages, smallest=smallest)
    return {
        unit_id: [result_of(item, page, lang=lang) for item in items]
        for unit_id, page in units.items()
    }


def _ticked(session: Session, campaign: Campaign) -> Sequence[sa.Row[int, str, int]]:
    by = (Response.unit_id, Comment.reasons)
    return session.execute(
        sa.select(*by, sa.func.count())
        .join(Comment, Comment.response_id == Response.id)
        .where(Response.campaign_id == campaign.id, Comment.reasons != "")
        .group_by(*by)
    ).all()


def _of_item(item: LocalItem, reasons: str) -> list[str]:
    return [value for value in reasons.split(";") if value in item.options]


def _as_item(entry: Mapping[str, Any]) -> LocalItem:
    options = entry["options"]
    return LocalItem(
        item_id=entry["id"],
        type="multiple",
        words={"zh": entry["zh"], "en": entry["en"]},
        hint=None,
        options={option["value"]: option for option in options},
        required=False,
        first=False,
        at_most=len(options),
        low=0,
        high=0,
        max_chars=0,
        relevant=None,
    )
