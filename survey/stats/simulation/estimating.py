"""The estimators compared, from the plain average to the whole pipeline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.integrity.collusion import cluster_cap, find_collusion
from survey.stats.nonprobability.alarms import find_alarms
from survey.stats.nonprobability.channel_answers import ChannelAnswers
from survey.stats.nonprobability.combination import Combination, combine
from survey.stats.nonprobability.limiter import Limited, limit
from survey.stats.simulation.answering import Invited, Sheets, together
from survey.stats.simulation.channel import (
    ANCHOR_BOUND,
    OPEN_BOUND,
    Net,
    channel_means,
    invited_net,
    open_net,
)
from survey.stats.simulation.county import County
from survey.stats.small_areas.fay_herriot import smoothed_freedom

MIN_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What the invited answers alone say: raked, net of raters; ``reference_only`` starts there."""

    channel: ChannelAnswers
    net: Net
    reference_only: Combination


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """What each estimator says of every unit, shape (u,) unless stated.

    Attributes
    ----------
    raw : ndarray of float64
        Plain mean of everything.
    reference : Anchor
    combination, limited
        Before and after the limit.
    alarm : ndarray of bool
        Where the open answers contradict the invited ones.
    kept : ndarray of float64, shape (n_open,)
        Factor screening left on the weight of each open respondent.
    set_aside : ndarray of bool, shape (n_open,)
        Named in a finding, for people to decide on.
    """

    raw: FloatArray
    reference: Anchor
    combination: Combination
    limited: Limited
    alarm: BoolArray
    kept: FloatArray
    set_aside: BoolArray

    @property
    def reference_score(self) -> FloatArray:
        """Mean of the invited answers, raked."""
        return self.reference.channel.mean.mean

    @property
    def reference_se(self) -> FloatArray:
        """Its standard error."""
        return np.sqrt(self.reference.channel.mean.variance)


def estimate_anchor(county: County, invited: Invited, *, seed: int = 1) -> Anchor:
    """Estimate every unit from the invited answers alone."""
    channel = channel_means(county, invited.sheets, bound=ANCHOR_BOUND)
    net = invited_net(county, invited.sheets)
    reference_only = combine(
        reference=net.means,
        open_sample=None,
        covariates=_kinds(county),
        rng=np.random.default_rng(seed),
    )
    return Anchor(channel=channel, net=net, reference_only=reference_only)


def estimate(
    county: County, invited: Invited, reference: Anchor, volunteers: Sheets, *, seed: int = 1
) -> Estimates:
    """Estimate every unit from invited and open answers."""
    kept, set_aside = screened(volunteers)
    combination = reference.reference_only
    alarm = np.zeros(county.setting.n_units, dtype=np.bool_)
    if volunteers.network.size:
        free = channel_means(county, volunteers, bound=OPEN_BOUND, kept=kept)
        alarms = find_alarms(invited=reference.channel, open_answers=free)
        alarm = alarms.raised
        combination = combine(
            reference=reference.net.means,
            open_sample=open_net(county, volunteers, kept),
            covariates=_kinds(county),
            open_weight=alarms.open_weight,
            rng=np.random.default_rng(seed),
        )
    return Estimates(
        raw=plain_means(county, together(invited.sheets, volunteers)),
        reference=reference,
        combination=combination,
        limited=limit(
            score=combination.score,
            se=combination.se,
            reference_score=reference.reference_only.score,
            reference_se=np.sqrt(reference.channel.mean.variance),
            df=smoothed_freedom(np.bincount(invited.sheets.unit, minlength=county.setting.n_units)),
        ),
        alarm=alarm,
        kept=kept,
        set_aside=set_aside,
    )


def plain_means(county: County, sheets: Sheets) -> FloatArray:
    """Average all ratings of each unit."""
    size = county.setting.n_units
    number = np.bincount(sheets.unit, minlength=size)
    return np.asarray(np.bincount(sheets.unit, sheets.points, size) / np.maximum(number, 1))


def _kinds(county: County) -> FloatArray:
    kind = np.arange(county.setting.n_units) < county.setting.n_towns
    return np.stack([np.ones(kind.size), kind - kind.mean()], axis=1)


def screened(sheets: Sheets) -> tuple[FloatArray, BoolArray]:
    """Return the factor screening leaves on each respondent, and who is named in a finding."""
    person, n = sheets.person, sheets.network.size
    items = (sheets.points[:, None] / 25).astype(np.int64)
    network, submitted_at = sheets.network[person], 60 * sheets.minute[person]
    if not n:
        return np.ones(0), np.zeros(0, dtype=np.bool_)
    findings = find_collusion(
        unit=sheets.unit,
        items=items,
        network=network,
        submitted_at=submitted_at,
        score=sheets.points,
        device=person.astype(np.int64),
        token=np.full(person.size, -1),
        channel=np.zeros(person.size, dtype=np.intp),
    )
    factor = cluster_cap(
        findings=findings,
        unit=sheets.unit,
        items=items,
        network=network,
        submitted_at=submitted_at,
    )
    kept = np.ones(n)
    np.minimum.at(kept, person, factor)
    kept[sheets.seconds < MIN_SECONDS] = 0.0
    set_aside = np.zeros(n, dtype=np.bool_)
    for finding in findings:
        set_aside[person[finding.rows]] = True
    return kept, set_aside
