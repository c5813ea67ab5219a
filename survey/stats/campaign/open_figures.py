"""What became of answers from open entrances, and of those that look organised."""

from __future__ import annotations

from dataclasses import dataclass, field

from survey.stats.campaign.later import LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFigure:
    """Invited and open answers of one unit and group, and what became of both.

    Attributes
    ----------
    invited, invited_se : float
        Invited answers weighted by themselves.
    open, open_se : float or None
        The same of those that came through the open entrance; None where none did.
    invited_n, open_n : int
    reference_only : float
        What the invited answers say, drawn towards what they say of all units.
    combined : float
        With the open answers, before the limit.
    score, se : float
        After it.
    open_share : float
        Part of ``combined`` in [0, 1] that follows the open answers.
    z : float or None
        Contradiction between the two, in standard errors, the usual difference taken off.
    stuffing : float or None
        Sign of too many best or worst open answers, in standard errors.
    alarm, limited : bool
        Whether z or ``stuffing`` is beyond what chance explains, and the open answers, unless
        the plan wants otherwise, unheard; whether the limit changed the score.
    equivalent_n, equivalent_lower, equivalent_upper : float or None
        Invited answers the open ones are worth, with an interval; None in runs of earlier
        programs, and where open answers are corrected for who takes part instead.
    """

    unit_code: str
    group_code: str
    invited: float
    invited_se: float
    invited_n: int
    open: float | None
    open_se: float | None
    open_n: int
    reference_only: float
    combined: float
    score: float
    se: float
    open_share: float
    z: float | None
    stuffing: float | None
    alarm: bool
    limited: bool
    equivalent_n: float | None = field(default=None, metadata=LATER)
    equivalent_lower: float | None = field(default=None, metadata=LATER)
    equivalent_upper: float | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelShare:
    """A channel and its share in [0, 1] of what the published scores were measured by."""

    channel: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBias:
    """What is known of the open entrance's bias in one group: its mean and its spread.

    And how many invited answers the open ones about all units are worth, with an interval; None
    in runs of earlier programs.
    """

    group_code: str
    n_units: int
    beta: float
    omega: float
    tau: float
    open_n: int | None = field(default=None, metadata=LATER)
    equivalent_n: float | None = field(default=None, metadata=LATER)
    equivalent_lower: float | None = field(default=None, metadata=LATER)
    equivalent_upper: float | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspicionFigures:
    """One case of organised answering in figures; scores are plain means."""

    unit_code: str
    kind: str
    n: int
    first_at: int
    last_at: int
    keep: float
    certainty: float
    score_with: float
    score_without: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspicionReport(SuspicionFigures):
    """A case for people to decide on, with the answers it is about.

    ``alike`` is whether they are identical or nearly so.
    """

    alike: bool
    rows: tuple[int, ...]
