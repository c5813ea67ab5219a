"""Appraises a folder of files, without a database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from survey.appraisal.callbacks.calls_file import CALLS, read_calls
from survey.appraisal.callbacks.verified import asked_by, verified_units, with_calls
from survey.appraisal.changes import compare, question_digest, read_before
from survey.appraisal.inputs.last_scores import with_scores_before
from survey.appraisal.inputs.reading import EARLIER_SCORES
from survey.appraisal.invitations_file import INVITATIONS, read_invitations
from survey.appraisal.outputs import write_outputs
from survey.appraisal.record import AppraisalRecord
from survey.appraisal.record.keeping import Facts, record_of
from survey.appraisal.responses_file import item_columns, read_responses
from survey.appraisal.review.decisions_file import DECISIONS, read_decisions_file
from survey.office_files.given import given, told_as_given, unread
from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.scheme.planning import build_plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.pipeline.appraise import appraise

RESPONSES = "responses_demo.csv"


def appraise_folder(
    folder: Path, out: Path, responses: str = RESPONSES, before: Path | None = None
) -> AppraisalResult:
    """Score the responses of a folder and write the four files of the result to ``out``.

    ``responses`` is a file of the folder, or else a path of its own; ``before`` the
    appraisal.json of an earlier campaign, from which the changes are told.

    Raises
    ------
    Refused
        With every problem of the folder or its responses; then nothing is written.
    """
    with told_as_given(folder):
        done = _appraised(folder, responses, before)
        write_outputs(done.result, response_id=done.response_id, out=out, record=done.record)
    return done.result


def record_of_folder(folder: Path) -> AppraisalRecord:
    """Score the responses of a folder, and return the record of it alone.

    Raises
    ------
    Refused
        With every problem of the folder or its responses.
    """
    with told_as_given(folder):
        return _appraised(folder, RESPONSES, None).record


@dataclass(frozen=True, slots=True, kw_only=True)
class _Appraised:
    result: AppraisalResult
    record: AppraisalRecord
    response_id: NDArray[np.str_]


def _appraised(folder: Path, responses: str, before: Path | None) -> _Appraised:
    earlier = read_before(before) if before else None
    county = with_scores_before(read_folder(folder), earlier, before)
    plan = build_plan(county)
    path = _answers(folder, responses)
    if problems := list(unread(folder, (INVITATIONS, DECISIONS, CALLS))):
        raise Refused(problems)
    sample = read_responses(
        path,
        lists=plan.lists,
        items=item_columns(county.questionnaire, plan.lists.items),
        timezone=county.campaign.timezone,
    )
    listed = given(folder / INVITATIONS)
    apart = plan.nonresponse.waves_apart
    invitations = (
        read_invitations(listed, lists=plan.lists, sample=sample, waves_apart=apart)
        if listed.exists()
        else None
    )
    stated = given(folder / DECISIONS)
    decided = read_decisions_file(stated, sample=sample) if stated.exists() else None
    appraisal = appraise(
        plan,
        sample,
        decisions=decided.verdicts if decided else None,
        counted_as=decided.counted_as if decided else None,
        invitations=invitations,
    )
    called, verified = given(folder / CALLS), None
    if called.exists():
        verified = verified_units(
            read_calls(
                called, units=plan.units, groups=plan.groups, classes=plan.classes, sample=sample
            ),
            result=appraisal,
            ids=np.arange(sample.n_responses),
            asked=asked_by(county.scheme),
        )
        appraisal = with_calls(appraisal, verified)
    inputs = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (path, listed, stated, called)
        if file.exists()
    }
    if plan.borrowing.document:
        inputs[EARLIER_SCORES] = plan.borrowing.document
    if before:
        inputs[f"before/{before.name}"] = hashlib.sha256(before.read_bytes()).hexdigest()
    record = record_of(
        appraisal,
        response_id=sample.response_id,
        facts=Facts(
            campaign=county.campaign.campaign_code,
            simulated=county.scheme.county.simulated,
            question_digest=question_digest(county.questionnaire),
            inputs=dict(sorted({**county.digests, **inputs}.items())),
        ),
    )
    if verified is not None:
        record = replace(record, calls=verified)
    if earlier is not None:
        record = replace(record, changes=compare(record, earlier))
    return _Appraised(result=appraisal, record=record, response_id=sample.response_id)


def _answers(folder: Path, responses: str) -> Path:
    """Return the file of the answers; one that is named is meant, whatever stands beside it."""
    if responses == RESPONSES and (problems := list(unread(folder, (RESPONSES,)))):
        raise Refused(problems)
    inside = given(folder / responses)
    return Path(responses) if not inside.exists() and Path(responses).exists() else inside
