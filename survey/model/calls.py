"""Calls to invited people: to ask for an answer, and afterwards whether it is their own."""

from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, JsonText, one_of

# As AAPOR's Standard Definitions tell them apart.
DISPOSITIONS = ("complete", "refusal", "no_contact", "not_eligible", "other")
# How a verification call ended: 本人所答, 非本人所答, 被告知如何作答, 未联系上.
CallOutcomeKind = Literal["own", "not_mine", "told", "no_contact"]
CALL_OUTCOMES: tuple[CallOutcomeKind, ...] = get_args(CallOutcomeKind)


class ContactAttempt(Base):
    """One attempt to reach whoever holds an invitation; the latest says how it stands.

    Those that ended in an answer go when the answers are made anonymous: their time would lead
    from the code to the answer.
    """

    __tablename__ = "contact_attempt"
    __table_args__ = (
        one_of("disposition", DISPOSITIONS),
        sa.Index("ix_contact_attempt_campaign_invitation", "campaign_id", "invitation_id"),
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
