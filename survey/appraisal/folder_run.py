"""Appraises a folder of files, without a database."""

from __future__ import annotations

import hashlib
from pathlib import Path

from survey.appraisal.outputs import write_outputs
from survey.appraisal.planning import plan_of
from survey.appraisal.responses_file import read_responses
from survey.fieldwork.county import CountyFolder
from survey.fieldwork.folder import read_folder
from survey.stats.appraisal import Appraisal
from survey.stats.appraise import appraise
from survey.stats.plan import Plan

RESPONSES = "responses_demo.csv"


def plan_of_folder(county: CountyFolder) -> Plan:
    """Return the plan of a county's folder.

    Raises
    ------
    Refused
        See ``plan_of``.
    """
    return plan_of(
        scheme=county.scheme,
        questionnaire=county.questionnaire,
        units=county.units,
        groups=county.groups,
        class_groups=county.class_groups,
        townships=[township.township_code for township in county.townships],
        margins=county.margins,
    )


def appraise_folder(folder: Path, out: Path, responses: str = RESPONSES) -> Appraisal:
    """Score the responses of a folder and write the four files of the result to ``out``.

    Raises
    ------
    Refused
        With every problem of the folder or its responses; then nothing is written.
    """
    county = read_folder(folder)
    plan = plan_of_folder(county)
    path = folder / responses
    sample = read_responses(path, plan=plan, questionnaire=county.questionnaire)
    appraisal = appraise(plan, sample)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    facts = {
        "campaign": county.campaign.campaign_code,
        "simulated": county.county.fictional,
        "inputs": dict(sorted({**county.digests, path.name: digest}.items())),
    }
    write_outputs(appraisal, response_id=sample.response_id, out=out, facts=facts)
    return appraisal
