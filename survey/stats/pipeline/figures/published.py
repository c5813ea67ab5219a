"""What is published of corrected scores: each unit with its interval and its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.corrections import Corrections, SmallAreasPlan
from survey.stats.campaign.domains import Scored
from survey.stats.campaign.doubt_figures import CapturedFigure
from survey.stats.campaign.figures import UnitFigure
from survey.stats.campaign.plan import PublicationPlan
from survey.stats.pipeline.combined_group import degrees_of_freedom
from survey.stats.pipeline.figures.captured import captured_figures, with_captured
from survey.stats.pipeline.figures.class_places import ClassPlace, place_in_class
from survey.stats.pipeline.figures.joint_covariance import joint_covariance
from survey.stats.pipeline.figures.units import unit_figures
from survey.stats.pipeline.holding.leaks import leaked_points
from survey.stats.pipeline.holding.protection import Protection, protect
from survey.stats.pipeline.small_areas import (
    SmallAreaEstimates,
    small_area_estimates,
    with_small_area_estimates,
)

if TYPE_CHECKING:
    from survey.stats.pipeline.corrected import Corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The figures of units, and what other figures are made of.

    ``shown`` are the scores as published, by a model where the plan wants one (``assisted``), with
    their ``covariance``; ``leaked`` says by how much they would be lower had a unit's own people
    given such shares of the best invited answers.
    """

    shown: Scored
    assistance: SmallAreaEstimates | None
    assisted: BoolArray
    protection: Protection
    covariance: FloatArray
    places: tuple[ClassPlace | None, ...]
    units: tuple[UnitFigure, ...]
    captured: tuple[CapturedFigure, ...]
    leaked: Callable[[tuple[float, ...]], FloatArray]


def publish(done: Corrected, *, wanted: Corrections, publication: PublicationPlan) -> Published:
    """Give every unit its figures and its place in its class, from what the corrections left."""
    domains = done.domains
    assistance = small_area_estimates(
        domains,
        done.undrawn.scored,
        done.undrawn.variance,
        wanted.small_areas,
        own_se=done.bound.own_se,
    )
    shown, variance, assisted = _assisted(wanted.small_areas, done, assistance)
    protection = protect(
        domains, done.weighted, done.combined, shown.units.share, firm=done.firm,
        combination=wanted.combination, wanted=wanted.protection,
    )  # fmt: skip
    covariance = joint_covariance(
        share=shown.units.share, variance=variance, combined=done.combined,
        leniency=done.leniency, reference_only=assisted,
    )  # fmt: skip
    places = place_in_class(
        class_of=domains.class_of,
        wanted=publication,
        ranked=protection.ranked,
        estimate=np.where(shown.units.covered, shown.units.score, np.nan),
        covariance=covariance,
    )
    units = unit_figures(
        domains, done.steps["returned"], shown, variance, places,
        freedom=degrees_of_freedom(domains, shown, done.combined),
        confidence=publication.confidence,
    )  # fmt: skip
    leaked = partial(
        leaked_points, domains, done.weighted, done.combined, shown,
        limit=wanted.combination.limit, assistance=assistance if assisted.any() else None,
        lent=done.lent,
    )  # fmt: skip
    captured = captured_figures(domains, done.quality.captured, units, leaked)
    return Published(
        shown=shown,
        assistance=assistance,
        assisted=assisted,
        protection=protection,
        covariance=covariance,
        places=places,
        units=with_captured(domains, units, captured),
        captured=captured,
        leaked=leaked,
    )


def _assisted(
    wanted: SmallAreasPlan, done: Corrected, assistance: SmallAreaEstimates | None
) -> tuple[Scored, FloatArray, BoolArray]:
    """Return scores and variances as published, and the units whose score a model assisted."""
    if not assistance or wanted.method != "assisted":
        return done.final, done.variance, np.zeros(len(done.domains.units), dtype=np.bool_)
    shown, variance = with_small_area_estimates(done.final, done.variance, assistance)
    return shown, variance, shown.units.score != done.final.units.score
