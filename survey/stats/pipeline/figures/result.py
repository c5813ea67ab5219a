"""All figures of an appraisal, put together from what was corrected and what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.corrections import Corrections
from survey.stats.campaign.domains import Scored
from survey.stats.campaign.figures import Step
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalNotice, AppraisalResult
from survey.stats.notices import Notice
from survey.stats.pipeline.figures.borrowing import borrowing_figures, borrowing_notices
from survey.stats.pipeline.figures.bounds import bound_notices
from survey.stats.pipeline.figures.captured import captured_notices
from survey.stats.pipeline.figures.channel_mix import channel_mix
from survey.stats.pipeline.figures.channels import (
    case_files,
    channel_figures,
    defence_notices,
    leniency_notices,
    open_biases,
)
from survey.stats.pipeline.figures.coached import coached_cases, coached_notices
from survey.stats.pipeline.figures.decisions import decision_figures
from survey.stats.pipeline.figures.item_differences import item_differences
from survey.stats.pipeline.figures.nonresponse import (
    nonresponse_figure,
    nonresponse_notices,
    sensitivity_figures,
)
from survey.stats.pipeline.figures.robustness import protection_notices, robustness_figures
from survey.stats.pipeline.figures.units import group_figures, known, notices, precision_notices
from survey.stats.pipeline.holding.answer_moves import answer_moves
from survey.stats.pipeline.holding.leaks import weights_that_tell
from survey.stats.pipeline.nonresponse_sensitivity import find_sensitivity
from survey.stats.pipeline.nonresponse_step import Sensitivity
from survey.stats.pipeline.small_areas import publication_figures, publication_notices
from survey.stats.ranking.robustness import SHARES

if TYPE_CHECKING:
    from survey.stats.pipeline.corrected import Corrected
    from survey.stats.pipeline.figures.published import Published


def result_of(plan: Plan, done: Corrected, published: Published) -> AppraisalResult:
    """Return everything an appraisal tells, each figure from the room that makes it."""
    domains, valid, units = done.domains, done.screening.valid, published.units
    sensitivity = _sensitivity(done)
    borrowing = borrowing_figures(done)
    moves = answer_moves(
        domains, weights=weights_that_tell(domains, done.weighted, done.combined),
        share=_moved_by(done, published.shown.units.share),
    )  # fmt: skip
    return AppraisalResult(
        plan=plan,
        screening=done.screening,
        units=units,
        groups=group_figures(
            domains, done.screening, done.final, done.group_variance, done.weighted.weighting
        ),
        steps=_steps(done, published),
        notices=(
            *_notices(done, published, sensitivity, wanted=plan, digits=plan.digits),
            *borrowing_notices(done, borrowing, plan.borrowing),
        ),
        channels=channel_figures(domains, valid, done.combined, plan.combination),
        open_bias=open_biases(domains, valid, done.combined, plan.combination),
        cases=(
            *case_files(domains, done.quality.findings),
            *coached_cases(domains, done.quality.coached),
        ),
        robustness=robustness_figures(
            domains, published.places, published.protection, published.leaked(SHARES)
        ),
        captured=published.captured,
        channel_mix=channel_mix(
            domains, done.weighted, published.shown, done.combined, plan.combination
        ),
        publication=publication_figures(domains, published.assistance),
        nonresponse=nonresponse_figure(domains, done.invitations, done.nonresponse)
        if done.invitations and done.nonresponse
        else None,
        sensitivity=sensitivity_figures(
            domains, done.final, done.group_variance, units, sensitivity, confidence=plan.confidence
        )
        if sensitivity
        else (),
        decisions=decision_figures(
            plan.decisions,
            plan.publication,
            units,
            published.covariance,
            n_classes=len(plan.classes),
        ),
        item_differences=item_differences(
            domains,
            done.final,
            done.weighted.weighting,
            units=units,
            classes=plan.classes,
            publication=plan.publication,
            error_rate=plan.decisions.error_rate,
        ),
        borrowing=borrowing,
        weight_kept=done.quality.factor,
        careless=done.quality.careless,
        raises=moves.raises,
        lowers=moves.lowers,
    )


def _moved_by(done: Corrected, share: FloatArray) -> FloatArray:
    """Return by how much at most each unit's score moves with what its groups say, (u, g).

    Their share in it, or where groups borrow all that the score follows of them if that is more:
    how much is drawn hangs on the answers, too, and not at all is its end. A combined group
    follows its own answers by all of what they move at most.
    """
    if done.lent is None:
        return share
    follows = done.lent.follows.copy()
    for entry in done.combined:
        follows[entry.units, entry.group, entry.group] = 1.0
    followed = np.einsum("ug,ugh->uh", share, np.maximum(follows, 0.0))
    return np.asarray(np.maximum(share, followed))


def _notices(
    done: Corrected,
    published: Published,
    sensitivity: Sensitivity | None,
    *,
    wanted: Corrections,
    digits: int,
) -> tuple[AppraisalNotice, ...]:
    domains, valid, quality = done.domains, done.screening.valid, done.quality
    covered = published.shown.units.covered
    is_asked = done.invitations is not None
    return (
        *notices(
            domains, done.final, done.weighted.weighting, done.alike, moving=done.bound.others
        ),
        *precision_notices(published.units, digits=digits),
        *defence_notices(domains, valid, done.combined, quality, wanted.combination),
        *coached_notices(domains, done.final, quality.coached),
        *captured_notices(domains, quality.captured, published.captured),
        *bound_notices(
            domains, valid, done.alone, done.bound, wanted.combination, published=covered
        ),
        *protection_notices(domains, published.protection, published=covered),
        *publication_notices(domains, published.assistance, wanted.small_areas),
        *_of_the_draw(done.domains.sample.probability, valid),
        *nonresponse_notices(done.nonresponse, sensitivity, wanted.nonresponse, asked=is_asked),
        *leniency_notices(domains, done.leniency),
    )


def _of_the_draw(probability: FloatArray | None, valid: BoolArray) -> tuple[AppraisalNotice, ...]:
    """Say that invited answers count by the chances they were drawn with, if they do."""
    if probability is None or not (valid & np.isfinite(probability)).any():
        return ()
    chances = probability[valid & np.isfinite(probability)]
    said = Notice(
        "design_weights",
        n=chances.size,
        least=float(chances.min()),
        most=float(chances.max()),
    )
    return (AppraisalNotice(unit_code="", group_code="", notice=said),)


def _steps(done: Corrected, published: Published) -> tuple[Step, ...]:
    """Return the scores after each step; a model's are one more, where the plan publishes them."""
    scored = dict(done.steps)
    if published.shown is not done.final:
        scored["assisted"] = published.shown
    return tuple(_step(name, after) for name, after in scored.items())


def _step(name: str, after: Scored) -> Step:
    shown = np.where(after.units.covered, after.units.score, np.nan)
    return Step(name=name, unit_scores=tuple(known(score) for score in shown))


def _sensitivity(done: Corrected) -> Sensitivity | None:
    if not (done.invitations and done.nonresponse):
        return None
    return find_sensitivity(
        done.domains, done.invitations, done.nonresponse, valid=done.screening.valid,
        trusted=done.quality.factor,
    )  # fmt: skip
