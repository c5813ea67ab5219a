"""The step of the pipeline that lets invited people who answered stand for those who did not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.corrections import NonresponseMethod, NonresponsePlan
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.campaign.invitations import Invitations
from survey.stats.estimation.regression import RegressionError
from survey.stats.nonresponse.adjustment import (
    NonresponseAdjustment,
    NonresponseError,
    adjust_by_class,
    adjust_by_propensity,
)
from survey.stats.nonresponse.callbacks import (
    CallbackError,
    Callbacks,
    Waves,
    fit_callbacks,
    weights_given,
)
from survey.stats.notices import Notice
from survey.stats.pipeline.dummies import known_of_invited
from survey.stats.pipeline.nonresponse_step import NonresponseStep, spread, told_by_waves
from survey.stats.pipeline.quality import response_deviations

_FEWEST = 5  # of a category among those who answered and among those who did not
_FEWEST_IN_CLASS = 10  # answers


def adjust_nonresponse(
    domains: CampaignDomains,
    invitations: Invitations,
    valid: BoolArray,
    chosen: NonresponsePlan,
) -> NonresponseStep | None:
    """Adjust the weights of invited answers by the method the plan names.

    Parameters
    ----------
    domains : CampaignDomains
    invitations : Invitations
    valid : ndarray of bool, shape (n,)
        Responses that count; an invited answer that does not is silence.
    chosen : NonresponsePlan

    Returns
    -------
    NonresponseStep or None
        None where nobody who was invited has an answer that counts.

    Notes
    -----
    Everybody of a unit and group is taken to have been invited with the same chance. Chances
    of answering are estimated for the whole county; the factors are then brought to a mean of
    1 in each unit and group, so that the step shifts weight between people, not between open
    and invited answers. Invited answers that ``invitations`` does not list keep their weight.
    """
    answered = (invitations.response >= 0) & (invitations.wave > 0)
    answered[answered] = valid[invitations.response[answered]]
    if not answered.any():
        return None
    x = known_of_invited(domains, invitations, (answered, ~answered), fewest=_FEWEST)
    wanted = chosen.method
    notices: list[Notice] = []
    propensity = _propensity(answered, x)
    callbacks = waves = told = None
    method: NonresponseMethod = wanted
    if wanted in {"callbacks", "callbacks_interval"}:
        waves = _waves(domains, invitations, answered)
        callbacks, few = _fitted(waves, weighing=wanted == "callbacks")
        notices += few
        method = (
            "none" if wanted == "callbacks_interval" else "callbacks" if callbacks else "classes"
        )
    if wanted == "waves_interval":
        told, said = told_by_waves(domains, invitations, answered, chosen)
        notices += said
        method = "none"
    if method == "propensity" and propensity is None:
        notices.append(Notice("propensity_unusable"))
        method = "classes"
    by_class = _by_class(domains, invitations, answered)
    if propensity is None:
        propensity = by_class.propensity
    weights: dict[str, Callable[[], FloatArray]] = {
        "none": lambda: answered.astype(np.float64),
        "classes": lambda: by_class.weights,
        "propensity": lambda: answered / propensity,
        "callbacks": lambda: _given(waves, callbacks),
    }
    return NonresponseStep(
        method=method,
        factor=spread(domains, invitations, weights[method]()),
        answered=answered, x=x, propensity=propensity, waves=waves, callbacks=callbacks,
        told=told,
        notices=(*notices, *_unlisted(domains, invitations, valid)),
    )  # fmt: skip


def _propensity(answered: BoolArray, x: FloatArray) -> FloatArray | None:
    try:
        return adjust_by_propensity(
            base_weights=np.ones(answered.size), responded=answered, x=x
        ).propensity
    except (NonresponseError, RegressionError):
        return None


def _by_class(
    domains: CampaignDomains, invitations: Invitations, answered: BoolArray
) -> NonresponseAdjustment:
    """Adjust by classes: group by sex by age by residence, coarser where too few answered."""
    code = np.full(answered.size, -1, dtype=np.intp)
    levels = [invitations.group.astype(np.intp)]
    for variable in invitations.variables:
        categories, codes = invitations.codes_of(variable)
        levels.append(levels[-1] * (len(categories) + 1) + codes + 1)
    start = 0
    for level in reversed(levels):
        left = np.flatnonzero(code < 0)
        names, place = np.unique(level[left], return_inverse=True)
        number = np.bincount(place, answered[left], minlength=names.size)
        enough = number[place] >= _FEWEST_IN_CLASS
        code[left[enough]] = start + place[enough]
        start += names.size
    # Whoever is left belongs to small classes of small groups: one class for all of them, and
    # with the largest class where even there nobody answered.
    rest = code < 0
    code[rest] = start
    if rest.any() and not answered[rest].any():
        code[rest] = np.bincount(code[answered]).argmax()
    _, classes = np.unique(code, return_inverse=True)
    return adjust_by_class(
        base_weights=np.ones(answered.size), responded=answered, classes=classes,
        names=tuple(map(str, range(int(classes.max()) + 1))),
    )  # fmt: skip


def _waves(domains: CampaignDomains, invitations: Invitations, answered: BoolArray) -> Waves:
    """Answers as deviations from their unit's and group's mean, in standard deviations."""
    wave = np.where(answered, np.minimum(invitations.wave, 2), 0).astype(np.int8)
    # A category that did not answer the reminder has no chance of its own to be estimated.
    x = known_of_invited(domains, invitations, (wave == 1, wave == 2, wave == 0), fewest=_FEWEST)
    deviation = response_deviations(domains, invitations.response[answered])
    scale = float(deviation.std())
    y = np.zeros(answered.size)
    y[answered] = deviation / scale if scale > 0 else 0.0
    return Waves(base_weights=np.ones(answered.size), x=x, y=y, wave=wave)


def _fitted(waves: Waves, *, weighing: bool) -> tuple[Callbacks | None, list[Notice]]:
    try:
        return fit_callbacks(waves), []
    except CallbackError as error:
        few = error.values["wave"], error.values["fewest"]
    if weighing:
        return None, [Notice("callbacks_unusable", wave=few[0], fewest=few[1])]
    return None, [Notice("callbacks_interval_unusable", wave=few[0], fewest=few[1])]


def _given(waves: Waves | None, callbacks: Callbacks | None) -> FloatArray:
    assert waves is not None
    assert callbacks is not None
    return weights_given(waves, callbacks.shrunk)


def _unlisted(
    domains: CampaignDomains, invitations: Invitations, valid: BoolArray
) -> tuple[Notice, ...]:
    invited = domains.invited
    invited &= valid
    invited[invitations.response[invitations.response >= 0]] = False
    number = int(invited.sum())
    if not number:
        return ()
    return (Notice("invited_not_listed", n=number),)
