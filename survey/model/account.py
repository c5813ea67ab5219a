"""Accounts of officials."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, one_of

ROLES = (
    *("office_admin", "office_review", "class_group", "unit_liaison", "inspector", "leader"),
    "auditor",
)


class Account(Base):
    """An official; the scope columns narrow what a class group or a liaison may see."""

    __tablename__ = "account"
    __table_args__ = (
        one_of("role", ROLES),
        sa.CheckConstraint("(role = 'class_group') = (class_code IS NOT NULL)", name="class_scope"),
        sa.CheckConstraint("(role = 'unit_liaison') = (unit_id IS NOT NULL)", name="unit_scope"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime] = mapped_column(comment="older sessions end")
    password_one_time: Mapped[bool] = mapped_column(comment="to be changed after signing in")
    role: Mapped[str]
    class_code: Mapped[str | None]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
