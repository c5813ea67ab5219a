"""Whether false invited answers move a unit's score by at most so many points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.callbacks.betting import Draws, draws_of, upper_bound, wealth
from survey.stats.callbacks.called import CalledAnswers, CalledError, InvitedFrame
from survey.stats.callbacks.outlook import further_calls

VerifiedState = Literal["confirmed", "open", "refuted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What calls tell of a unit's invited answers.

    Attributes
    ----------
    state : {"confirmed", "open", "refuted"}
        Whether false answers surely move the score by at most ``most`` points either way; not
        told yet; or those found already may move it by more, whatever was confirmed before.
    most, risk : float
        As asked.
    n_frame, n_called, n_reached, n_false : int
    evidence : float
        What a stake of one against “they move it by more” grew to, one or more; the smaller of
        both directions.
    chance : float in [0, 1]
        Its reciprocal: a p-value that holds whenever one looks.
    share_upper : float in [0, 1]
        Upper limit of the share of false answers among people who can be reached.
    share_unreached : float in [0, 1]
        The same if all that were not reached, in the same share of all, were false too.
    raised_upper, lowered_upper : float
        Upper limits of the points by which the score can be too high, and too low.
    further : int or None
        People still to be reached if none of their answers is false; None where even all do not
        suffice, zero once confirmed.
    further_at_rate : int or None
        The same if as many are false as so far.
    """

    state: VerifiedState
    most: float
    risk: float
    n_frame: int
    n_called: int
    n_reached: int
    n_false: int
    evidence: float
    chance: float
    share_upper: float
    share_unreached: float
    raised_upper: float
    lowered_upper: float
    further: int | None
    further_at_rate: int | None


def verify(
    frame: InvitedFrame, calls: CalledAnswers, *, most: float, risk: float = 0.05
) -> Verification:
    """Test by calls drawn at random that false answers move a score by at most some points.

    Parameters
    ----------
    frame : InvitedFrame
        All answers that may be drawn, and what each can do.
    calls : CalledAnswers
        In the order they were drawn.
    most : float
        Points d, above zero.
    risk : float in (0, 1)
        Greatest chance of confirming what is not so, whoever looks whenever, and stops when he
        likes.

    Returns
    -------
    Verification

    Raises
    ------
    CalledError
        If calls and frame do not fit, or points or risk are out of range.

    Notes
    -----
    A false answer may stand in the place of *any* answer: at worst of the worst one, or of the
    best. So of the sums of ``raises`` and of ``lowers`` over the false answers neither must exceed
    d; nothing is assumed of what honest people would have said. Each statement “it does” is bet
    against (``betting.growth``); confirmed is what refutes both, each at the whole risk, since at
    least one of them is true where the score is moved by more (Berger 1982). Draws without
    replacement, with chances in proportion to size: Waudby-Smith and Ramdas 2024,
    doi:10.1093/jrsssb/qkad009; Shekhar et al. 2023; one statement for each direction as SHANGRLA's
    assertions, Stark 2020, doi:10.1007/978-3-030-54455-3_23.

    Whom nobody reached is passed over: what is said holds of those who can be reached, whose
    order is as random. ``share_unreached`` says what it would be if the others were all false.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.callbacks import CalledAnswers, InvitedFrame, verify
    >>> points = np.tile([100.0, 80.0, 60.0, 30.0], 50)
    >>> frame = InvitedFrame(
    ...     raises=points / 200, lowers=(100 - points) / 200, size=np.ones(200)
    ... )
    >>> own = np.ones(60, dtype=bool)
    >>> calls = CalledAnswers(place=np.arange(60), reached=own, false=~own)
    >>> found = verify(frame, calls, most=5.0)
    >>> found.state, found.n_reached, round(found.share_upper, 3)
    ('confirmed', 60, 0.046)
    """
    calls.check(frame)
    if not (0 < risk < 1 and most > 0):
        raise CalledError("range", most=most, risk=risk)
    ways = [draws_of(frame, calls, moves) for moves in (frame.raises, frame.lowers)]
    evidence = min(wealth(way, most) for way in ways)
    raised, lowered = (
        upper_bound(way, whole=float(moves.sum()), risk=risk)
        for way, moves in zip(ways, (frame.raises, frame.lowers), strict=True)
    )
    n_called, n_reached = calls.place.size, int(calls.reached.sum())
    state = _state(ways, most, confirmed=evidence * risk >= 1)
    share = _share(frame, calls, risk)
    missed = 1 - n_reached / n_called if n_called else 0.0
    rate = float(calls.false.sum()) / n_reached if n_reached else 0.0
    n_left = frame.size.size - n_called
    return Verification(
        state=state,
        most=most,
        risk=risk,
        n_frame=frame.size.size,
        n_called=n_called,
        n_reached=n_reached,
        n_false=int(calls.false.sum()),
        evidence=evidence,
        chance=1 / evidence if np.isfinite(evidence) else 0.0,
        share_upper=share,
        share_unreached=missed + (1 - missed) * share,
        raised_upper=raised,
        lowered_upper=lowered,
        further=_further(ways, state, most, risk, n_left, rate=0.0),
        further_at_rate=_further(ways, state, most, risk, n_left, rate=rate),
    )


def _state(ways: list[Draws], most: float, *, confirmed: bool) -> VerifiedState:
    # What was found outdoes what was inferred: it may come after a bet was won by bad luck.
    if any(way.found_after > most for way in ways):
        return "refuted"
    return "confirmed" if confirmed else "open"


def _share(frame: InvitedFrame, calls: CalledAnswers, risk: float) -> float:
    if not frame.size.size:
        return 0.0
    each: FloatArray = np.full(frame.size.size, 1 / frame.size.size)
    return min(1.0, upper_bound(draws_of(frame, calls, each), whole=1.0, risk=risk))


def _further(
    ways: list[Draws], state: VerifiedState, most: float, risk: float, n_left: int, *, rate: float
) -> int | None:
    if state == "confirmed":
        return 0
    if state == "refuted":
        return None
    needed = [
        0
        if wealth(way, most) * risk >= 1
        else further_calls(way, most=most, risk=risk, n_left=n_left, rate=rate)
        for way in ways
    ]
    known = [each for each in needed if each is not None]
    return max(known) if len(known) == len(needed) else None
