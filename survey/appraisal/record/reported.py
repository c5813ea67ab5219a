"""What the documents of a release say beside its scores, typed: frozen and signed with them.

Decimal strings, rounded half up once, as in the rest of the score document. A count of so few
answers that it could tell of single people is None, and so is what would give it away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from survey.model import CommentKind
from survey.stats.campaign.decisions import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassReported:
    """A class of units and what it is called."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReported:
    """A respondent group, and how few valid answers of it count for a unit."""

    group_code: str
    name: str
    name_en: str
    min_valid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReported:
    """A validity rule, what it does, and how many answers of all units it met; None of a few."""

    rule_id: str
    name: str
    name_en: str
    action: str
    n: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReported:
    """A scored item in words; the same of all units, `{unit}` stands for the unit's name."""

    item_id: str
    words: str
    words_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What documents say of all units together.

    `confidence` is that of all intervals and `error_rate` that of all units and items named, both
    in (0, 1); counts below `smallest_cell` are withheld. `organised` counts cases of organised
    answering.
    """

    organiser: str
    confidence: str
    error_rate: str
    smallest_cell: int
    returned: int
    valid: int
    flagged: int
    quarantined: int
    excluded: int
    organised: int
    classes: tuple[ClassReported, ...]
    groups: tuple[GroupReported, ...]
    rules: tuple[RuleReported, ...]
    items: tuple[ItemReported, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReported:
    """The unit's score after one step of the pipeline; None where it had none."""

    name: str
    score: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStanding:
    """An item against the mean of the unit's class; `side` where it surely differs."""

    item_id: str
    score: str
    mean: str
    difference: str
    lower: str
    upper: str
    side: Side | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMet:
    """How many of the unit's answers a rule met."""

    rule_id: str
    n: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonGiven:
    """A reason for dissatisfaction and how many ticked it."""

    words: str
    words_en: str
    n: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonsAsked:
    """A question for reasons and those given; `n` people ticked any, None and none for too few."""

    words: str
    words_en: str
    n: int | None
    given: tuple[ReasonGiven, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordGiven:
    """A word and how many comments, different and of different sources, it stands in."""

    word: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentsReceived:
    """How many comments are of a kind, and the words most of them share; None without any."""

    kind: CommentKind
    n: int | None
    words: tuple[WordGiven, ...] | None = field(default=None, metadata={"optional": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReported:
    """What changed since an earlier campaign; with reasons, why that cannot be said."""

    campaign: str
    delta: str | None
    lower: str | None
    upper: str | None
    side: Literal["improved", "fell"] | None
    reasons: tuple[str, ...]
    reasons_en: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsReported:
    """What verification calls said of a unit with a score.

    `state` tells of whether false answers move the score by at most `most` points: `none` without
    a call drawn. `reached` people said whose answer it was, `n_false` that it was not their own;
    `further` calls are expected where it is open, None where that cannot be told.
    """

    state: Literal["none", "confirmed", "open", "refuted"]
    most: str
    reached: int
    n_false: int = field(metadata={"name": "false"})
    further: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesReported:
    """How many cases of suspicious answers about a unit stood how when the release was made.

    `undecided` are those of which the scores know no decision.
    """

    keep: int
    exclude: int
    one: int
    undecided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReported:
    """What documents say of one unit beside its score; `set_aside` counts answers left out.

    `calls` is None before the first verification calls, `cases` where nothing was found.
    """

    returned: int
    set_aside: int | None
    rules: tuple[RuleMet, ...]
    steps: tuple[StepReported, ...]
    items: tuple[ItemStanding, ...]
    reasons: tuple[ReasonsAsked, ...]
    comments: tuple[CommentsReceived, ...]
    change: ChangeReported | None
    calls: CallsReported | None = field(default=None, metadata={"optional": True})
    cases: CasesReported | None = field(default=None, metadata={"optional": True})
