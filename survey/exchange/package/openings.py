"""Openings: what each leaf of the ledger was made of, and what its numbers stand for.

Whoever holds them and a receipt can read an answer: they are given out on request alone.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import canonical
from survey.ledger.leaf import ledger_content
from survey.model import Area, Campaign, Response
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.sample import RESIDENCES, SEXES

_RESPONSE = cast(sa.Table, Response.__table__)
_CHUNK = 5_000


def leaves_of(session: Session, *, campaign: Campaign) -> bytes:
    """Return the hash of each leaf in hexadecimal, one a line, in the ledger's order."""
    of = _RESPONSE.c
    query = sa.select(of.leaf).where(of.campaign_id == campaign.id).order_by(of.leaf_index)
    return "".join(f"{leaf.hex()}\n" for leaf in session.scalars(query)).encode()


def openings_of(session: Session, *, campaign: Campaign) -> bytes:
    """Return an opening for each leaf, one a line: index, response of the folder, salt, content."""
    places = _places(session, campaign)
    query = (
        sa.select(_RESPONSE)
        .where(_RESPONSE.c.campaign_id == campaign.id)
        .order_by(_RESPONSE.c.leaf_index)
        .execution_options(yield_per=_CHUNK)
    )
    rows = session.execute(query).mappings()
    return b"".join(_line(dict(row), places[row["id"]]) for row in rows)


def meanings_of(session: Session, *, campaign: Campaign, plan: Plan) -> dict[str, Any]:
    """Return what the numbers in openings stand for: units, townships, and what people said."""
    options = {item["id"]: item for item in campaign.questionnaire.content["profile"]}
    areas = sa.select(Area).where(Area.campaign_id == campaign.id)
    return {
        "unit_id": {str(entry.unit_id): entry.unit.code for entry in campaign.units},
        "area": {str(area.position): area.code for area in session.scalars(areas)},
        "age": {str(place): age for place, age in enumerate(plan.ages)},
        "sex": _known(options["P2"]["options"], SEXES),
        "residence": _known(options["P4"]["options"], RESIDENCES),
        "timezone": campaign.timezone,
    }


def _known(options: list[str], known: tuple[str, ...]) -> dict[str, str]:
    return {str(place): option for place, option in enumerate(options) if option in known}


def _places(session: Session, campaign: Campaign) -> Mapping[int, int]:
    """Return the place of each answer in the folder, by its id."""
    query = sa.select(_RESPONSE.c.id).where(_RESPONSE.c.campaign_id == campaign.id)
    return {one: place for place, one in enumerate(session.scalars(query.order_by(_RESPONSE.c.id)))}


def _line(row: Mapping[str, Any], place: int) -> bytes:
    opening = {
        "index": row["leaf_index"],
        "response_id": f"{place:010d}",
        "receipt": row["receipt"].hex(),
        "salt": row["salt"].hex(),
        "content": ledger_content(row),
    }
    return canonical(opening) + b"\n"


def read_openings(lines: bytes) -> Iterator[dict[str, Any]]:
    """Yield the openings of a file; raises ValueError or TypeError at a line that is none."""
    for line in lines.decode().splitlines():
        opening = json.loads(line)
        yield {**opening, "stated": json.loads(opening["content"])}
