"""Entrances: what a QR code or a one-time code opens, and the batches codes are issued in."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.model.base import STRICT, Base, JsonText, SmallInt, one_of

if TYPE_CHECKING:
    from survey.model.unit import Unit

KINDS = ("poster", "invitation", "sitting")


class Entrance(Base):
    """A poster's open code, or an invitation's one-time code of which only a keyed hash is kept.

    An invitation opens one unit; one to a sitting opens those of `covered_unit`. One `collected`
    is kept for the answer that came with it and counts nowhere as a code issued: its hash is of
    the answer's serial.
    """

    __tablename__ = "entrance"
    __table_args__ = (
        one_of("kind", KINDS),
        sa.CheckConstraint(
            "(kind = 'poster' AND code IS NOT NULL AND code_hash IS NULL)"
            " OR (kind <> 'poster' AND code IS NULL AND code_hash IS NOT NULL)",
            name="code_by_kind",
        ),
        sa.CheckConstraint("(kind = 'sitting') = (unit_id IS NULL)", name="unit_by_kind"),
        sa.CheckConstraint("version >= 1", name="version"),
        sa.ForeignKeyConstraint(
            ["campaign_id", "unit_id"], ["campaign_unit.campaign_id", "campaign_unit.unit_id"]
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "group_code"], ["respondent_group.campaign_id", "respondent_group.code"]
        ),
        sa.Index("ix_entrance_issued", "campaign_id", "kind", "unit_id", "group_code", "channel"),
        # Covers the count of answers that were collected, without reading the codes issued.
        sa.Index(
            "ix_entrance_collected",
            "campaign_id",
            "unit_id",
            "group_code",
            "channel",
            sqlite_where=sa.text("collected"),
            postgresql_where=sa.text("collected"),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    code: Mapped[str | None] = mapped_column(unique=True)
    code_hash: Mapped[bytes | None] = mapped_column(unique=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    unit_id: Mapped[int | None]
    group_code: Mapped[str]
    channel: Mapped[str]
    place: Mapped[str] = mapped_column(comment="where a poster hangs; empty for invitations")
    version: Mapped[int] = mapped_column(default=1, comment="of the poster at its place, from 1")
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]
    expires_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    collected: Mapped[bool] = mapped_column(
        default=False,
        server_default=sa.false(),
        comment="made for an answer from telephone or paper; nobody was given a code",
    )

    unit: Mapped["Unit"] = relationship(
        primaryjoin="foreign(Entrance.unit_id) == Unit.id", viewonly=True
    )

    def issued_with(self) -> sa.ColumnElement[bool]:
        """Return what holds of the codes of its batch: those issued in the same deed."""
        return sa.and_(
            Entrance.campaign_id == self.campaign_id,
            Entrance.kind == self.kind,
            Entrance.collected == self.collected,
            Entrance.unit_id.is_not_distinct_from(self.unit_id),
            Entrance.group_code == self.group_code,
            Entrance.channel == self.channel,
            Entrance.issued_at == self.issued_at,
            Entrance.issued_by == self.issued_by,
        )


class CodeBatch(Base):
    """The codes issued in one deed; its number is that of its first code.

    Kept beside the codes so that no page counts them: `issued` once, `withdrawn` when the unused
    ones were.
    """

    __tablename__ = "code_batch"
    __table_args__ = (
        one_of("kind", ("invitation", "sitting")),
        sa.CheckConstraint("(kind = 'sitting') = (unit_id IS NULL)", name="unit_by_kind"),
        sa.CheckConstraint("issued >= 1", name="issued"),
        sa.CheckConstraint("withdrawn BETWEEN 0 AND issued", name="withdrawn"),
        sa.CheckConstraint("form BETWEEN 1 AND 2", name="form"),
        sa.ForeignKeyConstraint(
            ["campaign_id", "unit_id"], ["campaign_unit.campaign_id", "campaign_unit.unit_id"]
        ),
        sa.Index("ix_code_batch_issued", "campaign_id", "issued_at"),
        STRICT,
    )

    first_code: Mapped[int] = mapped_column(
        sa.ForeignKey("entrance.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str]
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    unit_id: Mapped[int | None]
    group_code: Mapped[str]
    channel: Mapped[str]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]
    expires_at: Mapped[datetime | None]
    issued: Mapped[int]
    withdrawn: Mapped[int] = mapped_column(default=0, comment="before anybody answered by them")
    form: Mapped[int] = mapped_column(
        SmallInt,
        default=2,
        server_default="1",
        comment="1: its code_hash is what a code opens by; 2: only the hash of that",
    )


class CodeCommitment(Base):
    """The codes there are, fixed at the opening; later numbers are codes added since.

    Added, never changed. Heads seal the digest of each statement.
    """

    __tablename__ = "code_commitment"
    __table_args__ = (sa.CheckConstraint("number >= 1", name="number"), STRICT)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    number: Mapped[int] = mapped_column(
        primary_key=True, comment="1 at the opening, then as codes were added"
    )
    statement: Mapped[dict[str, Any]] = mapped_column(
        JsonText, comment="when, at which size of the ledger, which batches, the root, why"
    )
