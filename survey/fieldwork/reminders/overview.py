"""The batches of codes that can still bring answers, with how often each was reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.fieldwork.invitations.batches import Batch, batches_of
from survey.fieldwork.reminders.on_record import reminders_of
from survey.model import Campaign, Reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReminded:
    """A batch that is in use, until when its codes open something, and its reminders."""

    batch: Batch
    expires_at: datetime
    reminders: tuple[Reminder, ...]
    is_open: bool
    is_reminded_today: bool

    @property
    def waves(self) -> int:
        """How often it was reminded."""
        return len(self.reminders)

    @property
    def unused(self) -> int | None:
        """Codes nobody has used; None where it would tell of single people."""
        return None if self.batch.answered is None else self.batch.issued - self.batch.answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which batches are asked for: of a unit, of a group, reminded so often; empty is all."""

    unit_code: str = ""
    group_code: str = ""
    waves: int | None = None

    def holds(self, one: BatchReminded) -> bool:
        """Say whether a batch is asked for."""
        return (
            (not self.unit_code or self.unit_code in {u.unit.code for u in one.batch.units})
            and self.group_code in {"", one.batch.group_code}
            and self.waves in {None, one.waves}
        )


def batches_reminded(
    session: Session, *, campaign: Campaign, at: datetime, wanted: Wanted | None = None
) -> list[BatchReminded]:
    """Return the batches that are not withdrawn, in the order of units, groups and issue."""
    reminders = reminders_of(session, campaign=campaign)
    place = {entry.unit_id: entry.position for entry in campaign.units}
    order = {group.code: group.position for group in campaign.groups}
    found = [
        _one(campaign, batch, reminders, at)
        for batch in batches_of(session, campaign=campaign, timed=False)
        if batch.withdrawal is None
    ]
    found.sort(
        key=lambda one: (
            [place[entry.unit_id] for entry in one.batch.units],
            order[one.batch.group_code],
            one.batch.number,
        )
    )
    return [one for one in found if wanted is None or wanted.holds(one)]


def _one(
    campaign: Campaign,
    batch: Batch,
    reminders: dict[int, list[Reminder]],
    at: datetime,
) -> BatchReminded:
    mine: Sequence[Reminder] = reminders.get(batch.number, ())
    today = local_day(at, campaign.timezone)
    until = batch.expires_at or campaign.ends_at
    return BatchReminded(
        batch=batch,
        expires_at=until,
        reminders=tuple(mine),
        is_open=campaign.state == "open" and campaign.starts_at <= at <= until,
        is_reminded_today=any(
            local_day(each.reminded_at, campaign.timezone) == today for each in mine
        ),
    )
