"""What the scheme says about the score, as frozen data with a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from survey.stats.errors import StatsError

Action = Literal["exclude", "quarantine", "flag"]
ConversionMethod = Literal["direct", "ratio_to_best", "rank_step"]
WeightingMethod = Literal["none", "raking"]
NonresponseMethod = Literal["none", "classes", "propensity", "callbacks"]
SmallAreas = Literal["none", "assisted"]
CombinationMethod = Literal["anchored", "pooled", "chen_li_wu", "elliott_valliant"]
LeniencyMethod = Literal["auto", "random", "within", "none"]

FORMAT = 2
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
class DebiasingPlan:
    """The steps between screening and the score, each of which can be switched off.

    Attributes
    ----------
    cap_collusion, weigh_carelessness : bool
        Whether organised and careless answers count less.
    combination : {"anchored", "pooled", "chen_li_wu", "elliott_valliant"}
        What becomes of open answers beside invited ones: let in as far as they agree with
        them; weighted together with them; or corrected for who takes part, by one of two
        methods that assume this depends on sex, age and residence alone.
    alarms_exclude : bool
        Whether the open answers of a unit that raise an alarm stay out of its score.
    limit : float or None
        How many standard errors of the invited answers a score may lie from them; None: no
        limit.
    min_answers, min_units : int
        The bias of the open entrance is told from units in which both kinds of answers number
        ``min_answers``, if there are ``min_units`` of them.
    false_alarm_rate : float
        Of cases of organised answering in a campaign without any.
    unprotected_share : float
        Part of a unit's score, in [0, 1], that may rest on open answers no invited one holds;
        a unit above it is not ranked. Where it is .2, false answers of a fifth of that weight
        move the score by about 1.5 points: as far as the limit lets them where there is one.
    rank_unprotected : bool
        Rank such units all the same.
    nonresponse : {"none", "classes", "propensity", "callbacks"}
        How invited people who answered are made to stand for those who did not, where a list
        of everybody invited is given.
    small_areas : {"none", "assisted"}
        Whether a unit whose standard error is above ``largest_se`` gets a model's score or,
        where that is no better or mostly other units' own, none.
    largest_se : float
        Points.
    leniency : {"auto", "random", "within", "none"}
        How people who rate several units are taken out of the comparison: as random effects,
        within raters, as a test decides, or not at all.
    """

    cap_collusion: bool = True
    weigh_carelessness: bool = True
    combination: CombinationMethod = "anchored"
    alarms_exclude: bool = True
    limit: float | None = 0.5
    min_answers: int = 10
    min_units: int = 8
    false_alarm_rate: float = 0.01
    unprotected_share: float = 0.2
    rank_unprotected: bool = False
    nonresponse: NonresponseMethod = "none"
    small_areas: SmallAreas = "none"
    largest_se: float = 2.5
    leniency: LeniencyMethod = "auto"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything a published figure depends on, apart from the answers.

    ``points[v]`` are the points of answer ``v``; answer 0 is 不了解, which earns none: its
    entry is there to keep the numbering and is never used.
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
    debiasing: DebiasingPlan = DebiasingPlan()
    min_covered: float = 60.0
    digits: int = 2
    confidence: float = 0.95
    seed: int = SEED
    rank_draws: int = 20000

    def __post_init__(self) -> None:
        _check(self)

    @property
    def n_items(self) -> int:
        """Number of scored items each unit has."""
        return len(self.units[0].items)

    @property
    def scale(self) -> Scale:
        """Points of the worst and of the best answer."""
        return Scale(lowest=min(self.points[1:]), highest=max(self.points[1:]))

    def population_of(self, population: str) -> PopulationPlan:
        """Return the population with this code."""
        return next(entry for entry in self.populations if entry.population == population)

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as plain data, the form it is stored in with a campaign."""
        return {"format": FORMAT, **asdict(self)}

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
        fields = _upgraded(data)
        if fields.pop("format", None) != FORMAT:
            raise PlanError("the plan was stored in another format", hint="freeze it again")
        return cls(**{name: _READERS.get(name, _same)(value) for name, value in fields.items()})


def _upgraded(data: dict[str, Any]) -> dict[str, Any]:
    """Return stored data in this format; plans frozen by earlier programs keep their meaning."""
    fields = dict(data)
    if fields.get("format") != 1:
        return fields
    debiasing = dict(fields.get("debiasing", {}))
    # Stored with a switch where there is a choice now.
    combined = debiasing.pop("combine_channels", None)
    if combined is not None:
        debiasing["combination"] = "anchored" if combined else "pooled"
    if "heed_alarms" in debiasing:
        debiasing["alarms_exclude"] = debiasing.pop("heed_alarms")
    return fields | {
        "format": FORMAT,
        "debiasing": debiasing,
        "units": [_called(unit, "population", "universe") for unit in fields["units"]],
        "populations": [
            _called(entry, "population", "universe") for entry in fields.pop("universes")
        ],
    }


def _called(data: dict[str, Any], name: str, before: str) -> dict[str, Any]:
    return {name if key == before else key: value for key, value in data.items()}


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


def _debiasing(data: dict[str, Any]) -> DebiasingPlan:
    return DebiasingPlan(**data)


_READERS: dict[str, Callable[[Any], Any]] = {
    "units": lambda rows: tuple(_unit(row) for row in rows),
    "groups": lambda rows: tuple(GroupPlan(**_tupled(row)) for row in rows),
    "classes": lambda rows: tuple(ClassPlan(**_tupled(row)) for row in rows),
    "populations": lambda rows: tuple(_population(row) for row in rows),
    "channels": lambda rows: tuple(ChannelPlan(**row) for row in rows),
    "townships": tuple,
    "points": tuple,
    "screening": _screening,
    "debiasing": _debiasing,
    "conversion": lambda row: ConversionPlan(**row),
    "grades": lambda rows: tuple(GradeBand(**row) for row in rows),
}


def _check(plan: Plan) -> None:
    if not plan.units:
        raise PlanError("the plan has no units", hint="give at least one unit")
    if min((band.minimum for band in plan.grades), default=1.0) > 0:
        raise PlanError("some scores would have no grade", hint="add a grade from 0 up")
    _check_unit_coefficients(plan)
    _check_class_coefficients(plan)
    known = {entry.class_code for entry in plan.classes}
    populations = {entry.population for entry in plan.populations}
    for unit in plan.units:
        if unit.class_code not in known:
            raise PlanError(f"unit {unit.unit_code} has an unknown class {unit.class_code}")
        if unit.population not in populations:
            raise PlanError(f"unit {unit.unit_code} has an unknown population {unit.population}")


def _check_unit_coefficients(plan: Plan) -> None:
    for unit in plan.units:
        if len(unit.items) != plan.n_items:
            raise PlanError(f"unit {unit.unit_code} has another number of items than the first")
        total = sum(item.coefficient for item in unit.items)
        if abs(total - 100) > 1e-9:
            raise PlanError(
                f"the item coefficients of unit {unit.unit_code} sum to {total:g}, not 100"
            )


def _check_class_coefficients(plan: Plan) -> None:
    for entry in plan.classes:
        if len(entry.coefficients) != len(plan.groups):
            raise PlanError(f"class {entry.class_code} needs one coefficient for each group")
        if min(entry.coefficients) < 0 or abs(sum(entry.coefficients) - 100) > 1e-9:
            raise PlanError(
                f"the group coefficients of class {entry.class_code} must be positive"
                f" and sum to 100, not {sum(entry.coefficients):g}"
            )
