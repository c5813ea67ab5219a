"""Progress bulletins 进度通报 that were issued, with the very files that went out."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, one_of

BULLETIN_KINDS = ("docx", "pdf")
BULLETIN_LANGS = ("zh", "en")


class Bulletin(Base):
    """One bulletin: its number in the campaign and the local day whose figures it says."""

    __tablename__ = "bulletin"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "number"),
        sa.UniqueConstraint("campaign_id", "day"),
        sa.CheckConstraint("number >= 1", name="number"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    number: Mapped[int]
    day: Mapped[str] = mapped_column(comment="local day of issue")
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]


class BulletinFile(Base):
    """A file of a bulletin as it was issued: drawn again it would be another one."""

    __tablename__ = "bulletin_file"
    __table_args__ = (
        one_of("kind", BULLETIN_KINDS),
        one_of("lang", BULLETIN_LANGS),
        STRICT,
    )

    bulletin_id: Mapped[int] = mapped_column(sa.ForeignKey("bulletin.id"), primary_key=True)
    lang: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the content")
