"""Sends what is due, beside the requests: each message by one worker at a time.

A worker claims a message for some minutes; where it dies another takes it when they are over, so
that a message may arrive twice, under the same id, and is never forgotten. Where no server runs
everything waits in the database.
"""

import logging
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import sleep

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey import __version__
from survey.delivery.message import message
from survey.delivery.outcome import note_attempt
from survey.delivery.sending import Tried, send
from survey.model import Campaign, Delivery, DeliveryAddress, Release
from survey.problems import Refused
from survey.receivers.addresses import secret_of
from survey.receivers.signing import signature
from survey.site.installation import Site
from survey.verification.whole import require_whole
from survey.web.alterations import Altered

_EVERY_SECONDS = 3.0
_LEASE = timedelta(minutes=10)  # longer than verifying a large county and one attempt take
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message that is this worker's to send."""

    delivery: Delivery
    address: DeliveryAddress
    release: Release
    campaign: Campaign


def keep_sending(site: Site) -> None:
    """Send what is due, for ever."""
    while True:
        try:
            send_due(site)
        except (Refused, SQLAlchemyError, OSError) as error:
            _LOG.error("发布未能送出 releases not sent: %s", type(error).__name__)
        sleep(_EVERY_SECONDS)


def send_due(site: Site, *, chance: Callable[[], float] = random.random) -> int:
    """Send all that is due, one after another; return how many attempts that were."""
    n = 0
    while (claimed := claim_next(site)) is not None:
        tried = _tried(site, claimed)
        note_attempt(site, claimed.delivery, tried, chance=chance())
        n += 1
    return n


def claim_next(site: Site) -> Claimed | None:
    """Take what has been due longest, unless another worker has it; None where nothing is."""
    while True:
        at = site.clock()
        with site.database.reading() as session:
            number = session.scalar(_due(at))
        if number is None:
            return None
        claim = secrets.token_hex(8)
        with site.database.writing() as session:
            # Said of the row itself: of two who waited for its lock the second looks again.
            mine = sa.update(Delivery).where(Delivery.id == number, *_is_free(at))
            taken = mine.values(claim=claim, claimed_until=at + _LEASE)
            if session.connection().execute(taken).rowcount:
                return _read(session, number)


def _due(at: datetime) -> sa.Select[int]:
    due = (
        sa.select(Delivery.id)
        .join(DeliveryAddress, DeliveryAddress.id == Delivery.address_id)
        .where(
            *_is_free(at),
            DeliveryAddress.approved_at.is_not(None),
            DeliveryAddress.stopped_at.is_(None),
        )
    )
    return due.order_by(Delivery.next_at, Delivery.id).limit(1)


def _is_free(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Delivery.state == "waiting",
        Delivery.next_at <= at,
        sa.or_(Delivery.claimed_until.is_(None), Delivery.claimed_until < at),
    )


def _read(session: Session, number: int) -> Claimed:
    delivery = session.get_one(Delivery, number)
    release = session.get_one(Release, delivery.release_id)
    return Claimed(
        delivery=delivery,
        address=session.get_one(DeliveryAddress, delivery.address_id),
        release=release,
        campaign=session.get_one(Campaign, release.campaign_id),
    )


def _tried(site: Site, claimed: Claimed) -> Tried:
    """Send a release once all it stands on was looked at, as whoever asks for it is given it."""
    try:
        require_whole(site, claimed.campaign.code)
        secret = secret_of(claimed.address, web_key=site.keys.web())
    except Altered:
        return Tried(fault="altered")
    except Refused:
        return Tried(fault="sealed")
    body = message(claimed.campaign, claimed.release)
    moment = int(site.clock().timestamp())
    signed = signature(secret, message_id=claimed.delivery.message_id, moment=moment, body=body)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"gongping/{__version__}",
        "webhook-id": claimed.delivery.message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signed,
    }
    allowed = site.settings.delivery_hosts
    return send(claimed.address.url, headers=headers, body=body, allowed=allowed)
