"""Paper sheets keyed in once and not entered yet: they wait for a second person."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, JsonText, SmallInt


class KeyedSheet(Base):
    """What one person keyed in of a paper sheet; gone once it agrees and has entered.

    `turn` is 1 for whoever keyed it first and 2 for the second, whose row is there only where the
    two differ. `content` has the cells as a table of collected answers would; a one-time code is
    kept as its hash alone.
    """

    __tablename__ = "keyed_sheet"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "serial", "turn"),
        sa.ForeignKeyConstraint(
            ["campaign_id", "unit_id"], ["campaign_unit.campaign_id", "campaign_unit.unit_id"]
        ),
        sa.CheckConstraint("turn IN (1, 2)", name="turn"),
        sa.CheckConstraint("length(serial) BETWEEN 1 AND 40", name="serial"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    unit_id: Mapped[int]
    serial: Mapped[str] = mapped_column(comment="of the office's choice, on the sheet")
    turn: Mapped[int] = mapped_column(SmallInt)
    code_hash: Mapped[bytes | None] = mapped_column(comment="as entrance.code_hash")
    content: Mapped[dict[str, Any]] = mapped_column(JsonText, comment="its cells by column")
    keyed_at: Mapped[datetime]
    keyed_by: Mapped[str]
