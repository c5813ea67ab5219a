"""Codes that a wave reminds, batch by batch, with what the office's own list says beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.fieldwork.invitations.addressees import invited_to_rate
from survey.fieldwork.invitations.batches import batches_of
from survey.fieldwork.invitations.invited import Invited
from survey.fieldwork.reminders.own_list import OwnList
from survey.fieldwork.reminders.recording import Wave
from survey.fieldwork.reminders.unused import unused_codes
from survey.model import Campaign, Entrance


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRemind:
    """Whoever holds one unused code.

    `label` is its batch and serial, as an interviewer types it; the code and the cells of the
    office's list are there where it gave that back.
    """

    label: str
    batch: int
    serial: int
    invited: Invited
    code: str = ""
    cells: tuple[str, ...] = ()


def to_remind(
    session: Session,
    *,
    campaign: Campaign,
    wave: Wave,
    lang: str,
    at: datetime,
    own: OwnList | None = None,
) -> list[ToRemind]:
    """Return the codes of a wave in the order of their batches, or of the office's list."""
    found = dict(_codes(session, campaign, wave, lang, at))
    if own is None:
        return list(found.values())
    return [
        replace(each, code=row.code, cells=row.cells)
        for row in own.rows
        if (each := found.get(row.code_hash))
    ]


def _codes(
    session: Session, campaign: Campaign, wave: Wave, lang: str, at: datetime
) -> Iterator[tuple[bytes, ToRemind]]:
    batches = {batch.number: batch for batch in batches_of(session, campaign=campaign, timed=False)}
    for number, before in wave.as_of.items():
        first, batch = session.get_one(Entrance, number), batches[number]
        invited = invited_to_rate(
            campaign,
            [entry.unit for entry in batch.units],
            group_code=batch.group_code,
            channel=batch.channel,
            lang=lang,
            at=at,
            until=_last_day(campaign, first),
        )
        drawn = wave.serials.get(number)
        for code in unused_codes(session, first=first, before=before):
            if drawn is not None and code.serial not in drawn:
                continue
            yield (
                code.code_hash,
                ToRemind(
                    label=f"{number}-{code.serial}",
                    batch=number,
                    serial=code.serial,
                    invited=invited,
                ),
            )


def _last_day(campaign: Campaign, first: Entrance) -> date | None:
    if first.expires_at is None:
        return None
    return date.fromisoformat(local_day(first.expires_at, campaign.timezone))
