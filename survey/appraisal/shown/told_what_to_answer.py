"""How many were told what to answer, of the county and each class, by crosswise items.

Never of one unit: it is the office's gauge of the whole campaign, no evidence against anybody.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.small_cells import LocalAnswers
from survey.model import Campaign, CampaignUnit, Response
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.questionnaire.crosswise import CrosswisePart
from survey.stats import Design, Domains, Estimates, WeightSet, crosswise

_ATTENTION = 3.0  # standard errors by which people must do better than a coin


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A share with its limits, in per cent within 0 to 100; None where it is withheld.

    `n` people answered both items and `attentive` per cent of them as asked; `why` is "few",
    "inattentive" or "wide" where the share is withheld.
    """

    class_code: str  # "" for the county
    n: int
    attentive: float | None
    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    why: str = ""


def read_told(session: Session, campaign: Campaign) -> tuple[Told, ...]:
    """Return the county and its classes; nothing where the scheme asks no crosswise item."""
    scheme = scheme_of(campaign)
    said = scheme.crosswise
    if not said.item:
        return ()
    classes = list(scheme.classes)
    item, anchor, codes = _answers(session, campaign, said, classes)
    rows = [_told("", said, item, anchor, scheme.privacy.smallest_cell)]
    for number, code in enumerate(classes):
        own = codes == number
        rows.append(_told(code, said, item[own], anchor[own], scheme.privacy.smallest_cell))
    return tuple(rows)


def _answers(
    session: Session, campaign: Campaign, said: CrosswisePart, classes: Sequence[str]
) -> tuple[Any, Any, Any]:
    """Return for each who answered both items: both or neither of each, and the class."""
    by = (CampaignUnit.class_code, Response.local_answers)
    counted = session.execute(
        sa.select(*by, sa.func.count())
        .join(CampaignUnit, sa.and_(*_taking_part()))
        .where(Response.campaign_id == campaign.id, Response.local_answers != "")
        .group_by(*by)
    ).all()
    told = [(json.loads(text), classes.index(code), count) for code, text, count in counted]
    both = [one for one in told if {said.item, said.anchor} <= set(one[0])]
    counts = [count for _given, _code, count in both]

    def column(values: list[float]) -> Any:
        return np.repeat(np.array(values, dtype=np.float64), counts)

    return (
        column([_same(given, said.item, said) for given, _code, _count in both]),
        column([_same(given, said.anchor, said) for given, _code, _count in both]),
        column([code for _given, code, _count in both]),
    )


def _taking_part() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        CampaignUnit.campaign_id == Response.campaign_id,
        CampaignUnit.unit_id == Response.unit_id,
    )


def _same(given: LocalAnswers, item: str, said: CrosswisePart) -> float:
    return float(given[item] == said.same)


def _told(code: str, said: CrosswisePart, item: Any, anchor: Any, smallest: int) -> Told:
    n = int(item.size)
    if n < max(smallest, 2):
        return Told(class_code=code, n=n, attentive=None, why="few")
    found = crosswise(
        weights=WeightSet(base_weights=np.ones(n), design=Design.build(n=n)),
        item=item,
        anchor=anchor,
        chance=said.chance or 0.0,
        anchor_chance=said.anchor_chance or 0.0,
        domains=Domains(codes=np.zeros(n, dtype=np.intp), size=1),
    )
    attentive = float(found.attentive.value[0])
    told = Told(class_code=code, n=n, attentive=100 * min(max(attentive, 0.0), 1.0))
    # The share is a ratio over how many attend: near none it may be anything.
    if not attentive > _ATTENTION * float(found.attentive.se[0]):
        return replace(told, why="inattentive")
    share, lower, upper = _per_cent(found.share)
    # Not wider where an end is cut off: what was left off is doubt all the same.
    half = 50 * float(found.share.upper[0] - found.share.lower[0])
    if not half <= said.widest:
        return replace(told, why="wide")
    return replace(told, share=share, lower=lower, upper=upper)


def _per_cent(found: Estimates) -> tuple[float, float, float]:
    value, lower, upper = (
        100 * min(max(float(column[0]), 0.0), 1.0)
        for column in (found.value, found.lower, found.upper)
    )
    return value, lower, upper
