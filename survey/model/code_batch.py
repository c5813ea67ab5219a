"""Batches of one-time codes: what was issued in one deed, counted as it is."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, one_of


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
