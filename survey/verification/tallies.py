"""What pages read instead of all answers and codes, counted again from them."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import TALLIES, Campaign, CodeBatch, Entrance
from survey.problems import Problem
from survey.tallies.counting import Counts, added
from survey.tallies.told import PLACES, kept
from survey.verification.findings import altered

_NAMED = ("kind", "unit_id", "group_code", "channel", "issued_at", "issued_by")


def check_tallies(session: Session, campaign: Campaign) -> list[Problem]:
    """Compare tallies and batches with the rows; the first of each that is wrong is named."""
    return [*_tallies(session, campaign), *_batches(session, campaign)]


def _tallies(session: Session, campaign: Campaign) -> Iterator[Problem]:
    size, _ = PLACES.of(session, campaign.id)
    counted = added(session, campaign, 0, size, TALLIES)
    written: Counts = kept(session, campaign, *TALLIES)
    wrong = sorted(key for key in written | counted if written[key] != counted[key])
    for key in wrong[:1]:
        where = " ".join(str(part) for part in key if part != "")
        yield altered(
            "tallies",
            f"{where} 登记 {written[key]} 份，按答卷应为 {counted[key]} 份",
            f"{where} says {written[key]}; by the answers it is {counted[key]}",
        )


def _batches(session: Session, campaign: Campaign) -> Iterator[Problem]:
    batch = CodeBatch
    columns = (*(getattr(batch, name) for name in _NAMED), batch.issued, batch.withdrawn)
    query = sa.select(batch.first_code, *columns).where(batch.campaign_id == campaign.id)
    written = {row[0]: row[1:] for row in session.execute(query)}
    counted = {row[0]: row[1:] for row in session.execute(_codes(campaign))}
    wrong = sorted(n for n in written | counted if written.get(n) != counted.get(n))
    for number in wrong[:1]:
        yield altered(
            "codes",
            f"第 {number} 批评议码登记的数目与评议码不符",
            f"batch {number} of codes does not say what its codes do",
        )


def _codes(campaign: Campaign) -> sa.Select[*tuple[Any, ...]]:
    of = Entrance
    named = [getattr(of, name) for name in _NAMED]
    return (
        sa.select(sa.func.min(of.id), *named, sa.func.count(), sa.func.count(of.withdrawn_at))
        .where(of.campaign_id == campaign.id, of.kind != "poster", of.collected.is_(sa.false()))
        .group_by(*named)
    )
