"""What is counted at the residents' door by day and kind: turned away, and pages; never whose."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, one_of

# Counted in survey/respond/views.py, in words in templates/office/progress.html.
REFUSALS = ("wrong_code", "used_code", "wrong_token", "work_asked")
PAGE_STEPS = ("served", "returned", "finished")
THROUGH = ("poster", "invitation", "sitting")
DEVICES = ("wechat", "phone", "desktop")
PAGE_LANGUAGES = ("zh", "en")
PAGE_MODES = ("normal", "elder")
PAGE_COUNTS = tuple(
    f"{of}.{name}"
    for of, names in (
        *((step, THROUGH) for step in PAGE_STEPS),
        ("lang", PAGE_LANGUAGES),
        ("mode", PAGE_MODES),
        ("device", DEVICES),
    )
    for name in names
)


class RefusalCounter(Base):
    """How many requests of a kind were turned away on a day; no source is kept."""

    __tablename__ = "refusal_counter"
    __table_args__ = (
        one_of("kind", REFUSALS),
        sa.CheckConstraint("refused > 0", name="refused"),
        STRICT,
    )

    day: Mapped[str] = mapped_column(primary_key=True, comment="calendar day of Asia/Shanghai")
    kind: Mapped[str] = mapped_column(primary_key=True)
    refused: Mapped[int]


class PageCounter(Base):
    """How many pages of a kind there were on a day.

    Each is counted by itself, never language with device or step with mode: of a single page no
    two things can be read together.
    """

    __tablename__ = "page_counter"
    __table_args__ = (
        one_of("kind", PAGE_COUNTS),
        sa.CheckConstraint("counted > 0", name="counted"),
        STRICT,
    )

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True, comment="local day")
    kind: Mapped[str] = mapped_column(primary_key=True)
    counted: Mapped[int]
