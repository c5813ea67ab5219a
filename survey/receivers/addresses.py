"""Addresses that releases are sent to: made by one official, approved by another, switched off.

The secret that messages are signed with is made here and shown once. It must be at hand whenever
something is sent, so it is kept: encrypted under the web key, which is not in the database.
"""

import base64
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy.orm import Session

from survey import audit
from survey.access import marks, second_word
from survey.clock import Clock
from survey.model import DeliveryAddress
from survey.problems import Problem, Refused
from survey.receivers.asked import campaign_problems, name_problems
from survey.receivers.destinations import destination_of
from survey.receivers.signing import new_secret
from survey.receivers.tokens import may_approve

Standing = Literal["open", "waiting", "stopped"]
Reason = Literal["office", "gone", "restored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAddress:
    """Where releases shall be sent; `campaigns` is None for all, later ones too."""

    name: str
    url: str
    campaigns: Sequence[str] | None


def make_address(
    session: Session,
    *,
    asked: AskedAddress,
    by: str,
    clock: Clock,
    web_key: bytes,
    allowed: Collection[str],
) -> tuple[int, str]:
    """Make an address; return its number and the secret, which is shown this once.

    Raises Refused naming every fault, and where it takes another person's word that nobody could
    give now.
    """
    problems = [*name_problems(asked.name), *_url_problems(asked.url, allowed)]
    problems += campaign_problems(session, asked.campaigns)
    if problems:
        raise Refused(problems)
    at, waits = clock(), second_word.is_needed(session, username="", by=by)
    secret = new_secret()
    address = DeliveryAddress(
        name=asked.name.strip(),
        url=asked.url.strip(),
        sealed_secret=_seal(web_key).encrypt(secret.encode()),
        campaigns=None if asked.campaigns is None else sorted(asked.campaigns),
        made_at=at,
        made_by=by,
        approved_at=None if waits else at,
    )
    session.add(address)
    session.flush()
    _note(session, address, "create", by=by, at=at, waits=waits)
    return address.id, secret


def approve_address(session: Session, *, number: int, by: str, clock: Clock) -> DeliveryAddress:
    """Let an address be used that somebody else made.

    Raises Refused where there is none, where it does not wait, and for whoever made it.
    """
    address, at = _locked(session, number), clock()
    if standing_of(address) != "waiting":
        raise Refused.of(
            zh=f"第{number}号送达地址没有待确认的事",
            en=f"nothing waits to be confirmed on address {number}",
        )
    if by not in {account.username for account in may_approve(session, address)}:
        raise Refused.of(
            zh=f"第{number}号送达地址须由另一人确认：在用的绩效办管理员、复核员或领导小组成员",
            en=f"address {number} is confirmed by another person: an enabled administrator,"
            " reviewer or leader",
        )
    address.approved_at, address.approved_by = at, by
    _note(session, address, "approve", by=by, at=at, done_by=[address.made_by])
    return address


def stop_address(
    session: Session, *, number: int, by: str, clock: Clock, reason: Reason = "office"
) -> DeliveryAddress:
    """Switch an address off: nothing is sent there until somebody switches it on again.

    Raises Refused where there is none or it is off already.
    """
    address = _locked(session, number)
    if address.stopped_at is not None:
        raise Refused.of(
            zh=f"第{number}号送达地址已经停用", en=f"address {number} is switched off already"
        )
    at = clock()
    address.stopped_at, address.stopped_by = at, by
    _note(session, address, "stop", by=by, at=at, reason=reason)
    return address


def start_address(session: Session, *, number: int, by: str, clock: Clock) -> DeliveryAddress:
    """Switch an address on again, so that what waits is sent.

    Raises Refused where there is none or it is not off.
    """
    address = _locked(session, number)
    if address.stopped_at is None:
        raise Refused.of(
            zh=f"第{number}号送达地址没有停用", en=f"address {number} is not switched off"
        )
    address.stopped_at = address.stopped_by = None
    _note(session, address, "start", by=by, at=clock())
    return address


def stop_all(session: Session, *, by: str, at: datetime) -> int:
    """Switch every address off, in an installation that came back from a backup; return how many.

    What waited may have been sent since, and the installation that sent it may still run.
    """
    used = sa.select(DeliveryAddress.id).where(DeliveryAddress.stopped_at.is_(None))
    numbers = session.scalars(used.order_by(DeliveryAddress.id)).all()
    for number in numbers:
        stop_address(session, number=number, by=by, clock=lambda: at, reason="restored")
    return len(numbers)


def list_addresses(session: Session) -> Sequence[DeliveryAddress]:
    """Return all addresses, the newest first."""
    return session.scalars(sa.select(DeliveryAddress).order_by(DeliveryAddress.id.desc())).all()


def standing_of(address: DeliveryAddress) -> Standing:
    """Say whether anything is sent to an address, and if not why."""
    if address.stopped_at is not None:
        return "stopped"
    return "waiting" if address.approved_at is None else "open"


def secret_of(address: DeliveryAddress, *, web_key: bytes) -> str:
    """Return what messages to an address are signed with.

    Raises Refused where the key is not the one it was kept under.
    """
    try:
        return _seal(web_key).decrypt(address.sealed_secret).decode()
    except InvalidToken as error:
        raise Refused.of(
            file="keys/web.key",
            zh="不是封存送达地址密钥时的钥匙；请从备份恢复，或另建送达地址",
            en="is not the key that the address's secret was kept under; restore it from the"
            " backup, or make another address",
        ) from error


def signed_by(address: DeliveryAddress) -> str:
    """Return what the audit calls the system behind an address."""
    return f"address-{address.id}"


def facts_of(address: DeliveryAddress) -> dict[str, object]:
    """Return what the audit keeps of an address when it is made, and verification compares."""
    return {
        "name": address.name,
        "url": address.url,
        "sealed": hashlib.sha256(address.sealed_secret).hexdigest(),
        "campaigns": address.campaigns,
    }


def _seal(web_key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(marks.derived(web_key, "delivery address")))


def _note(
    session: Session, address: DeliveryAddress, deed: str, *, by: str, at: datetime, **more: object
) -> None:
    told = facts_of(address) if deed == "create" else {"name": address.name}
    subject = signed_by(address)
    audit.record(session, by=by, at=at, action=f"address.{deed}", subject=subject, **told, **more)


def _locked(session: Session, number: int) -> DeliveryAddress:
    address = session.get(DeliveryAddress, number, with_for_update=True)
    if address is None:
        raise Refused.of(zh=f"没有第{number}号送达地址", en=f"there is no address {number}")
    return address


def _url_problems(url: str, allowed: Collection[str]) -> Sequence[Problem]:
    try:
        destination_of(url.strip(), allowed=allowed)
    except Refused as refused:
        return refused.problems
    return []
