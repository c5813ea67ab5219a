"""What was answered to the unscored items, and whether the order of the page moved the answers.

For the office alone and only after the end, so that nothing is known while people answer. Answers
are counted as they came, without weights or exclusions; what is hidden: `small_cells`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median, variance

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.shown.told_what_to_answer import Told, read_told
from survey.appraisal.small_cells import Page, conceal, empty_page
from survey.feedback.redact import redact
from survey.forms import arrangement
from survey.forms.headings import headings_of
from survey.forms.local_items import TEXTS, LocalItem, local_items
from survey.model import Campaign, Comment, Response, Unit
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.plan import Plan

PAGE = 50
_NOT_RATED = frozenset("0-")
_ENDED = ("closed", "scored", "released")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One answer and how many gave it; None where so few that it is hidden."""

    words: str
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """One item: how many answered, its cells, or middle values of a number."""

    item: LocalItem
    words: str
    heading: str
    n: int
    enough: bool
    cells: tuple[Cell, ...]
    mean: float | None
    median: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One resident's words to the text items, redacted, with the items they answer."""

    unit: Unit
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """Answers given under one order or direction against all others, in points of the scale."""

    kind: str  # direction or order
    number: int
    n: int
    mean: float
    difference: float
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResults:
    """All of it; `total` counts the residents who wrote something."""

    items: tuple[ItemResult, ...] = ()
    told: tuple[Told, ...] = ()
    written: tuple[Written, ...] = ()
    total: int = 0
    orders: tuple[OrderRow, ...] = ()


def read_results(
    session: Session, *, campaign: Campaign, unit: Unit | None, lang: str, page: int
) -> ItemResults | None:
    """Return the results of all units or one, and a page of texts; None while people answer."""
    if campaign.state not in _ENDED:
        return None
    of = [Response.campaign_id == campaign.id]
    if unit is not None:
        of.append(Response.unit_id == unit.id)
    written, total = _texts(session, of, campaign=campaign, lang=lang, page=page)
    return ItemResults(
        items=tuple(_items(session, campaign=campaign, unit=unit, lang=lang)),
        told=read_told(session, campaign) if unit is None else (),
        written=tuple(written),
        total=total,
        orders=tuple(_orders(session, campaign=campaign)),
    )


def _items(
    session: Session, *, campaign: Campaign, unit: Unit | None, lang: str
) -> list[ItemResult]:
    of = scheme_of(campaign).crosswise
    # Counts of a crosswise item mean nothing by themselves, and of a unit they are nobody's.
    items = [one for one in closed_items(campaign) if one.item_id not in (of.item, of.anchor)]
    total, units = concealed(session, campaign=campaign, items=items)
    page = total if unit is None else units[unit.id]
    headings = headings_of(campaign.questionnaire.content, lang, unit="{unit}")
    return [
        result_of(item, page, lang=lang, heading=headings.get(item.item_id, "")) for item in items
    ]


def closed_items(campaign: Campaign) -> list[LocalItem]:
    """Return the unscored items of a campaign that are no texts."""
    items = local_items(campaign.questionnaire.content)
    return [item for item in items if item.type not in TEXTS]


def concealed(
    session: Session, *, campaign: Campaign, items: Sequence[LocalItem]
) -> tuple[Page, dict[int, Page]]:
    """Return what was answered to each item about all units and about each, and what is hidden."""
    total, units = _counted(session, campaign, items)
    smallest = scheme_of(campaign).privacy.smallest_cell
    conceal(items, total=total, units=list(units.values()), smallest=smallest)
    return total, units


def _counted(
    session: Session, campaign: Campaign, items: Sequence[LocalItem]
) -> tuple[Page, dict[int, Page]]:
    """Return what was answered to each item about all units, and about each."""
    by = (Response.unit_id, Response.local_answers)
    rows = session.execute(
        sa.select(*by, sa.func.count()).where(Response.campaign_id == campaign.id).group_by(*by)
    ).all()
    total = empty_page(items)
    units = {entry.unit_id: empty_page(items) for entry in campaign.units}
    for unit_id, text, count in rows:
        given = json.loads(text or "{}")
        for page in (total, units[unit_id]):
            page.add(given, count)
    return total, units


def _texts(
    session: Session,
    of: list[sa.ColumnElement[bool]],
    *,
    campaign: Campaign,
    lang: str,
    page: int,
) -> tuple[list[Written], int]:
    """Return a page of what was written, in an order that tells no time, and the whole number."""
    joined = sa.select(Unit, Comment.local_texts).select_from(Comment)
    joined = joined.join(Response, Response.id == Comment.response_id)
    joined = joined.join(Unit, Unit.id == Response.unit_id).where(*of, Comment.local_texts != "")
    total = session.scalar(sa.select(sa.func.count()).select_from(joined.subquery())) or 0
    rows = session.execute(
        joined.order_by(Response.leaf).limit(PAGE).offset(PAGE * (page - 1))
    ).all()
    items = {item.item_id: item for item in local_items(campaign.questionnaire.content)}
    return [
        Written(
            unit=unit,
            words=tuple(
                (items[item_id].words[lang].replace("{unit}", unit.name(lang)), redact(words))
                for item_id, words in json.loads(kept).items()
            ),
        )
        for unit, kept in rows
    ], total


def _orders(session: Session, *, campaign: Campaign) -> list[OrderRow]:
    if not arrangement.is_varied(scheme_of(campaign).questionnaire):
        return []
    points = Plan.from_dict(campaign.plan or {}).points
    query = sa.select(Response.arrangement, Response.answers).where(
        Response.campaign_id == campaign.id
    )
    rated = [
        (number, fmean(points[int(value)] for value in answers if value not in _NOT_RATED))
        for number, answers in session.execute(query)
        if set(answers) - _NOT_RATED
    ]
    turned = [(int(arrangement.is_turned(number)), points_) for number, points_ in rated]
    orders = [(arrangement.order_number(number), points_) for number, points_ in rated]
    smallest = scheme_of(campaign).privacy.smallest_cell
    return [*_compared("direction", turned, smallest), *_compared("order", orders, smallest)]


def result_of(item: LocalItem, page: Page, *, lang: str, heading: str = "") -> ItemResult:
    """Return what a page shows of an item once it was said what it hides."""
    counted, hidden = page.counted[item.item_id], page.hidden[item.item_id]
    numbers = list(counted.cells.elements()) if item.type == "integer" and not hidden.whole else []
    return ItemResult(
        item=item,
        words=item.words[lang],
        heading=heading,
        n=counted.n,
        enough=not hidden.whole,
        cells=()
        if hidden.whole
        else tuple(
            Cell(words=words[lang], count=None if hidden.hides(value) else counted.cells[value])
            for value, words in item.options.items()
        ),
        mean=fmean(numbers) if numbers else None,
        median=median(numbers) if numbers else None,
    )


def _compared(kind: str, rated: Sequence[tuple[int, float]], smallest: int) -> Iterable[OrderRow]:
    numbers = sorted({number for number, _points in rated})
    if len(numbers) < 2:
        return
    for number in numbers:
        own = [points for other, points in rated if other == number]
        rest = [points for other, points in rated if other != number]
        if min(len(own), len(rest)) >= max(smallest, 2):
            error = sqrt(variance(own) / len(own) + variance(rest) / len(rest))
            yield OrderRow(
                kind=kind,
                number=number,
                n=len(own),
                mean=fmean(own),
                difference=fmean(own) - fmean(rest),
                margin=1.96 * error,
            )
