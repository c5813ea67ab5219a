"""What false answers could mean for a score: the usual doubts, and codes that look captured."""

from __future__ import annotations

from dataclasses import dataclass, field

from survey.stats.campaign.later import LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessFigure:
    """What false answers could mean for one published unit.

    Attributes
    ----------
    unreferenced_share : float
        Part of the score in [0, 1] that rests on open answers no invited one holds.
    ranked : bool
    shares : tuple of float
        Shares of the unit's weight looked at.
    lower, upper : tuple of float
        Where the honest score lies if so much was false, whatever held the score.
    raised, lowered : tuple of float
        Points by which such a share of the *bare* weight, all at the best or all at the worst
        mark, would have moved the score.
    share_to_change_tier : float or None
        Share of false weight with which the unit could stand in a wrong tier; None where the
        unit is not ranked.
    leaked : tuple of float or None
        Points by which the score would be lower had the unit's own people given such a share of
        the invited answers of each group, the best ones; None in runs of earlier programs.
    """

    unit_code: str
    unreferenced_share: float
    ranked: bool
    shares: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    raised: tuple[float, ...]
    lowered: tuple[float, ...]
    share_to_change_tier: float | None
    leaked: tuple[float, ...] | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedFigure:
    """A unit whose invited answers look as if some codes had been captured.

    Attributes
    ----------
    n : int
        Its invited answers that count.
    signs : tuple of str
        What is unlike honest answers, the most striking first: "full", "careful", "fast",
        "complete", "shared", "channel".
    share, share_lower, share_upper : float
        Part of them, in [0, 1], that was captured, with its 95 % interval.
    chance : float
        Of so striking a unit if it is honest.
    lowered : float or None
        Points by which the score would be lower were ``share`` of them, the best, left out; None
        without a score.
    widened : float or None
        The same of ``share_upper``: by so much the interval reaches further down.
    """

    unit_code: str
    n: int
    signs: tuple[str, ...]
    share: float
    share_lower: float
    share_upper: float
    chance: float
    lowered: float | None
    widened: float | None
