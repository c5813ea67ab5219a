"""Units: the bodies that get a score, in a tree."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base


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
