"""What the scheme says about the score, as frozen data with a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from survey.stats.campaign.ages import AGE_GROUPS
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.campaign.corrections import (
    BorrowingPlan,
    CalibrationPlan,
    CombinationPlan,
    Corrections,
    NonresponsePlan,
    ProtectionPlan,
    QualityPlan,
    RatersPlan,
    SmallAreasPlan,
)
from survey.stats.campaign.decisions import NO_LINES, DecisionsPlan, decisions_of
from survey.stats.campaign.plan_format import FORMAT, upgraded
from survey.stats.errors import StatsError

Action = Literal["exclude", "quarantine", "flag"]
ConversionMethod = Literal["direct", "ratio_to_best", "rank_step"]
WeightingMethod = Literal["none", "raking"]
CalibratedBy = Literal["none", "raking", "pooled_slopes"]

SEED = 20_261_201


class PlanError(StatsError):
    """A plan that contradicts itself."""

    code = "plan_contradicts_itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPlan:
    """One scored item of one unit and its coefficient (the items of a unit sum to 100)."""

    item_id: str
    coefficient: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPlan:
    """One unit: its class, its items in the order of the answers, its population.

    ``population`` names that whose margins the weighted groups are raked to; for a
    township it is the township itself and ``home`` says so (residents of elsewhere may not
    answer), for a county department the county, and ``home`` is empty.
    """

    unit_code: str
    class_code: str
    population: str
    home: str
    items: tuple[ItemPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """One respondent group: its minimum of valid answers, how its answers are weighted."""

    group_code: str
    min_valid: int
    weighting: WeightingMethod
    margins: tuple[str, ...] = ()
    trim_lower: float | None = None
    trim_upper: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """One class of units; ``coefficients`` follow the order of the plan's groups."""

    class_code: str
    coefficients: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginPlan:
    """Known totals of one variable in one population."""

    variable: str
    categories: tuple[str, ...]
    totals: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationPlan:
    """A population: an area code and its margins."""

    population: str
    margins: tuple[MarginPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPlan:
    """How respondents were reached; ``timed`` where they answered on a screen by themselves."""

    channel: str
    invited: bool
    timed: bool


RULE_IDS = ("V01", "V02", "V03", "V04", "V05", "V06", "V07", "V08", "V09", "V10")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePlan:
    """A validity rule that is in force and what it does."""

    rule_id: str
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningPlan:
    """The validity rules in force and their parameters.

    ``burst_floor`` keeps one answer in the dead of night from being a burst: fewer answers
    than this in one window never are. ``burst_same_share`` is the share of a burst that must
    be identical before anything in it is set aside, and then only the identical answers: a
    morning on which a thousand codes go out is a burst too, and an honest one.
    """

    rules: tuple[RulePlan, ...]
    min_seconds: float = 20.0
    network_min: int = 10
    network_same_share: float = 0.8
    burst_minutes: float = 30.0
    burst_ratio: float = 8.0
    burst_days: int = 7
    burst_floor: int = 10
    burst_same_share: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeBand:
    """A grade and the lowest published score that earns it."""

    zh: str
    en: str
    minimum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionPlan:
    """How a score of 100 becomes points of the total."""

    method: ConversionMethod
    full_points: float
    step: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The ends of the scale scores lie on."""

    lowest: float
    highest: float

    @property
    def width(self) -> float:
        """Points between the ends."""
        return self.highest - self.lowest


def scale_of(points: Sequence[float]) -> Scale:
    """Return the ends of a scale; the first entry belongs to 不了解 and earns none."""
    return Scale(lowest=min(points[1:]), highest=max(points[1:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationPlan:
    """How estimates become what is published: rounding, ranks, grades, points, confidence.

    Each class draws its rank sets from a generator of its own: ``seed`` and its place.
    """

    conversion: ConversionPlan
    grades: tuple[GradeBand, ...]
    digits: int
    confidence: float
    seed: int
    rank_draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Corrections):
    """Everything a published figure depends on, apart from the answers.

    ``points[v]`` are the points of answer ``v``; answer 0 is 不了解, which earns none: its
    entry is there to keep the numbering and is never used. ``ages`` are those asked for.
    """

    units: tuple[UnitPlan, ...]
    groups: tuple[GroupPlan, ...]
    classes: tuple[ClassPlan, ...]
    populations: tuple[PopulationPlan, ...]
    channels: tuple[ChannelPlan, ...]
    townships: tuple[str, ...]
    points: tuple[float, ...]
    screening: ScreeningPlan
    conversion: ConversionPlan
    grades: tuple[GradeBand, ...]
    min_covered: float = 60.0
    digits: int = 2
    confidence: float = 0.95
    seed: int = SEED
    rank_draws: int = 20000
    ages: tuple[str, ...] = AGE_GROUPS
    decisions: DecisionsPlan = NO_LINES

    def __post_init__(self) -> None:
        _check(self)

    @property
    def n_items(self) -> int:
        """Number of scored items each unit has."""
        return len(self.units[0].items)

    @property
    def scale(self) -> Scale:
        """Points of the worst and of the best answer."""
        return scale_of(self.points)

    @property
    def lists(self) -> CodeLists:
        """What the numbers in this campaign's sample stand for."""
        return CodeLists(
            units=tuple(unit.unit_code for unit in self.units),
            groups=tuple(group.group_code for group in self.groups),
            channels=tuple(entry.channel for entry in self.channels),
            invited=tuple(entry.channel for entry in self.channels if entry.invited),
            townships=self.townships,
            ages=self.ages,
            items=tuple(item.item_id for item in self.units[0].items),
            n_points=len(self.points),
        )

    @property
    def publication(self) -> PublicationPlan:
        """How estimates become what is published."""
        return PublicationPlan(
            conversion=self.conversion, grades=self.grades, digits=self.digits,
            confidence=self.confidence, seed=self.seed, rank_draws=self.rank_draws,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as plain data, the form it is stored in with a campaign."""
        out = {"format": FORMAT, **asdict(self)}
        if self.ages == AGE_GROUPS:  # as plans were written before counties had ages of their own
            del out["ages"]
        if self.decisions == NO_LINES:  # and before any unit was held against a line
            del out["decisions"]
        if self.calibration.method == "raking":  # as plans were written before there was a choice
            del out["calibration"]
        out["borrowing"] = self.borrowing.to_dict()
        if self.borrowing.method == "none":  # and before groups could borrow from one another
            del out["borrowing"]
        if not self.nonresponse.waves_apart:  # which alone looks at slopes
            out["nonresponse"] = {"method": self.nonresponse.method}
        return out

    def canonical(self) -> str:
        """Return the one spelling of the plan as JSON that its digest is taken of."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """Return the SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Plan:
        """Return the plan that ``to_dict`` wrote.

        Raises
        ------
        PlanError
            If the data were written in another format.
        """
        fields = upgraded(data)
        if fields.pop("format", None) != FORMAT:
            raise PlanError("other_format")
        return cls(**{name: _READERS.get(name, _same)(value) for name, value in fields.items()})


def _same(value: Any) -> Any:
    return value


def _unit(data: dict[str, Any]) -> UnitPlan:
    items = tuple(ItemPlan(**item) for item in data["items"])
    return UnitPlan(**{**data, "items": items})


def _tupled(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data with lists, which is what JSON knows, as tuples."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }


def _population(data: dict[str, Any]) -> PopulationPlan:
    margins = tuple(MarginPlan(**_tupled(margin)) for margin in data["margins"])
    return PopulationPlan(**{**data, "margins": margins})


def _screening(data: dict[str, Any]) -> ScreeningPlan:
    rules = tuple(RulePlan(**rule) for rule in data["rules"])
    return ScreeningPlan(**{**data, "rules": rules})


def _nonresponse(data: dict[str, Any]) -> NonresponsePlan:
    earlier = tuple((slope, error) for slope, error in data.get("earlier", ()))
    return NonresponsePlan(**{**data, "earlier": earlier})


def _borrowing(data: dict[str, Any]) -> BorrowingPlan:
    earlier = tuple((unit, score) for unit, score in data.get("earlier", ()))
    return BorrowingPlan(**{**data, "earlier": earlier})


_READERS: dict[str, Callable[[Any], Any]] = {
    "units": lambda rows: tuple(_unit(row) for row in rows),
    "groups": lambda rows: tuple(GroupPlan(**_tupled(row)) for row in rows),
    "classes": lambda rows: tuple(ClassPlan(**_tupled(row)) for row in rows),
    "populations": lambda rows: tuple(_population(row) for row in rows),
    "channels": lambda rows: tuple(ChannelPlan(**row) for row in rows),
    "townships": tuple,
    "points": tuple,
    "ages": tuple,
    "screening": _screening,
    "quality": lambda row: QualityPlan(**row),
    "nonresponse": _nonresponse,
    "calibration": lambda row: CalibrationPlan(**row),
    "raters": lambda row: RatersPlan(**row),
    "combination": lambda row: CombinationPlan(**row),
    "borrowing": _borrowing,
    "protection": lambda row: ProtectionPlan(**row),
    "small_areas": lambda row: SmallAreasPlan(**row),
    "conversion": lambda row: ConversionPlan(**row),
    "grades": lambda rows: tuple(GradeBand(**row) for row in rows),
    "decisions": decisions_of,
}


def _check(plan: Plan) -> None:
    if not plan.units:
        raise PlanError("no_units")
    if plan.borrowing.method != "none" and plan.small_areas.method == "assisted":
        raise PlanError("drawn_twice")
    if plan.borrowing.covariate != "none" and not (
        plan.borrowing.method == "groups" and plan.borrowing.earlier
    ):
        raise PlanError("covariate_of_nothing")
    if min((band.minimum for band in plan.grades), default=1.0) > 0:
        raise PlanError("ungraded_scores")
    _check_unit_coefficients(plan)
    _check_class_coefficients(plan)
    known = {entry.class_code for entry in plan.classes}
    for threshold in plan.decisions.thresholds:
        if threshold.class_code not in known:
            raise PlanError("threshold_class", class_code=threshold.class_code)
    populations = {entry.population for entry in plan.populations}
    for unit in plan.units:
        if unit.class_code not in known:
            raise PlanError("unknown_class", unit=unit.unit_code, class_code=unit.class_code)
        if unit.population not in populations:
            raise PlanError("unknown_population", unit=unit.unit_code, population=unit.population)


def _check_unit_coefficients(plan: Plan) -> None:
    for unit in plan.units:
        if len(unit.items) != plan.n_items:
            raise PlanError("number_of_items", unit=unit.unit_code)
        total = sum(item.coefficient for item in unit.items)
        if abs(total - 100) > 1e-9:
            raise PlanError("item_coefficients", unit=unit.unit_code, total=total)


def _check_class_coefficients(plan: Plan) -> None:
    for entry in plan.classes:
        if len(entry.coefficients) != len(plan.groups):
            raise PlanError("coefficients_missing", class_code=entry.class_code)
        if min(entry.coefficients) < 0 or abs(sum(entry.coefficients) - 100) > 1e-9:
            raise PlanError(
                "group_coefficients", class_code=entry.class_code, total=sum(entry.coefficients)
            )
