"""Batches of codes that are answered unlike comparable ones, and how that is noticed."""

import numpy as np

from survey.appraisal.inputs.reading import Inputs
from survey.clock import local_day
from survey.stats.campaign.result import AppraisalNotice
from survey.stats.integrity import UnlikeBatch, unlike_batches
from survey.stats.notices import Notice


def unlike(inputs: Inputs) -> tuple[UnlikeBatch, ...]:
    """Return the batches that are answered unlike comparable ones."""
    issued = inputs.issued
    if not issued.batches:
        return ()
    kinds = [
        (
            (one.class_code, one.group_code, one.channel),
            (one.group_code, one.channel),
            (one.group_code,),
        )
        for one in issued.batches
    ]
    columns = [
        np.unique([repr(kind) for kind in column], return_inverse=True)[1]
        for column in zip(*kinds, strict=True)
    ]
    return unlike_batches(
        strata=np.stack(columns, axis=1).astype(np.intp),
        issued=issued.issued,
        withdrawn=issued.withdrawn,
        batch=issued.batch,
        waited=issued.waited,
        items=inputs.loaded.sample.items,
        best=len(inputs.plan.points) - 1,
    )


def unlike_notice(inputs: Inputs, one: UnlikeBatch, timezone: str) -> AppraisalNotice:
    """Say what is unlike in a batch, when it was issued and by whom."""
    batch = inputs.issued.batches[one.batch]
    return AppraisalNotice(
        unit_code=batch.unit_code,
        group_code=batch.group_code,
        notice=Notice(
            "codes_unlike",
            measure=one.measure,
            issued=one.issued,
            answered=one.answered,
            share=one.share,
            usual=one.usual_share,
            day=local_day(batch.issued_at, timezone),
            by=batch.issued_by,
        ),
    )
