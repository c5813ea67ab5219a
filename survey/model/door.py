"""The office's door: sessions, second factors, and what is counted of attempts to come in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, BigInt, one_of

SIGN_IN_OUTCOMES = ("right", "wrong")


class FirstAdministrator(Base):
    """Who made the first account on the web: one row at most, so that one of many racers wins."""

    __tablename__ = "first_administrator"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    made_at: Mapped[datetime]


class OfficeSession(Base):
    """A browser in which an official is signed in; the cookie holds a token, this its hash."""

    __tablename__ = "office_session"
    __table_args__ = (sa.Index(None, "account_id"), STRICT)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(comment="to the minute")
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(comment="in words, e.g. Chrome · Windows")
    network_mark: Mapped[bytes] = mapped_column(comment="keyed; no address is kept")


class SecondFactor(Base):
    """The secret an official's telephone shares with us, and the newest code it was used with."""

    __tablename__ = "second_factor"
    __table_args__ = (STRICT,)

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    sealed_secret: Mapped[bytes] = mapped_column(comment="encrypted under the web key")
    enrolled_at: Mapped[datetime]
    last_counter: Mapped[int] = mapped_column(BigInt, comment="no code of it or before is taken")


class RecoveryCode(Base):
    """A code that stands in once for the telephone; kept as a keyed hash."""

    __tablename__ = "recovery_code"
    __table_args__ = (STRICT,)

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    used_at: Mapped[datetime | None]


class SignInTally(Base):
    """What the owner of an account is told after signing in."""

    __tablename__ = "sign_in_tally"
    __table_args__ = (STRICT,)

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    signed_in_at: Mapped[datetime | None] = mapped_column(comment="the last time")
    failed: Mapped[int] = mapped_column(comment="attempts that failed since then")


class SignInCounter(Base):
    """Attempts to sign in since the installation was made, by outcome, for `/metrics`."""

    __tablename__ = "sign_in_counter"
    __table_args__ = (one_of("outcome", SIGN_IN_OUTCOMES), STRICT)

    outcome: Mapped[str] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(BigInt)


class SignInAttempts(Base):
    """Recent attempts under a keyed mark of an account, a network, both, or a known device."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (sa.Index(None, "last_at"), STRICT)

    mark: Mapped[bytes] = mapped_column(primary_key=True)
    attempts: Mapped[int]
    last_at: Mapped[datetime]
