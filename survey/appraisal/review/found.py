"""What a run found that people should decide on: each finding with the answers it is about."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from survey.appraisal.inputs.batches import unlike, unlike_notice
from survey.appraisal.inputs.reading import Inputs
from survey.appraisal.record.keeping import suspicion_words
from survey.appraisal.review.registers import PosterDay, Reported
from survey.canonical import digest_of
from survey.scheme.scoring import Rule
from survey.stats.arrays import IndexArray
from survey.stats.campaign.domains import invited_answers
from survey.stats.campaign.open_figures import SuspicionReport
from survey.stats.campaign.result import AppraisalNotice, AppraisalResult
from survey.stats.campaign.verdicts import ScreeningVerdict
from survey.stats.scipy_calls import bdtrc
from survey.wording import CAMPAIGN_NAMES, spoken

_CARELESS = 0.5  # more likely than not
_FEWEST_CARELESS = 10
_FEWEST_AT_POSTER = 8  # as the register of posters has it
_FALSE_ALARM_RATE = 0.01  # of a whole campaign without a unit unlike the others
_NOBODY = np.zeros(0, dtype=np.intp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding; `key` tells apart those about no answers of one kind, unit and group."""

    kind: str
    unit_code: str
    group_code: str
    rows: IndexArray
    zh: str
    en: str
    certainty: float | None = None
    key: str = ""

    def digest(self, responses: list[int]) -> str:
        """Return what is the same exactly if a run finds the same again."""
        told = [self.kind, self.unit_code, self.group_code, self.key, responses]
        return digest_of(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What is known outside the answers' figures: posters, reports, rules by name, time zone."""

    posters: tuple[PosterDay, ...]
    reports: tuple[Reported, ...]
    rules: dict[str, Rule]
    timezone: str


def find_cases(result: AppraisalResult, inputs: Inputs, outside: Outside) -> list[Found]:
    """Return the findings of a run that no decision had a part in, in an order that stays."""
    return [
        *(_suspicion(result, inputs, case) for case in result.cases),
        *_alarms(result, inputs),
        *_quarantined(result, inputs, outside.rules),
        *_careless(result, inputs),
        *_captured(result),
        *_batches(result, inputs, outside.timezone),
        *_posters(result, inputs, outside.posters),
        *_reports(outside.reports),
    ]


def _suspicion(result: AppraisalResult, inputs: Inputs, case: SuspicionReport) -> Found:
    rows = np.array(case.rows, dtype=np.intp)
    groups = {int(group) for group in inputs.loaded.sample.group[rows]}
    words = suspicion_words(case)
    return Found(
        kind=case.kind,
        unit_code=case.unit_code,
        group_code=result.plan.groups[groups.pop()].group_code if len(groups) == 1 else "",
        rows=rows,
        zh=words.zh,
        en=words.en,
        certainty=case.certainty,
    )


def _alarms(result: AppraisalResult, inputs: Inputs) -> Iterator[Found]:
    sample, plan = inputs.loaded.sample, result.plan
    units = [unit.unit_code for unit in plan.units]
    groups = [group.group_code for group in plan.groups]
    invited = invited_answers(plan.channels, sample)
    for notice in result.notices:
        if notice.code != "channels_contradict":
            continue
        here = sample.unit == units.index(notice.unit_code)
        here &= sample.group == groups.index(notice.group_code)
        yield _noticed("alarm", notice, np.flatnonzero(here & ~invited & result.screening.valid))


def _quarantined(
    result: AppraisalResult, inputs: Inputs, rules: dict[str, Rule]
) -> Iterator[Found]:
    """One file for each unit: a rule that sets aside leaves the last word to two people."""
    screening, sample = result.screening, inputs.loaded.sample
    aside = screening.verdict == ScreeningVerdict.QUARANTINE
    for unit in np.unique(sample.unit[aside]):
        rows = np.flatnonzero(aside & (sample.unit == unit))
        hits = screening.hits[rows].sum(axis=0)
        met = [
            (rules[rule], int(n))
            for rule, action, n in zip(screening.rule_ids, screening.actions, hits, strict=True)
            if n and action == ScreeningVerdict.QUARANTINE
        ]
        zh = "；".join(f"{rule.rule_id} {rule.name('zh')}（{n}份）" for rule, n in met)
        en = "; ".join(f"{rule.rule_id} {rule.name('en')} ({n})" for rule, n in met)
        yield Found(
            kind="quarantined",
            unit_code=result.plan.units[unit].unit_code,
            group_code="",
            rows=rows,
            zh=f"{rows.size}份答卷按规则暂不计入，待两人认定：{zh}",
            en=f"set aside by a rule until two people decide, answers: {rows.size}: {en}",
        )


def _careless(result: AppraisalResult, inputs: Inputs) -> Iterator[Found]:
    """Name units with far more careless answers than the county's share explains."""
    sample, valid = inputs.loaded.sample, result.screening.valid
    careless = valid & (result.careless >= _CARELESS)
    if not careless.any():
        return
    n_units = len(result.plan.units)
    n, hits = (np.bincount(sample.unit[rows], minlength=n_units) for rows in (valid, careless))
    for unit in np.flatnonzero(hits >= _FEWEST_CARELESS):
        others = (hits.sum() - hits[unit]) / max(n.sum() - n[unit], 1)
        chance = float(bdtrc(hits[unit] - 1.0, n[unit], others))
        if chance * n_units >= _FALSE_ALARM_RATE:
            continue
        yield Found(
            kind="careless",
            unit_code=result.plan.units[unit].unit_code,
            group_code="",
            rows=np.flatnonzero(careless & (sample.unit == unit)),
            zh=f"{n[unit]}份有效答卷中有{hits[unit]}份像是随意填写（{hits[unit] / n[unit]:.0%}），"
            f"其他单位合计只有{others:.0%}；已按可能性降低其权重",
            en=f"{hits[unit]} of {n[unit]} valid answers look careless"
            f" ({hits[unit] / n[unit]:.0%}), {others:.0%} about all other units; they count less"
            " by how likely that is",
            certainty=1.0 - chance * n_units,
        )


def _captured(result: AppraisalResult) -> Iterator[Found]:
    chances = {figure.unit_code: figure.chance for figure in result.captured}
    for notice in result.notices:
        if notice.code in {"codes_captured", "codes_captured_unscored"}:
            yield _noticed("captured", notice, _NOBODY, certainty=1.0 - chances[notice.unit_code])


def _batches(result: AppraisalResult, inputs: Inputs, timezone: str) -> Iterator[Found]:
    counted = result.screening.verdict < ScreeningVerdict.EXCLUDE
    for one in unlike(inputs):
        rows = np.flatnonzero((inputs.issued.batch == one.batch) & counted)
        notice = unlike_notice(inputs, one, timezone)
        yield _noticed("codes_unlike", notice, rows, certainty=1.0 - one.chance)


def _posters(
    result: AppraisalResult, inputs: Inputs, posters: tuple[PosterDay, ...]
) -> Iterator[Found]:
    counted = result.screening.verdict < ScreeningVerdict.EXCLUDE
    for poster in posters:
        rows = np.flatnonzero(np.isin(inputs.loaded.ids, poster.responses) & counted)
        if rows.size < _FEWEST_AT_POSTER:
            continue  # rules have taken the burst out already
        where = poster.place or poster.code
        yield Found(
            kind="poster_burst",
            unit_code=poster.unit_code,
            group_code=poster.group_code,
            rows=rows,
            zh=f"“{where}”的海报 {poster.day} 一天收到{poster.n}份，远多于它平日的份数；"
            f"规则没有剔除的有{rows.size}份",
            en=f"the poster at “{where}” brought {poster.n} answers on {poster.day}, far more than"
            f" on its other days; {rows.size} of them no rule takes out",
            key=f"{poster.code} {poster.day}",
        )


def _reports(reports: tuple[Reported, ...]) -> Iterator[Found]:
    for told in reports:
        yield Found(
            kind="coaching",
            unit_code=told.unit_code,
            group_code="",
            rows=_NOBODY,
            zh=f"{told.sources}处网络来的{told.n}次举报说有人授意或干预作答（{told.first_day}至"
            f"{told.last_day}）；举报的内容见“干预作答举报”页",
            en=f"{told.n} reports from {told.sources} networks that people were told what to answer"
            f" ({told.first_day} to {told.last_day}); what they say is on the page of reports",
            key=f"{told.n}",
        )


def _noticed(
    kind: str, notice: AppraisalNotice, rows: IndexArray, *, certainty: float | None = None
) -> Found:
    words = spoken(notice.notice, names=CAMPAIGN_NAMES)
    return Found(
        kind=kind,
        unit_code=notice.unit_code,
        group_code=notice.group_code,
        rows=rows,
        zh=str(words["zh"]),
        en=str(words["en"]),
        certainty=certainty,
        key="" if rows.size else str(notice.values.get("day", "")),
    )
