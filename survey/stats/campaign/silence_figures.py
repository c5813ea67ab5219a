"""What the silence of invited people could mean, for the county and for a score."""

from __future__ import annotations

from dataclasses import dataclass, field

from survey.stats.campaign.later import LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialIndicator:
    """How much too little (below 0) or too much a category of invited people answered."""

    variable: str
    category: str
    invited: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NonresponseFigure:
    """What is known of the silence of invited people, for the whole county.

    Attributes
    ----------
    method : str
        What the weights were adjusted by.
    invited, answered : int
        People on the list, and of these with an answer that counts.
    r_indicator, variation : float
        How evenly they answered (1: all alike), and the most by which silence can move a
        mean, in standard deviations of the answers.
    partial : tuple of PartialIndicator
    g, g_se, g_lower, g_upper : float or None
        Log odds of answering per standard deviation of the answer: estimate, what is used of
        it is drawn towards 0; its error; 95 % range after that. None without callbacks.
    g_earlier : int or None
        Campaigns before this one that it was drawn towards, by waves told apart.
    g_prior, g_prior_sd : float or None
        What it was drawn towards.
    g_by_lots, g_by_lots_se : float or None
        By lots of reminders alone.
    g_p_value : float or None
        Of waves and lots telling one slope.
    """

    method: str
    invited: int
    answered: int
    r_indicator: float
    variation: float
    partial: tuple[PartialIndicator, ...]
    g: float | None
    g_se: float | None
    g_lower: float | None
    g_upper: float | None
    g_earlier: int | None = field(default=None, metadata=LATER)
    g_prior: float | None = field(default=None, metadata=LATER)
    g_prior_sd: float | None = field(default=None, metadata=LATER)
    g_by_lots: float | None = field(default=None, metadata=LATER)
    g_by_lots_se: float | None = field(default=None, metadata=LATER)
    g_p_value: float | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityFigure:
    """The interval of a score widened by what silence could have done.

    Attributes
    ----------
    unit_code, group_code : str
        The group code is empty for the unit as a whole.
    method : str
        "callbacks", "waves" or "proxy".
    move_down, move_up : float
        Points by which the score could move.
    lower, upper : float
        The 95 % interval with these; by waves about the middle of the moves, its error and theirs
        taken together as independent ones.
    correlation : float or None
        Of the proxy with the answers.
    """

    unit_code: str
    group_code: str
    method: str
    move_down: float
    move_up: float
    lower: float
    upper: float
    correlation: float | None
