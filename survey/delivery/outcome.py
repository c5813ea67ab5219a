"""What an attempt leaves on record: that a release arrived, or why not and when it is tried again.

An arrival is an export by the system behind the address, with a signed head of the ledger, as
where a system asks by its token.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from survey import audit
from survey.delivery.answering import told_by
from survey.delivery.retries import wait_after, wait_asked
from survey.delivery.sending import Tried
from survey.exchange.document import find_document, note_export
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.book import lock_tail
from survey.model import Campaign, Delivery, DeliveryAddress, DeliveryAttempt, Release
from survey.receivers.addresses import signed_by, stop_address
from survey.site.installation import Site


def note_attempt(site: Site, claimed: Delivery, tried: Tried, *, chance: float) -> None:
    """Keep what came of an attempt by whoever claimed the delivery."""
    at = site.clock()
    with site.database.writing() as session:
        if tried.fault is None:
            release = session.get_one(Release, claimed.release_id)
            lock_tail(
                session, campaign_id=release.campaign_id
            )  # before all else, as a release does
        delivery = session.get_one(Delivery, claimed.id, with_for_update=True)
        session.add(
            DeliveryAttempt(
                delivery_id=delivery.id, at=at, fault=tried.fault or "", status=tried.status
            )
        )
        if delivery.claim == claimed.claim:
            delivery.claim = delivery.claimed_until = None
        if tried.fault is None:
            _arrived(site, session, delivery, tried, at)
        elif delivery.state == "waiting":
            _failed(session, delivery, tried, at, chance)


def _failed(
    session: Session, delivery: Delivery, tried: Tried, at: datetime, chance: float
) -> None:
    delivery.tries += 1
    wait = None if tried.fault == "gone" else wait_after(delivery.tries, chance=chance)
    if wait is None:
        delivery.state = "dead"
    else:
        delivery.next_at = at + max(wait, wait_asked(tried.retry_after, at=at))
    address = session.get_one(DeliveryAddress, delivery.address_id)
    if tried.fault == "gone" and address.stopped_at is None:
        stop_address(session, number=address.id, by=audit.SYSTEM, clock=lambda: at, reason="gone")


def _arrived(site: Site, session: Session, delivery: Delivery, tried: Tried, at: datetime) -> None:
    delivery.tries += 1
    delivery.state, delivery.delivered_at = "delivered", at
    address = session.get_one(DeliveryAddress, delivery.address_id)
    release = session.get_one(Release, delivery.release_id)
    campaign = session.get_one(Campaign, release.campaign_id)
    told = told_by(tried.answer)
    if told is not None:
        delivery.outcome, delivery.said_at = told.outcome, at
        delivery.reference, delivery.note = told.reference, told.note
    note_export(
        session,
        campaign=campaign,
        document=find_document(session, campaign=campaign, number=release.number),
        name="json",
        by=signed_by(address),
        clock=lambda: at,
    )
    if told is not None:
        audit.record(
            session,
            by=signed_by(address),
            at=at,
            action="delivery.acknowledge",
            subject=campaign.code,
            number=release.number,
            address=address.id,
            outcome=told.outcome,
            reference=told.reference,
            note=told.note,
            system=address.name,
        )
    seal_ledger(site, session, campaign, "export")
