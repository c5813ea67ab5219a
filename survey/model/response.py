"""Responses: one respondent's submitted answers, one narrow row each."""

from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, BigInt, SmallInt, one_of

# What everybody who answers tells of himself, by unit; the value is a position, or the language.
MARGINS = ("age", "sex", "residence", "area", "lang")
# By poster and day; by batch of codes, in all and by time; repeating a device, by unit and day.
TALLIES = (*MARGINS, "poster", "batch", "batch_time", "repeated")
CommentKind = Literal["case", "praise", "nothing", "reasons"]
COMMENT_KINDS: tuple[CommentKind, ...] = get_args(CommentKind)


class Response(Base):
    """A submitted answer.

    `answers` has one character per scored item in the unit's item order: `5`..`1`, `0` for
    不了解, `-` for blank. `age`, `sex` and `residence` are positions in the questionnaire's
    options, `area` is the area's position. Marks are keyed hashes, never addresses.

    What could still lead to a person is gone once the campaign is anonymised: then receipt, salt,
    marks and one-time code are NULL, the time is the minute, and the leaf stays as it was.
    """

    __tablename__ = "response"
    __table_args__ = (
        sa.UniqueConstraint("receipt"),
        sa.UniqueConstraint("campaign_id", "leaf_index"),
        # Of those that came by a code alone: most answers would fill it with nothing.
        sa.Index(
            "ux_response_invitation",
            "invitation_id",
            unique=True,
            sqlite_where=sa.text("invitation_id IS NOT NULL"),
            postgresql_where=sa.text("invitation_id IS NOT NULL"),
        ),
        # No sitting rates a unit twice, or a unit its invitation does not cover.
        sa.Index(
            "ux_response_sitting_unit",
            "sitting_id",
            "unit_id",
            unique=True,
            sqlite_where=sa.text("sitting_id IS NOT NULL"),
            postgresql_where=sa.text("sitting_id IS NOT NULL"),
        ),
        # A unit that takes part, and a group that is asked, in the answer's own campaign.
        sa.ForeignKeyConstraint(
            ["campaign_id", "unit_id"], ["campaign_unit.campaign_id", "campaign_unit.unit_id"]
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "group_code"], ["respondent_group.campaign_id", "respondent_group.code"]
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id", "unit_id"], ["covered_unit.invitation_id", "covered_unit.unit_id"]
        ),
        sa.CheckConstraint(
            "sitting_id IS NULL OR invitation_id IS NULL", name="invitation_or_sitting"
        ),
        # A one-time code is used up by what came in through it, and by nothing else.
        sa.CheckConstraint("invitation_id = entrance_id", name="invitation_is_entrance"),
        sa.CheckConstraint("sitting_id = entrance_id", name="sitting_is_entrance"),
        # Whole, or anonymous in every column: never one that still leads to a person.
        sa.CheckConstraint(
            "receipt IS NULL OR (salt IS NOT NULL AND entrance_id IS NOT NULL)", name="whole"
        ),
        sa.CheckConstraint(
            "receipt IS NOT NULL OR (salt IS NULL AND invitation_id IS NULL"
            " AND sitting_id IS NULL AND device_mark IS NULL AND network_mark IS NULL"
            " AND submitted_ms % 60000 = 0)",
            name="anonymous",
        ),
        sa.CheckConstraint("length(receipt) = 10", name="receipt"),
        sa.CheckConstraint(
            "code_opening IS NULL OR (length(code_opening) = 32 AND receipt IS NOT NULL)",
            name="code_opening",
        ),
        sa.CheckConstraint("length(leaf) = 32", name="leaf"),
        sa.CheckConstraint("length(answers) BETWEEN 1 AND 60", name="answers"),
        sa.CheckConstraint("length(local_answers) <= 10000", name="local_answers"),
        sa.CheckConstraint("arrangement BETWEEN 0 AND 7", name="arrangement"),
        sa.CheckConstraint("leaf_index >= 0", name="leaf_index"),
        sa.CheckConstraint("duration_ms >= 0", name="duration"),
        # Finds a unit's answers, and whether a device was there before, without reading them.
        sa.Index("ix_response_device", "campaign_id", "unit_id", "device_mark"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    campaign_id: Mapped[int]
    receipt: Mapped[bytes | None] = mapped_column(
        comment="HMAC of the form's nonce: a replay gives the same"
    )
    unit_id: Mapped[int]
    group_code: Mapped[str]
    channel: Mapped[str]
    entrance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entrance.id"))
    invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("entrance.id"), comment="set for invitations: one answer each"
    )
    sitting_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("sitting.invitation_id"), comment="the same for one person's units"
    )
    code_opening: Mapped[bytes | None] = mapped_column(
        comment="made of the one-time code by whoever held it: its hash was committed before"
    )
    questionnaire_id: Mapped[int] = mapped_column(sa.ForeignKey("questionnaire.id"))
    answers: Mapped[str]
    age: Mapped[int] = mapped_column(SmallInt)
    sex: Mapped[int] = mapped_column(SmallInt)
    residence: Mapped[int] = mapped_column(SmallInt)
    area: Mapped[int] = mapped_column(SmallInt)
    own_staff: Mapped[bool]
    local_answers: Mapped[str] = mapped_column(
        comment="JSON by item of what is neither scored nor text; empty without any"
    )
    arrangement: Mapped[int] = mapped_column(
        SmallInt, comment="bit 0: scale turned round; bits 1-2: order of the items"
    )
    submitted_ms: Mapped[int] = mapped_column(BigInt, comment="epoch milliseconds")
    duration_ms: Mapped[int | None] = mapped_column(
        BigInt, comment="NULL where it is unknown: the clock was set back meanwhile"
    )
    lang: Mapped[str]
    device_mark: Mapped[bytes | None]
    network_mark: Mapped[bytes | None]
    salt: Mapped[bytes | None]
    leaf_index: Mapped[int] = mapped_column(BigInt, comment="place in the campaign's ledger")
    leaf: Mapped[bytes] = mapped_column(comment="SHA-256 leaf of the ledger")


class Comment(Base):
    """Reasons and free text of a response, apart so that the row stays narrow and text can go."""

    __tablename__ = "comment"
    __table_args__ = (
        sa.CheckConstraint("length(text) <= 2000", name="text"),
        sa.CheckConstraint("length(local_texts) <= 6000", name="local_texts"),
        STRICT,
    )

    response_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("response.id"), primary_key=True, autoincrement=False
    )
    reasons: Mapped[str] = mapped_column(comment="reason ids joined by ;")
    text: Mapped[str]
    local_texts: Mapped[str] = mapped_column(comment="JSON by item; empty without any")


class ProgressCounter(Base):
    """Answers of a day by unit, group and channel, counted in the answer's own transaction."""

    __tablename__ = "progress_counter"
    __table_args__ = (STRICT,)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    group_code: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True, comment="local calendar day")
    received: Mapped[int]
    valid: Mapped[int] = mapped_column(comment="passing the rules that one answer alone decides")
    sources: Mapped[int] = mapped_column(
        comment="answers by one-time code, and networks not seen before at this unit and group"
    )


class SourceSeen(Base):
    """A network from which a unit was rated through posters; gone when answers are anonymised."""

    __tablename__ = "source_seen"
    __table_args__ = (STRICT,)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    group_code: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[bytes] = mapped_column(primary_key=True, comment="as response.network_mark")


class AnswerTally(Base):
    """Answers that are alike in one thing; never in two, so that no row is of a person."""

    __tablename__ = "answer_tally"
    __table_args__ = (one_of("kind", TALLIES), STRICT)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    of: Mapped[int] = mapped_column(
        primary_key=True, comment="a unit, a poster, or a batch of codes"
    )
    group_code: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    counted: Mapped[int]


class TallyPlace(Base):
    """How many of a campaign's answers its tallies hold: those before this place in the ledger."""

    __tablename__ = "tally_place"
    __table_args__ = (sa.CheckConstraint("size >= 0", name="size"), STRICT)

    campaign_id: Mapped[int] = mapped_column(
        sa.ForeignKey("campaign.id"), primary_key=True, autoincrement=False
    )
    size: Mapped[int] = mapped_column(BigInt)


class CommentMatter(Base):
    """What a resident's words are, and the first words that are like them: of one matter."""

    __tablename__ = "comment_matter"
    __table_args__ = (
        one_of("kind", COMMENT_KINDS),
        sa.Index("ix_comment_matter_matter", "campaign_id", "matter"),
        STRICT,
    )

    response_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("comment.response_id"), primary_key=True, autoincrement=False
    )
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(comment="of the words alone, before anybody took them up")
    matter: Mapped[int] = mapped_column(BigInt, comment="the response whose words came first")
    source: Mapped[bytes | None] = mapped_column(comment="as response.network_mark")


class MatterPlace(Base):
    """Up to which place in the ledger the words of a campaign's answers have been read."""

    __tablename__ = "matter_place"
    __table_args__ = (sa.CheckConstraint("size >= 0", name="size"), STRICT)

    campaign_id: Mapped[int] = mapped_column(
        sa.ForeignKey("campaign.id"), primary_key=True, autoincrement=False
    )
    size: Mapped[int] = mapped_column(BigInt)
    begun: Mapped[int] = mapped_column(
        server_default="1", comment="how often, from the first answer"
    )
