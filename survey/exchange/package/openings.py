"""Openings: what each leaf of the ledger was made of, and what its numbers stand for.

Whoever holds them and a receipt can read an answer: they are given out on request alone.
"""

from collections.abc import Iterator, Sequence
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, cast

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from survey.exchange.package.documents import Meanings
from survey.ledger.leaf import StoredLeaves
from survey.model import Area, Campaign, Response
from survey.stats.campaign.sample import RESIDENCES, SEXES

_RESPONSE = cast(sa.Table, Response.__table__)
_CHUNK = 5_000


def write_leaves(session: Session, *, campaign: Campaign, out: Path) -> None:
    """Write the hash of each leaf in hexadecimal, one a line, in the ledger's order."""
    of = _RESPONSE.c
    query = sa.select(of.leaf).where(of.campaign_id == campaign.id).order_by(of.leaf_index)
    with out.open("wb") as file:
        for some in session.scalars(query.execution_options(yield_per=_CHUNK)).partitions():
            file.write("".join([f"{leaf.hex()}\n" for leaf in some]).encode())


def write_openings(
    session: Session, *, campaign: Campaign, ids: NDArray[np.int64], out: Path
) -> None:
    """Write an opening for each leaf, one a line: index, response of the folder, salt, content.

    `ids` are those of the answers in the order of the folder.
    """
    query = (
        sa.select(_RESPONSE)
        .where(_RESPONSE.c.campaign_id == campaign.id)
        .order_by(_RESPONSE.c.leaf_index)
        .execution_options(yield_per=_CHUNK)
    )
    leaves = StoredLeaves(_RESPONSE.c.keys(), campaign_code=campaign.code)
    with out.open("wb") as file:
        for rows in session.execute(query).partitions():
            places = np.searchsorted(ids, [row.id for row in rows]).tolist()
            file.write("".join(_lines(rows, places, leaves)).encode())


def meanings_of(session: Session, *, campaign: Campaign, ages: Sequence[str]) -> Meanings:
    """Return what the numbers in openings stand for: units, townships, and what people said."""
    options = {item["id"]: item for item in campaign.questionnaire.content["profile"]}
    areas = sa.select(Area).where(Area.campaign_id == campaign.id)
    return Meanings(
        unit_id={str(entry.unit_id): entry.unit.code for entry in campaign.units},
        area={str(area.position): area.code for area in session.scalars(areas)},
        age={str(place): age for place, age in enumerate(ages)},
        sex=_known(options["P2"]["options"], SEXES),
        residence=_known(options["P4"]["options"], RESIDENCES),
        timezone=campaign.timezone,
    )


def _known(options: list[str], known: tuple[str, ...]) -> dict[str, str]:
    return {str(place): option for place, option in enumerate(options) if option in known}


def _lines(rows: Sequence[Any], places: Sequence[int], leaves: StoredLeaves) -> Iterator[str]:
    """Yield the canonical form of each opening."""
    for place, (receipt, salt, index, content) in zip(places, leaves.openings(rows), strict=True):
        yield (
            f'{{"content":{encode_basestring(content)},"index":{index},"receipt":"{receipt.hex()}",'
            f'"response_id":"{place:010d}","salt":"{salt.hex()}"}}\n'
        )
