"""Organised answering: what was organised, when, how many, how sure, and what it changes.

A finding always needs two things: answers that belong together (one device, one network, one
moment, codes in the order of issue, sources that concentrate on a unit) *and* answers that
differ from the rest of the unit more than honest ones do. Neither a shared address nor a bad
opinion is ever enough: nearly half of honest phones share carrier addresses, and whole streets
share grievances. What is found is for people to decide on; the weights of `cluster_cap` merely
keep one source from speaking for many while they decide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.errors import StatsError
from survey.stats.integrity.bursts import find_bursts
from survey.stats.integrity.coached import excess_of_pattern, patterns_to_test, tally
from survey.stats.integrity.code_runs import find_code_runs
from survey.stats.integrity.dense_blocks import find_dense_blocks
from survey.stats.integrity.evidence import (
    ReferenceDistribution,
    reference_distribution,
    weigh_evidence,
)
from survey.stats.integrity.finding import Finding, Suspicion, without_repeats, write_up
from survey.stats.integrity.identical import cap_identical
from survey.stats.integrity.row_groups import RowGroups, chosen, group_rows, vector_codes

# The false-alarm rate is shared out among so many: two for each kind that has something in
# common, one for patterns.
_TESTS = 11
_MOSTLY = 0.5  # of a group with one pattern: the rest may be bystanders
_FEWEST_FROM = {"shared_network": 5, "shared_device": 4}


class CollusionError(StatsError):
    """Arrays that do not fit together, or a rate that is no rate."""

    code = "collusion_arrays"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """The rated answers; ``row`` is their place in the caller's arrays."""

    row: IndexArray
    unit: IndexArray
    items: NDArray[np.integer]
    vector: IndexArray
    score: FloatArray
    submitted_at: NDArray[np.int64]
    device: NDArray[np.int64]
    network: NDArray[np.int64]
    token: NDArray[np.int64]
    channel: IndexArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suspicion:
    """Candidate groups of one kind and the respondents' weight each would keep."""

    kind: str
    groups: RowGroups
    keep: FloatArray


def find_collusion(
    *,
    unit: IndexArray,
    items: NDArray[np.integer],
    score: FloatArray,
    submitted_at: NDArray[np.int64],
    device: NDArray[np.int64],
    network: NDArray[np.int64],
    token: NDArray[np.int64],
    channel: IndexArray,
    false_alarm_rate: float = 0.01,
) -> tuple[Finding, ...]:
    """Find organised answering.

    Parameters
    ----------
    unit, channel : ndarray of intp, shape (n,)
        Codes from 0.
    items : ndarray of int, shape (n, k)
        Answers, any coding.
    score : ndarray of float64, shape (n,)
        Score of each response; nan where nothing was rated (such responses are passed over).
    submitted_at : ndarray of int64, shape (n,)
        Seconds.
    device, network : ndarray of int64, shape (n,)
        Codes equal where the marks are; -1 without one.
    token : ndarray of int64, shape (n,)
        Place of the invitation code in the order of issue; -1 without one or unknown.
    false_alarm_rate : float in (0, 1)
        Wanted bound on the expected number of findings in a campaign in which every respondent
        answers independently given unit and channel.

    Returns
    -------
    tuple of Finding
        Ordered by unit and time. Findings may overlap.

    Raises
    ------
    CollusionError
        If the arrays differ in length or the rate is no rate.

    Notes
    -----
    Candidates are tested twice (mean too far off, one vector too frequent; ``evidence``), with
    Bonferroni's correction over candidates and tests. What is found is left out of the yardstick
    and everything tested once more, so that a stuffed unit does not make its honest answers look
    odd. A finding by identical answers is about these and what differs from them in at most a
    quarter of the items; one by its mean is about the whole group, since taking out only the
    high or only the low answers would bias the unit.
    """
    if not 0 < false_alarm_rate < 1:
        raise CollusionError("rate", rate=false_alarm_rate)
    columns = (score, submitted_at, device, network, token, channel, items[:, 0])
    if any(column.shape != unit.shape for column in columns):
        raise CollusionError("rows")
    row = np.flatnonzero(np.isfinite(score))
    if not row.size:
        return ()
    answers = _Answers(
        row=row, unit=unit[row], items=items[row], vector=vector_codes(items[row]),
        score=score[row], submitted_at=submitted_at[row], device=device[row],
        network=network[row], token=token[row], channel=channel[row],
    )  # fmt: skip
    level = false_alarm_rate / _TESTS
    cases = _judge_twice(answers, _suspect(answers), level)
    cases += _coached(answers, n_items=items.shape[1], level=level)
    found = [
        write_up(
            case, row=row, unit=answers.unit, score=answers.score,
            submitted_at=answers.submitted_at,
        )
        for case in without_repeats(cases, row.size)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda finding: (finding.unit, finding.when, finding.kind)))


def cluster_cap(
    *,
    findings: tuple[Finding, ...],
    unit: IndexArray,
    items: NDArray[np.integer],
    network: NDArray[np.int64],
    submitted_at: NDArray[np.int64],
) -> FloatArray:
    """Return factors on the weights that keep one source from speaking for many.

    Parameters
    ----------
    findings : tuple of Finding
        From ``find_collusion`` on the same rows.
    unit, items, network, submitted_at
        As there.

    Returns
    -------
    ndarray of float64, shape (n,)
        In (0, 1]. The rows of a finding share its ``keep``: a device or network keeps the weight
        of one respondent, a burst what was usual. Besides, identical answers about one unit from
        one network in one half hour keep one (``identical``).
    """
    factor = cap_identical(
        unit=unit, vector=vector_codes(items), network=network, submitted_at=submitted_at
    )
    for finding in findings:
        share = min(1.0, finding.keep / finding.n)
        factor[finding.rows] = np.minimum(factor[finding.rows], share)
    return factor


def _suspect(answers: _Answers) -> list[_Suspicion]:
    """Return the candidates, the kind that tells most of an event first."""
    online = (answers.device >= 0) | (answers.network >= 0)
    bursts, usual = find_bursts(unit=answers.unit, submitted_at=answers.submitted_at, online=online)
    found = [_Suspicion(kind="burst", groups=bursts, keep=usual)]
    for kind, mark in (("shared_network", answers.network), ("shared_device", answers.device)):
        groups = group_rows(answers.unit, mark)
        groups = chosen(groups, groups.size >= _FEWEST_FROM[kind])
        found.append(_Suspicion(kind=kind, groups=groups, keep=np.ones(groups.n_groups)))
    runs = find_code_runs(unit=answers.unit, token=answers.token, submitted_at=answers.submitted_at)
    found.append(_Suspicion(kind="code_sequence", groups=runs, keep=np.ones(runs.n_groups)))
    return found


def _judge_twice(answers: _Answers, suspicions: list[_Suspicion], level: float) -> list[Suspicion]:
    organised = np.zeros(answers.row.size, dtype=np.bool_)
    sources = tuple(group_rows(answers.unit, mark) for mark in (answers.network, answers.device))
    cases: list[Suspicion] = []
    for _ in range(2):
        reference = reference_distribution(
            unit=answers.unit, vector=answers.vector, score=answers.score,
            channel=answers.channel, sources=sources, organised=organised,
        )  # fmt: skip
        cases = [case for each in suspicions for case in _judge(each, answers, reference, level)]
        if not cases:
            break
        organised = np.zeros(answers.row.size, dtype=np.bool_)
        organised[np.concatenate([case.rows for case in cases])] = True
    # What is left may still be one attack split over sources too small to be told by themselves.
    blocks = find_dense_blocks(unit=answers.unit, source=np.where(organised, -1, answers.network))
    suspicion = _Suspicion(kind="dense_block", groups=blocks, keep=np.ones(blocks.n_groups))
    return cases + _judge(suspicion, answers, reference, level)


def _judge(
    suspicion: _Suspicion, answers: _Answers, reference: ReferenceDistribution, level: float
) -> list[Suspicion]:
    """Return the cases among the candidates whose answers convict them."""
    groups = suspicion.groups
    evidence = weigh_evidence(reference, groups)
    # Bonferroni over the candidates: expected false findings of this kind, over the level.
    alarms_mean = groups.n_groups * evidence.p_mean / level
    alarms_same = evidence.n_vectors * evidence.p_same / level
    cases = []
    for group in np.flatnonzero(np.minimum(alarms_mean, alarms_same) < 1):
        rows = groups.rows(int(group))
        alike = bool(alarms_same[group] < 1)
        if alike:
            near = rows[_near(answers, rows, int(evidence.same[group]))]
            # Varied answers around one pattern: the pattern alone is not the whole of it.
            alike = bool(near.size >= _MOSTLY * rows.size or alarms_mean[group] >= 1)
            rows = near if alike else rows
        # What honest answering explains: one respondent a mark, what was usual in a burst.
        keep = max(1.0, float(suspicion.keep[group]))
        if suspicion.kind == "dense_block":
            keep = float(np.unique(answers.network[rows]).size)
        cases.append(
            Suspicion(
                kind=suspicion.kind,
                rows=rows,
                keep=keep,
                alarms=level * _TESTS * float(min(alarms_mean[group], alarms_same[group])),
                alike=alike,
            )
        )
    return cases


def _near(answers: _Answers, rows: IndexArray, vector: int) -> BoolArray:
    """Return which rows differ from a vector in at most a quarter of the items."""
    pattern = answers.items[np.argmax(answers.vector == vector)]
    differing = (answers.items[rows] != pattern).sum(axis=1)
    return np.asarray(differing <= pattern.size // 4)


def _coached(answers: _Answers, *, n_items: int, level: float) -> list[Suspicion]:
    tallied = tally(unit=answers.unit, vector=answers.vector, score=answers.score)
    patterns = patterns_to_test(tallied, n_items=n_items)
    cases = []
    for pattern in patterns:
        p, expected = excess_of_pattern(tallied, pattern=int(pattern))
        alarms = p * p.size * patterns.size / level
        for unit in np.flatnonzero(alarms < 1):
            pair = np.flatnonzero((tallied.unit == unit) & (tallied.vector == pattern))
            rows = tallied.pairs.rows(int(pair[0]))
            cases.append(
                Suspicion(
                    kind="coached_pattern",
                    rows=rows,
                    keep=max(1.0, float(expected[unit])),
                    alarms=level * _TESTS * float(alarms[unit]),
                    alike=True,
                )
            )
    return cases
