"""Draws that an office put on record, as the record of deeds tells them; no roster is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.draw.drawn_from import DrawnFrom
from survey.draw.files import RECORDED, VERSION
from survey.model import AuditEntry, Campaign
from survey.problems import Refused

COMMIT, SEED = "draw.commit", "draw.seed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawOnRecord:
    """A roster and a plan fixed at a moment, and the seed once it is known; nobody is named."""

    number: int
    roster_digest: str
    sizes_digest: str
    people: int
    source: str
    known_on: str
    fixed_at: datetime
    seed: str
    seeded_at: datetime | None

    def told(self) -> dict[str, Any]:
        """Return it as anybody may read it."""
        return {
            "number": self.number,
            "roster_digest": self.roster_digest,
            "sizes_digest": self.sizes_digest,
            "people": self.people,
            "source": self.source,
            "known_on": self.known_on,
            "fixed_at": self.fixed_at.isoformat(timespec="seconds"),
            "seed": self.seed,
            "seeded_at": self.seeded_at.isoformat(timespec="seconds") if self.seeded_at else None,
        }


def draws_of(session: Session, *, campaign: Campaign) -> list[DrawOnRecord]:
    """Return a campaign's draws, the oldest first."""
    seeds = {entry.detail["draw"]: entry for entry in _entries(session, campaign, SEED)}
    return [
        _draw(number, entry, seeds.get(number))
        for number, entry in enumerate(_entries(session, campaign, COMMIT), start=1)
    ]


def all_draws(session: Session) -> list[tuple[Campaign, list[DrawOnRecord]]]:
    """Return the campaigns that have draws on record with these, the newest campaign first."""
    drawn = sa.select(AuditEntry.subject).where(AuditEntry.action == COMMIT)
    query = sa.select(Campaign).where(Campaign.code.in_(drawn))
    campaigns = session.scalars(query.order_by(Campaign.starts_at.desc(), Campaign.id))
    return [(one, draws_of(session, campaign=one)) for one in campaigns]


def find_draw(session: Session, *, campaign: Campaign, number: int) -> DrawOnRecord:
    """Return a draw by its number; raises Refused for none."""
    found = draws_of(session, campaign=campaign)
    if not 1 <= number <= len(found):
        raise Refused.of(
            field="draw", zh=f"没有第 {number} 次抽取", en=f"there is no draw {number}"
        )
    return found[number - 1]


def require_recorded(
    session: Session, *, campaign: Campaign, strata: Iterable[DrawnFrom], file: str
) -> None:
    """Refuse a drawn list that is of no draw on record, where the campaign has draws on record.

    The chances of the list weight answers: a list that says another number of people than the
    roster that was fixed has, or of a draw whose seed nobody entered, is not what was drawn.
    """
    draws, people = draws_of(session, campaign=campaign), sum(one.people for one in strata)
    if not draws or any(one.seed and one.people == people for one in draws):
        return
    said = "、".join(str(one.people) for one in draws if one.seed) or "–"
    raise Refused.of(
        file=file,
        field="people",
        zh=f"各层共 {people} 人，与登记的抽取不符（登记了种子的名册：{said} 人）；"
        "请用登记的名册和种子抽出的原文件",
        en=f"has {people} people in its strata, as no draw on record has (rosters with a seed:"
        f" {said}); use the file as it was drawn from the roster and the seed on record",
    )


def record_of(draw: DrawOnRecord, *, campaign: Campaign) -> Mapping[str, Any]:
    """Return the record of a draw as the file that `survey draw --record` takes."""
    return {
        "kind": RECORDED,
        "schema_version": VERSION,
        "campaign": campaign.code,
        **draw.told(),
    }


def _entries(session: Session, campaign: Campaign, action: str) -> list[AuditEntry]:
    query = sa.select(AuditEntry).where(
        AuditEntry.action == action, AuditEntry.subject == campaign.code
    )
    return list(session.scalars(query.order_by(AuditEntry.id)))


def _draw(number: int, entry: AuditEntry, seeded: AuditEntry | None) -> DrawOnRecord:
    said = entry.detail
    return DrawOnRecord(
        number=number,
        roster_digest=said["roster"],
        sizes_digest=said["sizes"],
        people=said["people"],
        source=said["source"],
        known_on=said["known_on"],
        fixed_at=entry.at,
        seed=seeded.detail["seed"] if seeded else "",
        seeded_at=seeded.at if seeded else None,
    )
