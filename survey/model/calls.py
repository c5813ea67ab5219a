"""Calls to invited people, to ask for an answer and whether it is their own; visits to units."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, JsonText, one_of

# As AAPOR's Standard Definitions tell them apart.
DISPOSITIONS = ("complete", "refusal", "no_contact", "not_eligible", "other")
# How a verification call ended: 本人所答, 非本人所答, 被告知如何作答, 未联系上.
CallOutcomeKind = Literal["own", "not_mine", "told", "no_contact"]
CALL_OUTCOMES: tuple[CallOutcomeKind, ...] = get_args(CallOutcomeKind)
# What an inspector found of an item on the list 察访核验: 符合, 不符合, 未查看.
Finding = Literal["met", "not_met", "not_seen"]
FINDINGS: tuple[Finding, ...] = get_args(Finding)
VisitOutcome = Literal["confirmed", "withdrawn"]
VISIT_OUTCOMES: tuple[VisitOutcome, ...] = get_args(VisitOutcome)
LONGEST_SEEN, LONGEST_PLACE = 2_000, 100


class ContactAttempt(Base):
    """One attempt to reach whoever holds an invitation; the latest says how it stands.

    Those that ended in an answer go when the answers are made anonymous: their time would lead
    from the code to the answer.
    """

    __tablename__ = "contact_attempt"
    __table_args__ = (
        one_of("disposition", DISPOSITIONS),
        sa.Index("ix_contact_attempt_campaign_invitation", "campaign_id", "invitation_id"),
        # Few end so, and the progress asks for these alone.
        sa.Index(
            "ix_contact_attempt_not_eligible",
            "campaign_id",
            "invitation_id",
            sqlite_where=sa.text("disposition = 'not_eligible'"),
            postgresql_where=sa.text("disposition = 'not_eligible'"),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("entrance.id"))
    disposition: Mapped[str]
    attempted_at: Mapped[datetime]
    attempted_by: Mapped[str]


class CallRound(Base):
    """A round of verification calls 回访核验 in one class, drawn from a seed nobody chose."""

    __tablename__ = "call_round"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("length(seed) = 64", name="seed"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    number: Mapped[int] = mapped_column(comment="of the campaign, from 1")
    class_code: Mapped[str]
    seed: Mapped[str] = mapped_column(comment="SHA-256 of the closed ledger, class and number")
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[str]


class CallDraw(Base):
    """One answered code that a round drew for a unit: who holds it is to be asked.

    That the code was used stands here, and not what was answered by it.
    """

    __tablename__ = "call_draw"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "unit_id", "position"),
        sa.UniqueConstraint("unit_id", "code_id"),
        sa.CheckConstraint("position >= 1", name="position"),
        sa.CheckConstraint("serial >= 1", name="serial"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("call_round.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    position: Mapped[int] = mapped_column(comment="among the unit's draws of all rounds, from 1")
    code_id: Mapped[int] = mapped_column(sa.ForeignKey("entrance.id"))
    batch: Mapped[int] = mapped_column(comment="number of the code's batch")
    serial: Mapped[int] = mapped_column(comment="the code's place in it")
    group_code: Mapped[str]


class CallOutcome(Base):
    """How a verification call ended; another one is added, and the newest counts."""

    __tablename__ = "call_outcome"
    __table_args__ = (
        one_of("outcome", CALL_OUTCOMES),
        sa.Index("ix_call_outcome_draw_id", "draw_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(sa.ForeignKey("call_draw.id"))
    outcome: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class CallStanding(Base):
    """What the calls tell of a unit so far, reckoned anew after each round and each sheet.

    Kept so that no page reckons it; what counts is reckoned again by the run.
    """

    __tablename__ = "call_standing"
    __table_args__ = (STRICT,)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)


class OnSiteVisit(Base):
    """What an inspector found at a unit on one day; how it stands follows from its decisions."""

    __tablename__ = "on_site_visit"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("length(visited_on) = 10", name="visited_on"),
        sa.CheckConstraint(f"length(place) BETWEEN 1 AND {LONGEST_PLACE}", name="place"),
        sa.CheckConstraint(f"length(seen) <= {LONGEST_SEEN}", name="seen"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    number: Mapped[int] = mapped_column(comment="in the campaign, from 1")
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    visited_on: Mapped[str] = mapped_column(comment="day in the campaign's zone")
    place: Mapped[str]
    findings: Mapped[dict[str, str]] = mapped_column(
        JsonText, comment="of each item on the scheme's list"
    )
    seen: Mapped[str] = mapped_column(comment="what was seen, without any person; or empty")
    deduction: Mapped[Decimal] = mapped_column(comment="points that items not met take away")
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    photo_digest: Mapped[str | None] = mapped_column(comment="SHA-256 of the photograph as kept")


class OnSitePhoto(Base):
    """The photograph of a visit, drawn anew without its metadata: kept apart from the record."""

    __tablename__ = "on_site_photo"
    __table_args__ = (STRICT,)

    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("on_site_visit.id"), primary_key=True)
    content: Mapped[bytes]


class OnSiteDecision(Base):
    """That a visit counts, or does not any more: added by two persons, never changed."""

    __tablename__ = "on_site_decision"
    __table_args__ = (
        one_of("outcome", VISIT_OUTCOMES),
        sa.CheckConstraint("position IN (1, 2)", name="position"),
        sa.CheckConstraint("length(reason) <= 500", name="reason"),
        STRICT,
    )

    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("on_site_visit.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(comment="who proposed it")
    approved_by: Mapped[str] = mapped_column(comment="the second person")
    reason: Mapped[str]
