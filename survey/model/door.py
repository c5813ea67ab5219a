"""The office's door: sessions, second factors, attempts; other systems' tokens, addresses, keys."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, BigInt, JsonText, one_of

SIGN_IN_OUTCOMES = ("right", "wrong")
ACKNOWLEDGED = ("received", "imported", "rejected")
# waiting, arrived, given up, or a newer release took its place
DELIVERY_STATES = ("waiting", "delivered", "dead", "overtaken")


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


class ReceiverToken(Base):
    """What another system shows at the API; shut until a second person approved it.

    Rows are added and shut, never changed otherwise: the audit says what each one may do.
    """

    __tablename__ = "receiver_token"
    __table_args__ = (
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"),
        sa.CheckConstraint("approved_by <> made_by", name="two"),
        sa.CheckConstraint("approved_by IS NULL OR approved_at IS NOT NULL", name="approved"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(comment="the receiving system, in the office's words")
    token_hash: Mapped[bytes] = mapped_column(unique=True, comment="SHA-256; shown once, not kept")
    rights: Mapped[list[str]] = mapped_column(JsonText, comment="what it may do")
    campaigns: Mapped[list[str] | None] = mapped_column(
        JsonText, comment="codes of campaigns; none: all, later ones too"
    )
    expires_at: Mapped[datetime]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    approved_at: Mapped[datetime | None] = mapped_column(comment="none: it waits and opens nothing")
    approved_by: Mapped[str | None] = mapped_column(comment="none where nobody else could")
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]


class ReceiverUse(Base):
    """How often a token was shown in its present minute, and when last: no record of anything."""

    __tablename__ = "receiver_use"
    __table_args__ = (STRICT,)

    token_id: Mapped[int] = mapped_column(sa.ForeignKey("receiver_token.id"), primary_key=True)
    used_at: Mapped[datetime]
    minute: Mapped[int] = mapped_column(BigInt, comment="since 1970")
    n: Mapped[int] = mapped_column(comment="requests in that minute")


class Acknowledgement(Base):
    """What a receiving system said of a release; rows are added, the newest holds."""

    __tablename__ = "acknowledgement"
    __table_args__ = (
        one_of("outcome", ACKNOWLEDGED),
        sa.UniqueConstraint("token_id", "release_id", "position"),
        sa.CheckConstraint("position >= 1", name="position"),
        sa.CheckConstraint("length(reference) <= 100", name="reference"),
        sa.CheckConstraint("length(note) <= 500", name="note"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(sa.ForeignKey("receiver_token.id"))
    release_id: Mapped[int] = mapped_column(sa.ForeignKey("release.id"))
    position: Mapped[int] = mapped_column(comment="of this token on this release, from 1")
    outcome: Mapped[str]
    reference: Mapped[str] = mapped_column(comment="the receiving system's own number, or empty")
    note: Mapped[str] = mapped_column(comment="why it was rejected, or empty")
    at: Mapped[datetime]


class DeliveryAddress(Base):
    """Where releases are sent to by themselves; shut until a second person approved it.

    What it is never changes, only whether it is in use: the audit says both.
    """

    __tablename__ = "delivery_address"
    __table_args__ = (
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"),
        sa.CheckConstraint("length(url) BETWEEN 1 AND 500", name="url"),
        sa.CheckConstraint("approved_by <> made_by", name="two"),
        sa.CheckConstraint("approved_by IS NULL OR approved_at IS NOT NULL", name="approved"),
        sa.CheckConstraint("(stopped_at IS NULL) = (stopped_by IS NULL)", name="stopped"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(comment="the receiving system, in the office's words")
    url: Mapped[str]
    sealed_secret: Mapped[bytes] = mapped_column(
        comment="what messages are signed with, encrypted under the web key"
    )
    campaigns: Mapped[list[str] | None] = mapped_column(
        JsonText, comment="codes of campaigns; none: all, later ones too"
    )
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    approved_at: Mapped[datetime | None] = mapped_column(comment="none: it waits, nothing is sent")
    approved_by: Mapped[str | None] = mapped_column(comment="none where nobody else could")
    stopped_at: Mapped[datetime | None] = mapped_column(comment="none: in use")
    stopped_by: Mapped[str | None]


class Delivery(Base):
    """A release that is to reach an address: written with the release, sent later."""

    __tablename__ = "delivery"
    __table_args__ = (
        one_of("state", DELIVERY_STATES),
        one_of("outcome", ACKNOWLEDGED),
        sa.UniqueConstraint("address_id", "release_id"),
        sa.CheckConstraint("tries >= 0", name="tries"),
        sa.CheckConstraint("(outcome IS NULL) = (said_at IS NULL)", name="said"),
        sa.CheckConstraint("state <> 'delivered' OR delivered_at IS NOT NULL", name="delivered"),
        sa.CheckConstraint("length(reference) <= 100", name="reference"),
        sa.CheckConstraint("length(note) <= 500", name="note"),
        sa.Index(None, "state", "next_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery_address.id"))
    release_id: Mapped[int] = mapped_column(sa.ForeignKey("release.id"))
    message_id: Mapped[str] = mapped_column(
        unique=True, comment="the same however often it is sent"
    )
    made_at: Mapped[datetime]
    state: Mapped[str]
    next_at: Mapped[datetime] = mapped_column(comment="not sent before, while it waits")
    tries: Mapped[int] = mapped_column(comment="since it was made or last asked for")
    claim: Mapped[str | None] = mapped_column(comment="which sender has it now")
    claimed_until: Mapped[datetime | None] = mapped_column(comment="then another may take it")
    delivered_at: Mapped[datetime | None] = mapped_column(comment="the last time it arrived")
    outcome: Mapped[str | None] = mapped_column(comment="what the system answered of it, last")
    reference: Mapped[str] = mapped_column(comment="the receiving system's own number, or empty")
    note: Mapped[str] = mapped_column(comment="why it was rejected, or empty")
    said_at: Mapped[datetime | None]


class DeliveryAttempt(Base):
    """One time that a release was sent, and what came of it; rows are added."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (sa.Index(None, "delivery_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery.id"))
    at: Mapped[datetime]
    fault: Mapped[str] = mapped_column(comment="a code of our own; empty where it arrived")
    status: Mapped[int | None] = mapped_column(comment="of HTTP; none where nothing answered")


class CountyKey(Base):
    """A key that a county signs its releases with; it opens nothing until a second confirmed it.

    Rows are added and shut, never changed otherwise. Keys of one county bear one name.
    """

    __tablename__ = "county_key"
    __table_args__ = (
        sa.CheckConstraint("length(county) BETWEEN 1 AND 60", name="county"),
        sa.CheckConstraint("confirmed_by <> made_by", name="two"),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    county: Mapped[str] = mapped_column(comment="what the city calls the county")
    public_key: Mapped[str] = mapped_column(unique=True, comment="Ed25519, base64")
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="none: it opens nothing")
    confirmed_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]


class CountyRelease(Base):
    """A county's score document, byte by byte as it was signed; rows are added alone."""

    __tablename__ = "county_release"
    __table_args__ = (
        sa.UniqueConstraint("key_id", "campaign", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int] = mapped_column(sa.ForeignKey("county_key.id"))
    campaign: Mapped[str] = mapped_column(comment="the county's own code of it")
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the document")
    document: Mapped[str]
    taken_at: Mapped[datetime]
    taken_by: Mapped[str]
