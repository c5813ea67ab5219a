"""Scores of one plan and the same answers: reckoned once in a process, handed out from then on.

`appraise` is a function of its arguments alone; that it is, and gives the same figures each time,
is held by tests that ask it themselves or let it `reckon_anew`.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256

import pytest

from survey.appraisal import folder_run
from survey.appraisal.review import replay
from survey.fieldwork.explaining import ends
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline import appraise

_CALLERS = (folder_run, replay, ends)
_MOST = 40


def reckon_once() -> None:
    """Let commands and pages score what was scored before by looking it up."""
    kept = _kept(appraise)
    for caller in _CALLERS:
        caller.appraise = kept  # type: ignore[attr-defined]


def reckon_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every scoring of a test be reckoned."""
    for caller in _CALLERS:
        monkeypatch.setattr(caller, "appraise", appraise)


def _kept(reckon: Callable[..., AppraisalResult]) -> Callable[..., AppraisalResult]:
    # As bytes: whoever changes what was handed out changes it for nobody else.
    found: OrderedDict[bytes, bytes] = OrderedDict()

    def looked_up(plan: Plan, sample: Sample, **known: object) -> AppraisalResult:
        # Equal arguments spelled otherwise are reckoned again; unequal ones are never alike.
        key = sha256(pickle.dumps((plan, sample, sorted(known.items())))).digest()
        if key not in found:
            found[key] = pickle.dumps(reckon(plan, sample, **known))
            if len(found) > _MOST:
                found.popitem(last=False)
        found.move_to_end(key)
        told: AppraisalResult = pickle.loads(found[key])
        return told

    return looked_up
