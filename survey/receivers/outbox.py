"""Releases that are to reach an address: written with the release, in its own transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock
from survey.model import Campaign, Delivery, DeliveryAddress, DeliveryAttempt, Release
from survey.problems import Refused
from survey.receivers.addresses import standing_of
from survey.receivers.tokens import covers


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A release on its way to an address, and each time that it was tried."""

    delivery: Delivery
    address: DeliveryAddress
    release: int
    campaign: Campaign
    attempts: Sequence[DeliveryAttempt]


def put_in_outbox(
    session: Session, *, campaign: Campaign, release: Release, at: datetime
) -> list[int]:
    """Let a new release be sent to every address in use for its campaign; return their numbers.

    What waits of an earlier release is not sent any more: it would arrive after the newer one.
    """
    used = sa.select(DeliveryAddress).where(
        DeliveryAddress.approved_at.is_not(None), DeliveryAddress.stopped_at.is_(None)
    )
    earlier = sa.select(Release.id).where(
        Release.campaign_id == campaign.id, Release.id != release.id
    )
    overtaken = sa.update(Delivery).where(
        Delivery.release_id.in_(earlier), Delivery.state == "waiting"
    )
    session.connection().execute(overtaken.values(state="overtaken"))
    addresses = [
        address
        for address in session.scalars(used.order_by(DeliveryAddress.id))
        if covers(address, campaign.code)
    ]
    session.add_all(_new(address, release.id, at) for address in addresses)
    return [address.id for address in addresses]


def send_in_force(session: Session, *, number: int, by: str, clock: Clock) -> int:
    """Let releases in force be sent to an address that was made after them; return how many.

    Raises Refused where no such address is in use, and where nothing is missing there.
    """
    address, at = session.get(DeliveryAddress, number), clock()
    had = sa.select(Delivery.release_id).where(Delivery.address_id == number)
    newest = sa.select(sa.func.max(Release.id)).group_by(Release.campaign_id)
    query = (
        sa.select(Release.id, Campaign.code)
        .join(Campaign, Campaign.id == Release.campaign_id)
        .where(Release.id.in_(newest), Release.id.not_in(had))
    )
    lacking = [
        row.id
        for row in session.execute(query.order_by(Release.id))
        if address is not None and covers(address, row.code)
    ]
    if address is None or standing_of(address) != "open" or not lacking:
        raise Refused.of(
            zh="没有要补送的：地址不在用，或现行的发布都已在送达列表里",
            en="nothing to send: the address is not in use, or has all releases in force already",
        )
    session.add_all(_new(address, release_id, at) for release_id in lacking)
    audit.record(
        session,
        by=by,
        at=at,
        action="address.catch_up",
        subject=f"address-{number}",
        name=address.name,
        n=len(lacking),
    )
    return len(lacking)


def resend(session: Session, *, number: int, by: str, clock: Clock) -> Delivery:
    """Let a release be sent to an address once more, at once and with all its tries.

    Raises Refused where there is nothing of that number.
    """
    delivery, at = session.get(Delivery, number, with_for_update=True), clock()
    if delivery is None:
        raise Refused.of(zh=f"没有第{number}号送达", en=f"there is no delivery {number}")
    delivery.state, delivery.next_at, delivery.tries = "waiting", at, 0
    address = session.get_one(DeliveryAddress, delivery.address_id)
    release = session.get_one(Release, delivery.release_id)
    campaign = session.get_one(Campaign, release.campaign_id)
    audit.record(
        session,
        by=by,
        at=at,
        action="delivery.resend",
        subject=campaign.code,
        number=release.number,
        system=address.name,
        address=address.id,
    )
    return delivery


def n_given_up(session: Session) -> int:
    """Return how many releases in force never arrived and are not tried any more."""
    newest = sa.select(sa.func.max(Release.id)).group_by(Release.campaign_id)
    query = (
        sa.select(sa.func.count())
        .select_from(Delivery)
        .join(DeliveryAddress, DeliveryAddress.id == Delivery.address_id)
        .where(
            Delivery.state == "dead",
            Delivery.release_id.in_(newest),
            DeliveryAddress.stopped_at.is_(None),
        )
    )
    return session.scalar(query) or 0


def list_deliveries(session: Session, *, campaign: Campaign | None = None) -> list[Listed]:
    """Return what is on its way or arrived, the newest first, of one campaign or of all."""
    query = (
        sa.select(Delivery, DeliveryAddress, Release.number, Campaign)
        .join(DeliveryAddress, DeliveryAddress.id == Delivery.address_id)
        .join(Release, Release.id == Delivery.release_id)
        .join(Campaign, Campaign.id == Release.campaign_id)
        .order_by(Delivery.id.desc())
    )
    if campaign is not None:
        query = query.where(Campaign.id == campaign.id)
    rows = session.execute(query).all()
    attempts = _attempts(session, [row[0].id for row in rows])
    return [
        Listed(
            delivery=delivery,
            address=address,
            release=number,
            campaign=of,
            attempts=attempts.get(delivery.id, []),
        )
        for delivery, address, number, of in rows
    ]


def _attempts(session: Session, numbers: Sequence[int]) -> dict[int, list[DeliveryAttempt]]:
    """Return each time that something was sent, the oldest first, by what it was."""
    query = sa.select(DeliveryAttempt).where(DeliveryAttempt.delivery_id.in_(numbers))
    found: dict[int, list[DeliveryAttempt]] = {}
    for attempt in session.scalars(query.order_by(DeliveryAttempt.id)):
        found.setdefault(attempt.delivery_id, []).append(attempt)
    return found


def _new(address: DeliveryAddress, release_id: int, at: datetime) -> Delivery:
    return Delivery(
        address_id=address.id,
        release_id=release_id,
        message_id=f"msg_{secrets.token_hex(16)}",
        made_at=at,
        state="waiting",
        next_at=at,
        tries=0,
        reference="",
        note="",
    )
