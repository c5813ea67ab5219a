"""Campaigns: one run with its questionnaire, period, units, groups and population margins."""

import secrets
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.model.base import STRICT, Base, JsonText, one_of

if TYPE_CHECKING:
    from survey.model.questionnaire import Questionnaire
    from survey.model.unit import Unit

STATES = ("draft", "open", "closed", "scored", "released")
_SALT_BYTES = 16


class Campaign(Base):
    """A campaign; `plan` is empty in draft and frozen from the opening on."""

    __tablename__ = "campaign"
    __table_args__ = (
        one_of("state", STATES),
        sa.CheckConstraint("(state = 'draft') = (plan IS NULL)", name="plan_frozen_when_open"),
        sa.CheckConstraint("ends_at > starts_at", name="period"),
        sa.CheckConstraint("length(record_salt) = 16", name="record_salt"),
        sa.CheckConstraint(
            "(anonymised_at IS NULL) = (anonymised_digest IS NULL)", name="anonymised"
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    organiser_zh: Mapped[str]
    year: Mapped[int]
    timezone: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="draft")
    simulated: Mapped[bool] = mapped_column(comment="answers are invented; said wherever shown")
    scheme: Mapped[dict[str, Any]] = mapped_column(JsonText, comment="scheme.yaml as loaded")
    notices: Mapped[dict[str, Any]] = mapped_column(JsonText, comment="notices.yaml as loaded")
    plan: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    plan_digest: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    anonymised_at: Mapped[datetime | None] = mapped_column(
        comment="since when its answers lead to nobody and cannot be scored again"
    )
    anonymised_digest: Mapped[str | None] = mapped_column(
        comment="SHA-256 of what its answers still hold, in the ledger's order"
    )
    questionnaire_id: Mapped[int] = mapped_column(sa.ForeignKey("questionnaire.id"))
    record_salt: Mapped[bytes] = mapped_column(
        default=lambda: secrets.token_bytes(_SALT_BYTES),
        comment="keeps what heads say of the records from being guessed",
    )

    questionnaire: Mapped["Questionnaire"] = relationship(lazy="joined")
    units: Mapped[list["CampaignUnit"]] = relationship(order_by="CampaignUnit.position")
    groups: Mapped[list["RespondentGroup"]] = relationship(order_by="RespondentGroup.position")

    @property
    def answers_until(self) -> datetime:
        """Until when residents can answer, or could: closed early, before the period's end."""
        return min(self.closed_at or self.ends_at, self.ends_at)

    def is_ahead(self, at: datetime) -> bool:
        """Say whether it is open and its first day has not come."""
        return self.state == "open" and at < self.starts_at

    def is_overdue(self, at: datetime) -> bool:
        """Say whether its period has passed and nobody has closed it."""
        return self.state == "open" and at > self.ends_at

    def title(self, lang: str) -> str:
        """Return the title in a language."""
        return self.title_en if lang == "en" else self.title_zh


class CampaignUnit(Base):
    """A unit taking part: its class and its own items in this campaign."""

    __tablename__ = "campaign_unit"
    __table_args__ = (STRICT,)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    position: Mapped[int]
    class_code: Mapped[str]
    item_ids: Mapped[list[str]] = mapped_column(JsonText, comment="scored items in answer order")

    unit: Mapped["Unit"] = relationship(lazy="joined")


class RespondentGroup(Base):
    """Who is asked; the domain in which answers are averaged."""

    __tablename__ = "respondent_group"
    __table_args__ = (STRICT,)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    min_valid: Mapped[int]

    def name(self, lang: str) -> str:
        """Return the group's name in a language."""
        return self.name_en if lang == "en" else self.name_zh


class GroupCoefficient(Base):
    """How much a group counts in a class, in percent, and how many answers each unit should get."""

    __tablename__ = "group_coefficient"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["campaign_id", "group_code"], ["respondent_group.campaign_id", "respondent_group.code"]
        ),
        STRICT,
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True)
    class_code: Mapped[str] = mapped_column(primary_key=True)
    group_code: Mapped[str] = mapped_column(primary_key=True)
    coefficient: Mapped[Decimal]
    target_valid: Mapped[int]


class Area(Base):
    """A township where residents live; `position` is what a response stores."""

    __tablename__ = "area"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "position"), STRICT)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(comment="from 1; 0 stands for not a local resident")
    name_zh: Mapped[str]
    name_en: Mapped[str]
    kind_zh: Mapped[str] = mapped_column(comment="镇, 乡 or 街道")
    resident_population: Mapped[int]
    n_villages: Mapped[int]

    def name(self, lang: str) -> str:
        """Return the area's name in a language."""
        return self.name_en if lang == "en" else self.name_zh


class Margin(Base):
    """A known population total: adults of one level of one dimension in one area."""

    __tablename__ = "margin"
    __table_args__ = (sa.CheckConstraint("population >= 0", name="population"), STRICT)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    area_code: Mapped[str] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    population: Mapped[int]
