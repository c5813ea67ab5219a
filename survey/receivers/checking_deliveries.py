"""Addresses, and what became of releases sent there, against the entries of the audit."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, Delivery, DeliveryAddress, Release
from survey.problems import Problem
from survey.receivers.addresses import facts_of, signed_by
from survey.receivers.checking import Entries, Entry, who

_CREATE, _APPROVE, _STOP, _START = (
    f"address.{deed}" for deed in ("create", "approve", "stop", "start")
)
_SAID = ("outcome", "reference", "note")


def check_addresses(session: Session, entries: Entries) -> list[Problem]:
    """Find addresses that nobody made or approved, and those that are gone or lead elsewhere."""
    rows = session.scalars(sa.select(DeliveryAddress))
    addresses = {signed_by(address): address for address in rows}
    made = {subject for subject, action in entries if action == _CREATE}
    return [
        Problem(
            field="addresses",
            zh=f"送达地址 {name} 与操作记录不符：被改动，或被删除、添加",
            en=f"{name} that releases are sent to is not what the audit says was made and approved",
        )
        for name in sorted(addresses.keys() | made)
        if name not in addresses or not _is_as_recorded(addresses[name], entries)
    ]


def check_deliveries(session: Session, campaign: Campaign, entries: Entries) -> list[Problem]:
    """Find releases that are no longer on their way, arrived unrecorded, or are said to be taken.

    `entries` has what was done to the campaign among the rest.
    """
    query = (
        sa.select(Delivery, Release.number)
        .join(Release, Release.id == Delivery.release_id)
        .where(Release.campaign_id == campaign.id)
    )
    rows = {(row.address_id, number): row for row, number in session.execute(query)}

    def told(action: str) -> Sequence[Entry]:
        return entries.get((campaign.code, action), ())

    owed = {
        (address, entry["detail"]["number"])
        for entry in told("campaign.release")
        for address in entry["detail"].get("addresses", ())
    }
    sent = {
        (int(entry["by"].removeprefix("address-")), entry["detail"]["number"])
        for entry in told("release.export")
        if entry["by"].startswith("address-")
    }
    arrived = {place for place, row in rows.items() if row.delivered_at is not None}
    wrong = (owed - rows.keys()) | (sent ^ arrived) | _misquoted(rows, told("delivery.acknowledge"))
    return [
        Problem(
            field="deliveries",
            zh=f"第{number}次发布的送达记录与操作记录不符：被改动，或被删除、添加",
            en=f"how release {number} was sent to other systems is not what the audit has",
        )
        for number in sorted({number for _address, number in wrong})
    ]


def _misquoted(
    rows: dict[tuple[int, int], Delivery], told: Sequence[Entry]
) -> set[tuple[int, int]]:
    """Return which deliveries bear another answer than the system's last."""
    last = {(entry["detail"]["address"], entry["detail"]["number"]): entry for entry in told}
    said = {
        place: (*(entry["detail"][word] for word in _SAID), entry["at"])
        for place, entry in last.items()
    }
    found = {
        place: (row.outcome, row.reference, row.note, row.said_at)
        for place, row in rows.items()
        if row.outcome is not None
    }
    return {place for place in said.keys() | found.keys() if said.get(place) != found.get(place)}


def _is_as_recorded(address: DeliveryAddress, entries: Entries) -> bool:
    name = signed_by(address)
    made, approved, stopped, started = (
        entries.get((name, action), ()) for action in (_CREATE, _APPROVE, _STOP, _START)
    )
    if len(made) != 1 or len(approved) > 1 or len(stopped) - len(started) not in {0, 1}:
        return False
    detail = made[0]["detail"]
    let_in = who(approved) if detail["waits"] else (None, address.made_at)
    off = who(stopped[-1:]) if len(stopped) > len(started) else (None, None)
    return (
        {word: detail[word] for word in facts_of(address)} == facts_of(address)
        and (address.made_by, address.made_at) == who(made)
        and (address.approved_by, address.approved_at) == let_in
        and (address.stopped_by, address.stopped_at) == off
    )
