"""Units: the bodies that get a score, in a tree, and what another system says of them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base

# 非常满意, 满意, 基本满意, 不满意, 非常不满意; the last two are 差评.
RATING_LEVELS = ("very_good", "good", "fair", "bad", "very_bad")


class Unit(Base):
    """A township or department; its class belongs to a campaign, not to the unit."""

    __tablename__ = "unit"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    uscc: Mapped[str] = mapped_column(comment="unified social credit code, 18 characters")
    name_zh: Mapped[str]
    short_zh: Mapped[str]
    name_en: Mapped[str]
    area_code: Mapped[str] = mapped_column(comment="12 digits; where the unit's residents live")
    is_vertical: Mapped[bool] = mapped_column(comment="led from above the county")
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))

    def name(self, lang: str) -> str:
        """Return the full name in a language."""
        return self.name_en if lang == "en" else self.name_zh

    def short_name(self, lang: str) -> str:
        """Return the name for narrow columns; English has the full one alone."""
        return self.name_en if lang == "en" else self.short_zh


class ServiceRatings(Base):
    """A unit's ratings of a month from the county's 好差评 system, as totals: beside every score.

    They are another system's, of single matters; nothing here checks them or scores by them.
    """

    __tablename__ = "service_ratings"
    __table_args__ = (
        *(sa.CheckConstraint(f"{level} >= 0", name=level) for level in RATING_LEVELS),
        sa.CheckConstraint("put_right BETWEEN 0 AND bad + very_bad", name="put_right"),
        sa.CheckConstraint("length(month) = 7", name="month"),
        STRICT,
    )

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True, comment="as 2026-11")
    very_good: Mapped[int]
    good: Mapped[int]
    fair: Mapped[int]
    bad: Mapped[int]
    very_bad: Mapped[int]
    put_right: Mapped[int] = mapped_column(comment="of the bad ones")
