"""What the silence of invited people means: for the weights, and for how sure a score is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.corrections import NonresponseMethod
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.campaign.invitations import Invitations
from survey.stats.nonresponse.callbacks import Callbacks, Waves
from survey.stats.notices import Notice


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
    notices : tuple of Notice
    """

    method: NonresponseMethod
    factor: FloatArray
    answered: BoolArray
    x: FloatArray
    propensity: FloatArray
    waves: Waves | None
    callbacks: Callbacks | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """Points by which each group's score could move, relative to the weights used.

    Attributes
    ----------
    method : str
        "callbacks" (the 95 % range of g) or "proxy" (phi from 0 to 1).
    lower, upper : ndarray of float64, shape (u, g)
        Not above and not below zero; NaN where nobody on the list answered.
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
