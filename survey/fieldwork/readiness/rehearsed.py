"""Whether a draft was rehearsed as it now is, told from the record of deeds."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import local_minute
from survey.fieldwork.readiness.item import Inquiry, Item
from survey.ledger.records import draft_digest
from survey.model import AuditEntry, Campaign
from survey.two_persons.deed import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """One rehearsal as it is on record; `current` says whether the draft is still what it was."""

    at: datetime
    by: str
    n_sent: int
    n_stored: int
    left_over: int
    current: bool

    @property
    def went_well(self) -> bool:
        """Whether every answer arrived, and none is in the campaign."""
        return self.n_sent == self.n_stored and not self.left_over


def last_rehearsal(session: Session, *, campaign: Campaign) -> Rehearsal | None:
    """Return the newest rehearsal of a draft, None where there was none."""
    query = sa.select(AuditEntry).filter_by(action="campaign.rehearse", subject=campaign.code)
    entry = session.scalars(query.order_by(AuditEntry.id.desc()).limit(1)).one_or_none()
    if entry is None:
        return None
    said = entry.detail
    return Rehearsal(
        at=entry.at,
        by=entry.by,
        n_sent=said["sent"],
        n_stored=said["stored"],
        left_over=said["left_over"] + said["leaves"],
        current=said["draft"] == draft_digest(session, campaign),
    )


def rehearsed(asked: Inquiry) -> Item:
    """Say when and by whom the draft was rehearsed, or that it was not."""
    name = Said(zh="演练", en="Rehearsal")
    found = last_rehearsal(asked.session, campaign=asked.campaign)
    if found is None:
        said = Said(
            zh="还没有演练；建议开启前用模拟答卷从海报到发布走一遍",
            en="none yet; go once from the poster to the release with invented answers",
        )
        return Item(name=name, standing="warns", said=said)
    at = local_minute(found.at, asked.campaign.timezone)
    zh = f"{at} 由 {found.by} 演练：{found.n_sent} 份模拟答卷，收到 {found.n_stored} 份"
    en = f"{at} by {found.by}: {found.n_sent} invented answers, {found.n_stored} arrived"
    if not found.current:
        zh, en = f"{zh}；方案此后有改动，建议再演练一次", f"{en}; the plan has changed since"
    well = found.current and found.went_well
    return Item(name=name, standing="ready" if well else "warns", said=Said(zh=zh, en=en))
