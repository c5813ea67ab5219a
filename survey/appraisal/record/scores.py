"""The score document, typed: what a release says, as it is signed and given to other systems.

Numbers that are not whole are decimal strings, so that no reader rounds them again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from survey.appraisal.record.plain import plain, read
from survey.appraisal.record.reported import Reported, UnitReported
from survey.appraisal.record.witnessed import WitnessFacts
from survey.canonical import JsonObject
from survey.stats.campaign.decisions import LineKind, Side
from survey.stats.campaign.figures import Status
from survey.stats.campaign.plan import CalibratedBy

KIND = "public-review-scores"
SCHEMA_VERSION = "1.2"

GroupStatus = Literal["used", "insufficient", "withheld"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BothLanguages:
    """The same words in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fieldwork:
    """First and last moment of the answers, in the campaign's own time."""

    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What the main scoring system calls these scores."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonItemsFacts:
    """Common items of a city that the plan took in: whose, and the digest of scale and items."""

    organiser: str
    key_id: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """The campaign that was released."""

    id: str
    title: str
    title_en: str
    year: int
    fieldwork: Fieldwork
    indicator: Indicator
    common_items: CommonItemsFacts | None = field(default=None, metadata={"optional": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFacts:
    """The ledger of answers at the release: how many, and the root over them."""

    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed and the signature; without its `value` until there is one."""

    algorithm: str
    key_id: str
    public_key: str
    value: str | None = field(default=None, metadata={"optional": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesWithdrawn:
    """Batches withdrawn, and how many of their codes nobody had answered; None as of answers."""

    batches: int
    codes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesIssued:
    """One-time codes that one official issued to a group for a unit, or for several together.

    `answered` is None where so few codes would tell of single people.
    """

    units: tuple[str, ...]
    group_code: str
    issued_by: str
    batches: int
    issued: int
    answered: int | None
    withdrawn: CodesWithdrawn | None = field(default=None, metadata={"optional": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountGiven:
    """How an official who could propose or approve was let in: by whom, with whose word.

    `deed` is what was done to the account (`account.create`, `account.role`, `account.enable`,
    `account.reset`, `account.reset_totp`), `by` a username, or `system` for the server's own
    commands; `word_of` is null where nobody else confirmed.
    """

    username: str
    role: str
    deed: str
    at: str
    by: str
    word_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesDecided:
    """How many cases of suspicious answers two people decided how, as the scores have it."""

    keep: int
    exclude: int
    one: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealFigures:
    """What of a unit's score an appeal can move: decimals as published, and its rank."""

    score: str | None
    lower: str | None
    upper: str | None
    class_rank: int | None

    @classmethod
    def of(cls, unit: UnitScore) -> AppealFigures:
        """Return them of a unit."""
        score, rank = unit.score, unit.class_rank
        return cls(score=score, lower=unit.lower, upper=unit.upper, class_rank=rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealGranted:
    """The appeal that a release supersedes another for, and the unit's figures in that one."""

    number: int
    unit_code: str
    outcome: Literal["upheld", "partly"]
    contested: str
    before: AppealFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFacts:
    """What identifies a release, and what its figures came from."""

    id: str
    number: int
    frozen_at: str
    supersedes: str | None
    plan_digest: str
    data_digest: str
    code_version: str
    ledger: LedgerFacts
    codes: tuple[CodesIssued, ...] = ()
    accounts: tuple[AccountGiven, ...] | None = field(default=None, metadata={"optional": True})
    cases: CasesDecided | None = field(default=None, metadata={"optional": True})
    appeal: AppealGranted | None = field(default=None, metadata={"optional": True})
    witnesses: WitnessFacts | None = field(default=None, metadata={"optional": True})
    signature: Signature | None = field(default=None, metadata={"optional": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What should be known of a figure, of one group or (no code) of all."""

    code: str
    group_code: str | None
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EquivalentSample:
    """Invited answers that open ones are worth, with the interval of the scores' confidence."""

    n: str
    lower: str
    upper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEquivalent:
    """What the open answers of a group are worth, about all units together."""

    group_code: str
    open_n: int
    equivalent_sample: EquivalentSample


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where a unit surely lies from a line of its class; `side` is null where that is not told.

    `error_rate` is the expected share of wrong names among the units of a class named at this
    line, and the chance of even a single wrong one among those named strictly.
    """

    kind: LineKind
    threshold: str
    side: Side | None
    strict: bool
    error_rate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupScore:
    """A respondent group of a unit; figures of too few people are withheld.

    `sources` counts what was received without repetition: a one-time code once, and of posters a
    network once, however many forms it sent; beside `n`, which counts valid answers.
    """

    group_code: str
    name: str
    status: GroupStatus
    score: str | None
    se: str | None
    n: int
    effective_n: str
    awareness_rate: str | None
    method: CalibratedBy
    share: str
    sources: int | None = field(default=None, metadata={"optional": True})
    equivalent_sample: EquivalentSample | None = field(default=None, metadata={"optional": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitScore:
    """A unit as published; a published one may have no rank. `sources` is that of its groups."""

    unit_code: str
    uscc: str
    name: str
    name_en: str
    class_code: str = field(metadata={"name": "class"})
    area_code: str
    score: str | None
    lower: str | None
    upper: str | None
    points: str | None
    full_points: str
    class_rank: int | None
    rank_range: tuple[int, int] | None
    tier: int | None
    grade: str | None
    grade_en: str | None
    n: int
    effective_n: str
    group_weight_used: str
    status: Status
    notices: tuple[Remark, ...]
    groups: tuple[GroupScore, ...]
    sources: int | None = field(default=None, metadata={"optional": True})
    decisions: tuple[Decision, ...] | None = field(default=None, metadata={"optional": True})
    reported: UnitReported | None = field(default=None, metadata={"optional": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDeduction:
    """What visits take away from a unit: as found, and as the scheme bounds it, in points."""

    unit_code: str
    n_visits: int
    found: str
    deduction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSiteDeductions:
    """The line of visits beside the scores: `digest` says which records were counted.

    In points of the main scoring system; no score, interval or rank has any of it.
    """

    indicator: Indicator
    most: str
    n_visits: int
    digest: str
    units: tuple[UnitDeduction, ...]

    def of_unit(self, unit_code: str) -> UnitDeduction | None:
        """Return what is taken away from a unit; None where no visit to it counts."""
        return next((unit for unit in self.units if unit.unit_code == unit_code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDocument:
    """What a release says of all units; `notice` only of simulated figures."""

    simulated: bool
    notice: BothLanguages | None
    campaign: CampaignFacts
    release: ReleaseFacts
    notices: tuple[Remark, ...] = ()
    units: tuple[UnitScore, ...]
    open_answers: tuple[GroupEquivalent, ...] | None = field(
        default=None, metadata={"optional": True}
    )
    reported: Reported | None = field(default=None, metadata={"optional": True})
    on_site: OnSiteDeductions | None = field(default=None, metadata={"optional": True})

    def to_dict(self) -> JsonObject:
        """Return the document as plain data, in the order it is written in."""
        return {"kind": KIND, "schema_version": SCHEMA_VERSION, **plain(self)}

    @classmethod
    def from_dict(cls, data: object) -> ScoreDocument:
        """Return the document that `to_dict` wrote; members nobody knows are passed over."""
        return read(cls, data)
