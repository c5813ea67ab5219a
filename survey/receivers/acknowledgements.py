"""What receiving systems say of a release: received, imported, or rejected and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock
from survey.ledger.book import lock_tail
from survey.model import (
    Acknowledgement,
    Campaign,
    Delivery,
    DeliveryAddress,
    ReceiverToken,
    Release,
)
from survey.receivers.tokens import signed_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a system says: how it went, its own number for it, and why where it was rejected."""

    outcome: str
    reference: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a system answered when a release was sent to its address."""

    outcome: str
    reference: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """What a system said of a release, with the name the office gave the system."""

    system: str
    said: Acknowledgement | Answered


def acknowledge(
    session: Session,
    *,
    token: ReceiverToken,
    campaign: Campaign,
    release: Release,
    told: Told,
    clock: Clock,
) -> tuple[Acknowledgement, bool]:
    """Keep what a system says of a release, and whether it is new.

    Said again in the same words it changes nothing, so whoever got no answer may send it again.
    """
    lock_tail(session, campaign_id=campaign.id)  # one after another; before the audit's
    before = of_token(session, token=token, release=release)
    newest = before[-1] if before else None
    if newest is not None and _words(newest) == (told.outcome, told.reference, told.note):
        return newest, False
    said = Acknowledgement(
        token_id=token.id,
        release_id=release.id,
        position=len(before) + 1,
        outcome=told.outcome,
        reference=told.reference,
        note=told.note,
        at=clock(),
    )
    session.add(said)
    audit.record(
        session,
        by=signed_by(token),
        at=said.at,
        action="release.acknowledge",
        subject=campaign.code,
        number=release.number,
        position=said.position,
        outcome=told.outcome,
        reference=told.reference,
        note=told.note,
        system=token.name,
    )
    return said, True


def of_token(
    session: Session, *, token: ReceiverToken, release: Release
) -> Sequence[Acknowledgement]:
    """Return what a system said of a release, the oldest first."""
    query = sa.select(Acknowledgement).where(
        Acknowledgement.token_id == token.id, Acknowledgement.release_id == release.id
    )
    return session.scalars(query.order_by(Acknowledgement.position)).all()


def newest_of(session: Session, *, campaign: Campaign) -> dict[int, list[Acknowledged]]:
    """Return what each system said last of each release of a campaign, by the release's id.

    By its token, or as it answered where the release was sent to its address.
    """
    query = (
        sa.select(Acknowledgement, ReceiverToken.name)
        .join(Release, Release.id == Acknowledgement.release_id)
        .join(ReceiverToken, ReceiverToken.id == Acknowledgement.token_id)
        .where(Release.campaign_id == campaign.id)
        .order_by(Acknowledgement.token_id, Acknowledgement.position)
    )
    newest: dict[tuple[int, int], Acknowledged] = {}
    for said, system in session.execute(query):
        newest[said.release_id, said.token_id] = Acknowledged(system=system, said=said)
    found: dict[int, list[Acknowledged]] = {}
    for (release_id, _token), each in newest.items():
        found.setdefault(release_id, []).append(each)
    for delivery, system in _deliveries_answered(session, campaign):
        found.setdefault(delivery.release_id, []).append(_answered(delivery, system))
    return found


def _deliveries_answered(session: Session, campaign: Campaign) -> Iterable[tuple[Delivery, str]]:
    query = (
        sa.select(Delivery, DeliveryAddress.name)
        .join(Release, Release.id == Delivery.release_id)
        .join(DeliveryAddress, DeliveryAddress.id == Delivery.address_id)
        .where(Release.campaign_id == campaign.id, Delivery.outcome.is_not(None))
        .order_by(Delivery.id)
    )
    return ((row[0], row[1]) for row in session.execute(query))


def _answered(delivery: Delivery, system: str) -> Acknowledged:
    assert delivery.outcome is not None
    assert delivery.said_at is not None
    said = Answered(
        outcome=delivery.outcome,
        reference=delivery.reference,
        note=delivery.note,
        at=delivery.said_at,
    )
    return Acknowledged(system=system, said=said)


def _words(said: Acknowledgement) -> tuple[str, str, str]:
    return said.outcome, said.reference, said.note
