"""A campaign's answers scored as people decided on them: every run is the replay of that."""

from collections.abc import Sequence

from survey.appraisal.inputs.reading import Inputs
from survey.appraisal.review.standing import Ruled, decisions_for
from survey.stats.campaign.result import AppraisalResult
from survey.stats.pipeline.appraise import appraise


def replay(inputs: Inputs, cases: Sequence[Ruled]) -> AppraisalResult:
    """Score a campaign with what stands of some cases, the others as the rules have them."""
    decided = decisions_for(cases, inputs.loaded.ids)
    return appraise(
        inputs.plan,
        inputs.loaded.sample,
        decisions=decided.verdicts if decided else None,
        counted_as=decided.counted_as if decided else None,
        invitations=inputs.invitations,
    )
