"""The scheme's validity rules: a verdict and rule ids for each response.

A response is never set aside because it shares a network address: nearly half of honest
phones do (carrier NAT). The two rules that look at networks and bursts ask in addition for
identical answers and then touch the identical answers alone; and they quarantine, which two
people can undo. Invited people who meet in one hall and agree no more than their group does
about other units are left in peace. All rules look at all returned answers, whatever another
rule says of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, IndexArray
from survey.stats.campaign.ages import counts
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.campaign.plan import RULE_IDS, ScreeningPlan
from survey.stats.campaign.sample import NONE, Sample
from survey.stats.campaign.verdicts import Screening, ScreeningVerdict
from survey.stats.errors import StatsError
from survey.stats.pipeline.alike import Elsewhere, dominated
from survey.stats.scipy_calls import bdtrc

_DAY = 86_400
_CHANCE = 1e-3  # below it, so many identical answers are not what a group gives of itself
_ALIKE = 1.5, 0.05  # how much likelier than elsewhere invited people may honestly agree
_RENUMBER_ABOVE = 1 << 55  # far from overflow whatever the next item adds

_ACTIONS = {
    "flag": ScreeningVerdict.FLAG,
    "quarantine": ScreeningVerdict.QUARANTINE,
    "exclude": ScreeningVerdict.EXCLUDE,
}


class UnknownRuleError(StatsError):
    """The plan names a validity rule that does not exist."""

    code = "unknown_validity_rule"


def screen(
    domains: CampaignDomains, wanted: ScreeningPlan, *, decisions: NDArray[np.int8] | None = None
) -> Screening:
    """Apply the plan's validity rules to all answers, whichever of them count in the domains.

    Parameters
    ----------
    domains, wanted
        The answers and the rules.
    decisions : ndarray of int8, shape (n,), optional
        ``ScreeningVerdict`` two people decided on, -1 where they decided nothing. A
        decision replaces the rules' verdict; the rules that met the response stay on record.

    Raises
    ------
    UnknownRuleError
        If the plan names a rule that is not one of V01 to V10.
    """
    n = domains.sample.n_responses
    rules = wanted.rules
    returned = _returned(domains, wanted)
    hits = np.zeros((n, len(rules)), dtype=np.bool_)
    verdict = np.zeros(n, dtype=np.int8)
    for column, rule in enumerate(rules):
        if rule.rule_id not in _RULES:
            raise UnknownRuleError(rule=rule.rule_id, known=tuple(_RULES))
        hits[:, column] = _RULES[rule.rule_id](returned)
        verdict[hits[:, column]] = np.maximum(verdict[hits[:, column]], _ACTIONS[rule.action])
    decided = np.zeros(n, dtype=np.bool_) if decisions is None else decisions >= 0
    if decisions is not None:
        verdict = np.where(decided, decisions, verdict)
    return Screening(
        rule_ids=tuple(rule.rule_id for rule in rules),
        actions=tuple(_ACTIONS[rule.action] for rule in rules),
        hits=hits,
        verdict=verdict,
        decided=decided,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Returned:
    """All returned answers and what the rules have to know of each.

    Attributes
    ----------
    rules : ScreeningPlan
    sample : Sample
    timed, invited, resident : ndarray of bool, shape (n,)
        Answered on a screen, by invitation, in a group weighted to residents.
    home : ndarray of intp, shape (n,)
        The township whose residents alone may rate the unit; -1 if anybody may.
    """

    rules: ScreeningPlan
    sample: Sample
    timed: BoolArray
    invited: BoolArray
    resident: BoolArray
    home: IndexArray


def _returned(domains: CampaignDomains, wanted: ScreeningPlan) -> _Returned:
    sample = domains.sample
    timed = np.array([channel.timed for channel in domains.channels], dtype=np.bool_)
    residents = np.array([group.weighting != "none" for group in domains.groups], dtype=np.bool_)
    places = {code: index for index, code in enumerate(domains.townships)}
    homes = np.array([places.get(unit.home, NONE) for unit in domains.units], dtype=np.intp)
    return _Returned(
        rules=wanted,
        sample=sample,
        timed=timed[sample.channel],
        invited=domains.invited,
        resident=residents[sample.group],
        home=homes[sample.unit],
    )


def _other_age(answers: _Returned) -> BoolArray:
    ages = answers.sample.ages
    return np.isin(answers.sample.age, [k for k, age in enumerate(ages) if not counts(age)])


def _repeated_device(answers: _Returned) -> BoolArray:
    sample = answers.sample
    return _repeated(sample, marks=sample.device, within=sample.unit)


def _repeated_token(answers: _Returned) -> BoolArray:
    sample = answers.sample
    return _repeated(sample, marks=sample.token, within=np.zeros_like(sample.unit))


def _repeated(sample: Sample, *, marks: NDArray[np.int64], within: IndexArray) -> BoolArray:
    """Return all but the first of the responses that share a mark, the unmarked never."""
    order = np.lexsort((sample.response_id, sample.submitted_at, marks, within))
    same_mark = marks[order][1:] == marks[order][:-1]
    same_place = within[order][1:] == within[order][:-1]
    out = np.zeros(sample.n_responses, dtype=np.bool_)
    out[order[1:]] = same_mark & same_place & (marks[order][1:] != NONE)
    return out


def _too_fast(answers: _Returned) -> BoolArray:
    duration = answers.sample.duration_ms
    too_fast = duration < 1000 * answers.rules.min_seconds
    return np.asarray(answers.timed & (duration >= 0) & too_fast)


def _nothing_rated(answers: _Returned) -> BoolArray:
    return np.asarray((answers.sample.items < 1).all(axis=1))


def _lives_elsewhere(answers: _Returned) -> BoolArray:
    elsewhere = (answers.home != NONE) & (answers.sample.township != answers.home)
    return np.asarray(answers.resident & elsewhere)


def _same_from_one_network(answers: _Returned) -> BoolArray:
    """Return the identical answers that dominate a network's answers about one unit."""
    sample, rules = answers.sample, answers.rules
    out = np.zeros(sample.n_responses, dtype=np.bool_)
    vectors = answer_codes(sample)
    elsewhere = Elsewhere(sample.unit, sample.group, vectors, answers.invited)
    invited = answers.invited.astype(np.intp)
    order = np.lexsort((sample.network, sample.unit, invited))
    order = order[sample.network[order] != NONE]
    keys = np.stack([sample.unit[order], sample.network[order], invited[order]])
    breaks = np.flatnonzero((np.diff(keys, axis=1) != 0).any(axis=0)) + 1
    ends = np.array([0, *breaks, order.size])
    for number in np.flatnonzero(np.diff(ends) >= rules.network_min):
        rows = order[ends[number] : ends[number + 1]]
        block = dominant_block(vectors[rows], rules.network_same_share)
        if block.any() and not _usual(answers, elsewhere, vectors, rows, block):
            out[rows[block]] = True
    return out


def _usual(
    answers: _Returned,
    elsewhere: Elsewhere,
    vectors: NDArray[np.int64],
    rows: IndexArray,
    block: BoolArray,
) -> bool:
    """Tell whether the invited answers of the same groups about other units explain a block."""
    if not answers.invited[rows[0]]:
        return False
    sample = answers.sample
    groups = np.unique(sample.group[rows])
    n, hits = elsewhere.counts(
        int(sample.unit[rows[0]]), groups, vector=int(vectors[rows[block][0]])
    )
    share = (hits / np.maximum(n, 1))[np.searchsorted(groups, sample.group[rows])].mean()
    likely = min(_ALIKE[0] * share + _ALIKE[1], 1.0)
    return bool(bdtrc(block.sum() - 1.0, rows.size, likely) >= _CHANCE)


def _burst(answers: _Returned) -> BoolArray:
    """Return the identical answers that dominate a burst against the unit's own rhythm."""
    sample, rules = answers.sample, answers.rules
    out = np.zeros(sample.n_responses, dtype=np.bool_)
    vectors, invited = answer_codes(sample), answers.invited.astype(np.intp)
    elsewhere = Elsewhere(sample.unit, sample.group, vectors, answers.invited)
    for side in (0, 1):
        order = np.lexsort((sample.submitted_at, sample.unit))
        order = order[invited[order] == side]
        breaks = np.flatnonzero(np.diff(sample.unit[order])) + 1
        first_moment = int(sample.submitted_at[order].min()) if order.size else 0
        for rows in np.split(order, breaks):
            times = sample.submitted_at[rows]
            windows = _burst_windows(rules, times, first_moment)
            for start, stop in dominated(vectors[rows], windows, share=rules.burst_same_share):
                window = rows[start:stop]
                block = dominant_block(vectors[window], rules.burst_same_share)
                if not out[window[block]].all() and not _usual(
                    answers, elsewhere, vectors, window, block
                ):
                    out[window[block]] = True
    return out


def _burst_windows(
    rules: ScreeningPlan, times: NDArray[np.int64], first_moment: int
) -> list[tuple[int, int]]:
    """Return the windows, as slices of the sorted times, with many times the usual number.

    Usual is the mean number in the same window of the previous days, as many of them as the
    fieldwork already has; on the first day nothing is usual and the floor alone decides.
    """
    width = round(60 * rules.burst_minutes)
    start = np.arange(times.size)
    stop = np.searchsorted(times, times + width)
    suspicious = np.flatnonzero(stop - start >= rules.burst_floor)
    usual = np.zeros(suspicious.size)
    n_days = np.zeros(suspicious.size)
    for day in range(1, rules.burst_days + 1):
        begin = times[suspicious] - day * _DAY
        count = np.searchsorted(times, begin + width) - np.searchsorted(times, begin)
        open_then = begin >= first_moment
        usual += np.where(open_then, count, 0)
        n_days += open_then
    mean = usual / np.maximum(n_days, 1)
    burst = suspicious[(stop - start)[suspicious] > rules.burst_ratio * mean]
    return [(int(row), int(stop[row])) for row in burst]


def _straight_line(answers: _Returned) -> BoolArray:
    # V09 excludes; what only weighs such answers is integrity/careless.py.
    items = answers.sample.items
    first = items[:, :1]
    return np.asarray((items == first).all(axis=1) & (first[:, 0] > 0))


def _own_staff(answers: _Returned) -> BoolArray:
    return answers.sample.own_staff


_RULES: dict[str, Callable[[_Returned], BoolArray]] = dict(
    zip(
        RULE_IDS,
        (
            *(_other_age, _repeated_device, _repeated_token, _too_fast, _nothing_rated),
            *(_lives_elsewhere, _same_from_one_network, _burst, _straight_line, _own_staff),
        ),
        strict=True,
    )
)


def answer_codes(sample: Sample) -> NDArray[np.int64]:
    """Return one number per response, equal where all answers are equal, shape (n,)."""
    codes = np.zeros(sample.n_responses, dtype=np.int64)
    base = int(sample.items.max(initial=0)) + 2
    for column in sample.items.T:
        codes = codes * base + (column + 1)
        if codes.max(initial=0) > _RENUMBER_ABOVE:
            codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    return codes


def dominant_block(vectors: NDArray[np.int64], share: float) -> BoolArray:
    """Return where the commonest vector stands if it makes up ``share`` of all, else nowhere."""
    values, counts = np.unique(vectors, return_counts=True)
    commonest = int(counts.argmax())
    if counts[commonest] < share * vectors.size:
        return np.zeros(vectors.size, dtype=np.bool_)
    return np.asarray(vectors == values[commonest])
