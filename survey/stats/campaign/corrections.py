"""The steps between screening and the score, each with the settings it alone reads."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

NonresponseMethod = Literal[
    "none", "classes", "propensity", "callbacks", "callbacks_interval", "waves_interval"
]  # fmt: skip
BETWEEN = 0.15
SmallAreas = Literal["none", "assisted"]
BorrowingMethod = Literal["none", "groups"]
BorrowingCovariate = Literal["none", "last_release"]
CombinationMethod = Literal["anchored", "pooled", "chen_li_wu", "elliott_valliant"]
LeniencyMethod = Literal["auto", "random", "within", "none"]
CalibrationMethod = Literal["raking", "pooled_slopes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPlan:
    """Whether organised and careless answers count less.

    Attributes
    ----------
    cap_collusion, weigh_carelessness : bool
    false_alarm_rate : float
        Of cases of organised answering in a campaign without any.
    """

    cap_collusion: bool = True
    weigh_carelessness: bool = True
    false_alarm_rate: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class NonresponsePlan:
    """How invited people who answered are made to stand for those who did not.

    It takes a list of everybody invited; without one nothing is adjusted. By
    "callbacks_interval" no weight is: what reminders tell widens the sensitivity interval alone.
    By "waves_interval" none either: what all waves, the lots drawn of them and earlier campaigns
    tell makes that interval.

    Attributes
    ----------
    method : str
    earlier : tuple of (float, float)
        Of earlier campaigns the slope of answering on the answer, and its standard error.
    between : float
        Least standard deviation of true slopes between campaigns, in (0, 0.3].
    """

    method: NonresponseMethod = "none"
    earlier: tuple[tuple[float, float], ...] = ()
    between: float = BETWEEN

    @property
    def waves_apart(self) -> bool:
        """Whether lists of invited people tell all waves apart, and who was in which lot."""
        return self.method == "waves_interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPlan:
    """How a group whose population is known is corrected for who answered.

    Attributes
    ----------
    method : {"raking", "pooled_slopes"}
        Each unit's answers weighted to its population by themselves, within the group's limits;
        or by what sex, age and the like do to the answers about all units of a class.
    """

    method: CalibrationMethod = "raking"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatersPlan:
    """How people who rate several units are taken out of the comparison.

    As random effects, within raters, as a test decides, or not at all.
    """

    method: LeniencyMethod = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationPlan:
    """What becomes of open answers beside invited ones.

    Attributes
    ----------
    method : {"anchored", "pooled", "chen_li_wu", "elliott_valliant"}
        Let in as far as they agree with them; weighted together with them; or corrected for
        who takes part, by one of two methods that assume this depends on sex, age and
        residence alone.
    alarms_exclude : bool
        Whether the open answers of a unit that raise an alarm stay out of its score.
    limit : float or None
        How many standard errors of the invited answers a score may lie from them; None: no
        limit.
    min_answers, min_units : int
        The bias of the open entrance is told from units in which both kinds of answers number
        ``min_answers``, if there are ``min_units`` of them.
    """

    method: CombinationMethod = "anchored"
    alarms_exclude: bool = True
    limit: float | None = 0.5
    min_answers: int = 10
    min_units: int = 8

    @property
    def held(self) -> bool:
        """Whether invited answers hold the open ones: those corrected only by the limit."""
        return self.method == "anchored" or self.limit is not None

    @property
    def bounds(self) -> bool:
        """Whether what open answers can do to a score is bounded: not where all are pooled."""
        return self.method != "pooled" and self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class BorrowingPlan:
    """Whether the groups of a unit borrow from one another.

    Attributes
    ----------
    method : {"none", "groups"}
        Each group's score as its own answers have it; or drawn towards what the unit's other
        groups, and the same group of other units, say.
    covariate : {"none", "last_release"}
        What of a unit may tell where its score lies, besides.
    earlier : tuple of (str, float)
        By "last_release", of units by their code: the score released last time. Fixed with the
        plan, before there is any answer.
    campaign, document : str
        The campaign these are of, and the SHA-256 of the document that released them.
    """

    method: BorrowingMethod = "none"
    covariate: BorrowingCovariate = "none"
    earlier: tuple[tuple[str, float], ...] = ()
    campaign: str = ""
    document: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, as plans were written before there was a covariate."""
        return {"method": self.method} if self.covariate == "none" else asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionPlan:
    """Whether a unit whose score rests on open answers is ranked.

    Attributes
    ----------
    unprotected_share : float
        Part of a unit's weight, in [0, 1], that groups with too few invited answers may have; a
        unit above it is not ranked. It is never less than what ``min_covered`` leaves, since so
        much may be missing altogether. Where a plan bounds nothing (pooled, or corrected without
        a limit): part of the score that may rest on open answers.
    rank_unprotected : bool
        Rank such units all the same.
    """

    unprotected_share: float = 0.2
    rank_unprotected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallAreasPlan:
    """What becomes of a unit whose standard error is large.

    Attributes
    ----------
    method : {"none", "assisted"}
        Whether it gets a model's score or, where that is no better or mostly other units'
        own, none.
    largest_se : float
        Points a standard error may have.
    """

    method: SmallAreas = "none"
    largest_se: float = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Each step's own settings; every step can be switched off."""

    quality: QualityPlan = QualityPlan()
    nonresponse: NonresponsePlan = NonresponsePlan()
    calibration: CalibrationPlan = CalibrationPlan()
    raters: RatersPlan = RatersPlan()
    combination: CombinationPlan = CombinationPlan()
    borrowing: BorrowingPlan = BorrowingPlan()
    protection: ProtectionPlan = ProtectionPlan()
    small_areas: SmallAreasPlan = SmallAreasPlan()
