"""Which answers may be called: those that came by a one-time code, fixed once it is closed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger.committed.commitments import of_batch
from survey.model import Campaign, Entrance, GroupCoefficient, Response

_ENTRANCE = cast(sa.Table, Entrance.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredCode:
    """An answer about a unit and the code it came by, as the office's own list knows it.

    `size` is what draws go by: the coefficient of its group over the group's answers by code
    about this unit. Whoever knows the scheme and these counts reckons the same.
    """

    code_id: int
    unit_code: str
    group_code: str
    batch: int
    serial: int
    response_id: int
    size: float

    @property
    def label(self) -> str:
        """Batch and serial, as the code is called on lists and papers."""
        return f"{self.batch}-{self.serial}"


def answered_codes(session: Session, *, campaign: Campaign) -> dict[int, list[AnsweredCode]]:
    """Return the answers by code about each unit, by the unit's key, in the order of the codes.

    Left out are groups without a coefficient in the unit's class, which have no part in its
    score, and answers collected without a code: nobody holds one who could be called by it.
    """
    labels = _labels(session, campaign)
    coefficients = _coefficients(session, campaign)
    came = defaultdict(list)
    code = sa.func.coalesce(Response.invitation_id, Response.sitting_id)
    query = sa.select(code, Response.unit_id, Response.group_code, Response.id).where(
        Response.campaign_id == campaign.id, code.is_not(None)
    )
    for code_id, unit_id, group_code, response_id in session.execute(query.order_by(code)):
        if code_id in labels:
            came[unit_id, group_code].append((code_id, response_id))
    found: dict[int, list[AnsweredCode]] = {}
    for entry in campaign.units:
        codes = [
            AnsweredCode(
                code_id=code_id,
                unit_code=entry.unit.code,
                group_code=group_code,
                batch=labels[code_id][0],
                serial=labels[code_id][1],
                response_id=response_id,
                size=coefficient / len(answers),
            )
            for group_code, coefficient in coefficients[entry.class_code].items()
            for answers in [came[entry.unit_id, group_code]]
            for code_id, response_id in answers
        ]
        found[entry.unit_id] = sorted(codes, key=lambda one: one.code_id)
    return found


def _labels(session: Session, campaign: Campaign) -> dict[int, tuple[int, int]]:
    """Return batch and serial of every code that somebody was given."""
    of = _ENTRANCE.c
    query = sa.select(of.id, *of_batch(_ENTRANCE)).where(
        of.campaign_id == campaign.id, of.kind != "poster", of.collected.is_(sa.false())
    )
    first: dict[tuple[object, ...], int] = {}
    issued: dict[int, int] = defaultdict(int)
    labels = {}
    for code_id, *batch in session.execute(query.order_by(of.id)):
        number = first.setdefault(tuple(batch), code_id)
        issued[number] += 1
        labels[code_id] = number, issued[number]
    return labels


def _coefficients(session: Session, campaign: Campaign) -> Mapping[str, dict[str, float]]:
    """Return the coefficients above zero of each class, by group."""
    query = sa.select(GroupCoefficient).where(GroupCoefficient.campaign_id == campaign.id)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for each in session.scalars(query.order_by(GroupCoefficient.group_code)):
        if each.coefficient > 0:
            found[each.class_code][each.group_code] = float(each.coefficient)
    return found
