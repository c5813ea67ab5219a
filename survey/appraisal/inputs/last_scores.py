"""Scores of last time for a folder that shall look at them and states none: from --before."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from survey.appraisal.record import AppraisalRecord
from survey.problems import Refused
from survey.scheme.county import CountyFolder, with_last_release


def with_scores_before(
    county: CountyFolder, before: AppraisalRecord | None, path: Path | None
) -> CountyFolder:
    """Return a folder's county with the scores of an earlier appraisal, if it wants and lacks them.

    Raises Refused where the scores are invented and the folder is not, or the other way round.
    """
    wanted = county.scheme.scoring.debiasing
    lacks = wanted.borrowing_covariate != "none" and not wanted.last_release.scores
    if not lacks or before is None or path is None:
        return county
    if before.simulated != county.scheme.county.simulated:
        raise Refused.of(
            file=path.name,
            field="simulated",
            zh="真实评议与模拟评议不能互用上次得分",
            en="a real campaign takes no scores of a simulated one, nor the other way round",
        )
    here = {unit.unit_code for unit in county.units}
    document = with_last_release(
        county.document,
        campaign=before.campaign,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        scores={
            unit.unit_code: float(unit.score)
            for unit in before.units
            if unit.score is not None and unit.unit_code in here
        },
    )
    return replace(county, document=document)
