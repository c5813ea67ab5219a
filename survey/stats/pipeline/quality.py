"""How much of its weight each valid response keeps: organised and careless answers keep less."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.campaign.corrections import QualityPlan
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.campaign.sample import NONE
from survey.stats.campaign.verdicts import Screening, ScreeningVerdict
from survey.stats.integrity.captured_codes import CapturedCodes, find_captured_codes
from survey.stats.integrity.captured_marks import InvitedSheets
from survey.stats.integrity.careless import careless_probability
from survey.stats.integrity.coached_groups import CoachedGroup, find_coached_groups
from survey.stats.integrity.collusion import cluster_cap, find_collusion
from survey.stats.integrity.finding import Finding

_FEWEST_FOR_CLASSES = 200  # answers from which three kinds of answering can be told
_TOGETHER = 20_000  # answers scored at once: what all of them take by the way would fill the memory


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityWeights:
    """What screening leaves of each response's weight, short of setting it aside.

    Attributes
    ----------
    factor : ndarray of float64, shape (n,)
        In [0, 1]; zero for what does not count at all.
    careless : ndarray of float64, shape (n,)
        Posterior probability of careless answering; zero where it was not asked for.
    findings : tuple of Finding
        Cases of organised answering among all but excluded responses; rows of the sample.
    coached : tuple of CoachedGroup
        Groups of invited people who answer as if told what to tick; rows of the sample.
    captured : tuple of CapturedCodes
        Units some of whose codes look captured.
    """

    factor: FloatArray
    careless: FloatArray
    findings: tuple[Finding, ...]
    coached: tuple[CoachedGroup, ...]
    captured: tuple[CapturedCodes, ...]


def quality_weights(
    domains: CampaignDomains,
    screening: Screening,
    wanted: QualityPlan,
    *,
    counted_as: FloatArray | None = None,
) -> QualityWeights:
    """Find organised and careless answers and say what weight the valid ones keep.

    Notes
    -----
    Invited and open answers are looked at apart, so that nothing written into the open channel
    can change the weight of an invited answer. A finding's rows share the weight honest
    answering explains (``collusion.cluster_cap``); a response keeps one minus its probability
    of carelessness. Both are switched in the plan. What a rule only quarantined is looked at
    too, for the case files of those who decide on it. Codes are hashed, so their order of
    issue is not known here and not looked at. Invited answers of a group that looks coached keep
    their weight in full: honest people may agree, so it is for two people to find out. So do
    those of a unit whose codes look captured. ``counted_as`` is what two people left of each.
    """
    invited = domains.invited
    factor = screening.valid.astype(np.float64)
    careless = np.zeros(factor.size)
    findings: list[Finding] = []
    coached: tuple[CoachedGroup, ...] = ()
    captured: tuple[CapturedCodes, ...] = ()
    if wanted.cap_collusion:
        captured = _captured(domains, screening, wanted.false_alarm_rate)
        coached = _coached(domains, screening, wanted.false_alarm_rate)
    for side in (invited, ~invited):
        if wanted.cap_collusion:
            rows = np.flatnonzero(side & (screening.verdict < ScreeningVerdict.EXCLUDE))
            found, cap = _organised(domains, rows, wanted.false_alarm_rate)
            findings += found
            # Where two people have decided, what they decided holds in full.
            factor *= np.where(screening.decided, 1.0, cap)
        valid = np.flatnonzero(side & screening.valid)
        if wanted.weigh_carelessness and valid.size >= _FEWEST_FOR_CLASSES:
            careless[valid] = _careless(domains, valid)
    if counted_as is not None:
        factor *= counted_as
    return QualityWeights(
        factor=factor * (1 - careless), careless=careless, findings=tuple(findings),
        coached=coached, captured=captured,
    )  # fmt: skip


def _organised(
    domains: CampaignDomains, rows: IndexArray, false_alarm_rate: float
) -> tuple[tuple[Finding, ...], FloatArray]:
    sample = domains.sample
    unit, items, network = sample.unit[rows], sample.items[rows], sample.network[rows]
    submitted_at = sample.submitted_at[rows]
    cap = np.ones(sample.n_responses)
    if not rows.size:
        return (), cap
    found = find_collusion(
        unit=unit, items=items, network=network, submitted_at=submitted_at,
        score=response_scores(domains)[rows], device=sample.device[rows],
        token=np.full(rows.size, NONE, dtype=np.int64), channel=sample.channel[rows],
        false_alarm_rate=false_alarm_rate,
    )  # fmt: skip
    cap[rows] = cluster_cap(
        findings=found, unit=unit, items=items, network=network, submitted_at=submitted_at
    )
    return tuple(replace(finding, rows=rows[finding.rows]) for finding in found), cap


def _coached(
    domains: CampaignDomains, screening: Screening, false_alarm_rate: float
) -> tuple[CoachedGroup, ...]:
    """Look at invited answers no two people have decided on."""
    sample = domains.sample
    open_question = (screening.verdict < ScreeningVerdict.EXCLUDE) & ~screening.decided
    rows = np.flatnonzero(domains.invited & open_question)
    found = find_coached_groups(
        unit=sample.unit[rows], group=sample.group[rows], items=sample.items[rows],
        score=response_scores(domains)[rows], praise=_two_best(domains.points),
        false_alarm_rate=false_alarm_rate,
    )  # fmt: skip
    return tuple(replace(case, rows=rows[case.rows]) for case in found)


def _captured(
    domains: CampaignDomains, screening: Screening, rate: float
) -> tuple[CapturedCodes, ...]:
    """Look at the invited answers that count."""
    sample = domains.sample
    rows = np.flatnonzero(domains.invited & screening.valid)
    timed = np.array([channel.timed for channel in domains.channels])[sample.channel[rows]]
    sheets = InvitedSheets(
        unit=sample.unit[rows], group=sample.group[rows], channel=sample.channel[rows],
        items=sample.items[rows], score=response_scores(domains)[rows],
        duration_ms=np.where(timed, sample.duration_ms[rows], NONE),
        device=sample.device[rows], network=sample.network[rows],
    )  # fmt: skip
    return find_captured_codes(sheets, points=domains.points, n_units=len(domains.units), rate=rate)


def _two_best(points: tuple[float, ...]) -> tuple[int, ...]:
    best = np.argsort(points[1:], kind="stable")[::-1] + 1
    return tuple(int(answer) for answer in best[:2])


def _careless(domains: CampaignDomains, rows: IndexArray) -> FloatArray:
    sample = domains.sample
    answers = sample.items[rows]
    return careless_probability(
        items=np.where(answers > 0, answers, np.nan).astype(np.float64),
        duration_ms=sample.duration_ms[rows],
        channel=sample.channel[rows],
    ).probability


def response_scores(domains: CampaignDomains) -> FloatArray:
    """Score each response by its unit's item coefficients over what it rated; NaN if nothing."""
    out = np.full(domains.sample.n_responses, np.nan)
    points = np.asarray(domains.points, dtype=np.float64)
    for start in range(0, out.size, _TOGETHER):
        part = slice(start, start + _TOGETHER)
        items = domains.sample.items[part]
        coefficient = np.where(items > 0, domains.item_coefficients[domains.domain[part]], 0.0)
        total = coefficient.sum(axis=1)
        scored = (coefficient * points[np.maximum(items, 0)]).sum(axis=1)
        np.divide(scored, total, out=out[part], where=total > 0)
    return out


def response_deviations(domains: CampaignDomains, rows: IndexArray) -> FloatArray:
    """Return how far some responses lie from the mean of those of their unit and group.

    Zero where nothing was rated; ``rows`` (k,) are places in the sample.
    """
    scores = response_scores(domains)[rows]
    domain, size = domains.domain[rows], len(domains.rows)
    rated = np.isfinite(scores)
    number = np.maximum(np.bincount(domain[rated], minlength=size), 1)
    mean = np.bincount(domain[rated], scores[rated], minlength=size) / number
    return np.where(rated, scores - mean[domain], 0.0)
