"""What the silence of invited people means: for the weights, and for how sure a score is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.corrections import NonresponseMethod, NonresponsePlan
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.campaign.invitations import Invitations
from survey.stats.nonresponse.callbacks import Callbacks, Waves
from survey.stats.nonresponse.earlier_slopes import pool_slopes
from survey.stats.nonresponse.rounds import (
    FIRST_LOT,
    NO_LOT,
    SECOND_LOT,
    Rounds,
    RoundsError,
)
from survey.stats.nonresponse.silence_slope import SilenceSlope, fit_rounds
from survey.stats.notices import Notice
from survey.stats.pipeline.dummies import known_of_invited
from survey.stats.pipeline.quality import response_deviations

_FEWEST = 5  # of a category in each wave and among the silent


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldByWaves:
    """What rounds of reminders tell of silence.

    Attributes
    ----------
    rounds : Rounds
        Of people.
    person : ndarray of intp, shape (m,)
        The row of ``rounds`` of each row of the list.
    slope : SilenceSlope
    """

    rounds: Rounds
    person: IndexArray
    slope: SilenceSlope


def told_by_waves(
    domains: CampaignDomains,
    invitations: Invitations,
    answered: BoolArray,
    chosen: NonresponsePlan,
) -> tuple[ToldByWaves | None, tuple[Notice, ...]]:
    """Return what rounds of reminders tell, and what should be known of it.

    Of whoever was asked about several units one row is made: whether he answered is one decision,
    and his answer the mean of what he said, as deviations from each unit's and group's mean.
    """
    listed = invitations.rounds
    person = np.arange(answered.size) if listed is None else listed.person
    _, first, place = np.unique(person, return_index=True, return_inverse=True)
    rows = np.flatnonzero(answered)
    deviation = np.bincount(
        place[rows],
        response_deviations(domains, invitations.response[rows]),
        minlength=first.size,
    )
    number = np.bincount(place[rows], minlength=first.size)
    came = number > 0
    y = np.where(came, deviation / np.maximum(number, 1), 0.0)
    scale = float(y[came].std())
    wave = np.zeros(first.size, dtype=np.int8)
    wave[place[rows]] = invitations.wave[rows]
    rounds = Rounds(
        x=_with_lots(domains, invitations, wave[place])[first],
        wave=wave,
        lot=np.zeros(first.size, dtype=np.int8) if listed is None else listed.lot[first],
        early=np.zeros(first.size, dtype=np.bool_) if listed is None else listed.early[first],
        y=y / scale if scale > 0 else y,
    )
    prior = pool_slopes(
        slopes=np.array([slope for slope, _error in chosen.earlier]),
        errors=np.array([error for _slope, error in chosen.earlier]),
        between=chosen.between,
    )
    try:
        slope = fit_rounds(rounds, prior=prior)
    except RoundsError as error:
        few = error.values["wave"], error.values["fewest"]
        return None, (Notice("callbacks_interval_unusable", wave=few[0], fewest=few[1]),)
    return ToldByWaves(rounds=rounds, person=place, slope=slope), _said_of(slope)


def _with_lots(
    domains: CampaignDomains, invitations: Invitations, wave: NDArray[np.int8]
) -> FloatArray:
    """Return what the frame knows of the rows, and in which lot they are."""
    sides = [wave == k for k in range(int(wave.max(initial=2)) + 1)]
    x = known_of_invited(domains, invitations, sides, fewest=_FEWEST)
    if invitations.rounds is None:
        return x
    lot = invitations.rounds.lot
    columns = [lot == each for each in (FIRST_LOT, SECOND_LOT)]
    # Where everybody is in a lot the first is the reference.
    return np.column_stack([x, *columns[0 if (lot == NO_LOT).any() else 1 :]])


def _said_of(slope: SilenceSlope) -> tuple[Notice, ...]:
    low, high = slope.interval()
    said = [Notice("silence_slope", g=slope.mean, lower=low, upper=high, earlier=slope.prior.n)]
    if slope.doubted:
        said.append(Notice("waves_disagree", p_value=slope.p_value))
    if slope.by_lots is None:
        said.append(Notice("no_lots"))
    return tuple(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class NonresponseStep:
    """What the silence of invited people means for the weights.

    Attributes
    ----------
    method : {"none", "classes", "propensity", "callbacks"}
        What was used on the weights: the plan's choice, or the simpler one a notice names.
    factor : ndarray of float64, shape (n,)
        What each response's weight is multiplied by; on average 1 in a unit and group.
    answered : ndarray of bool, shape (m,)
        Invited people with an answer that counts.
    x : ndarray of float64, shape (m, p)
        Constant and dummies of what the frame knows of everybody invited.
    propensity : ndarray of float64, shape (m,)
        Chances of answering given what the frame knows, in (0, 1].
    waves : Waves or None
    callbacks : Callbacks or None
        Where the reminder tells how answering depends on the answer.
    told : ToldByWaves or None
        The same where waves are told apart.
    notices : tuple of Notice
    """

    method: NonresponseMethod
    factor: FloatArray
    answered: BoolArray
    x: FloatArray
    propensity: FloatArray
    waves: Waves | None
    callbacks: Callbacks | None
    told: ToldByWaves | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """Points by which each group's score could move, relative to the weights used.

    Attributes
    ----------
    method : str
        "callbacks", "waves" (the 95 % range of g) or "proxy" (phi from 0 to 1).
    lower, upper : ndarray of float64, shape (u, g)
        Not above and not below zero, but by waves; NaN where nobody on the list answered.
    correlation : ndarray of float64, shape (g,)
        Of the proxy with the answers; NaN with callbacks, and where none was fitted.
    """

    method: str
    lower: FloatArray
    upper: FloatArray
    correlation: FloatArray


def spread(domains: CampaignDomains, invitations: Invitations, weights: FloatArray) -> FloatArray:
    """Return the weights (m,) as factors (n,) of a mean of 1 in each unit and group."""
    here = weights > 0
    rows = invitations.response[here]
    factor = np.ones(domains.sample.n_responses)
    domain, size = domains.domain[rows], len(domains.rows)
    total = np.bincount(domain, weights[here], minlength=size)
    number = np.bincount(domain, minlength=size)
    factor[rows] = weights[here] * number[domain] / total[domain]
    return factor
