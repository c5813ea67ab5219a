"""What a leader reads of one class: table, intervals, funnel, what is sure, the trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from markupsafe import Markup

from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.scores import UnitScore
from survey.appraisal.score_sheet import axis_of
from survey.problems import Refused
from survey.reports.classes.state import UnitState, to_decide, unit_state
from survey.reports.fields import ClassPart, Fields
from survey.reports.filling import fill, name_of, reported_in
from survey.reports.unit_filling import letter_fields
from survey.stats.ranking import Funnel, funnel
from survey.web import charts

_FEWEST = 3  # units below which a class has no shape
_CURVE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A unit beside its line in the table: its number in the funnel, and what is known besides."""

    number: int
    beyond: int
    changes: tuple[str, ...]
    notices: tuple[str, ...]
    state: UnitState


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPage:
    """One class of a release; no funnel of so few units that they have no shape.

    `to_decide` is what was open when the release was made.
    """

    fields: Fields
    part: ClassPart
    standing: dict[str, Standing]
    intervals: Markup | None
    funnel: Markup | None
    target: str
    n_beyond: int
    to_decide: tuple[str, ...]


def class_page(
    document: ScoreDocument, *, class_code: str, lang: str, words: tuple[str, str]
) -> ClassPage:
    """Return what a leader reads of a class; `words` label its two pictures.

    Raises Refused where the release has no such class, or does not say what documents need.
    """
    values = fill(document, lang=lang)
    part = next((one for one in values.classes if one.code == class_code), None)
    if part is None:
        raise Refused.of(
            field=class_code,
            zh=f"这次发布中没有类别 {class_code}",
            en=f"this release has no class {class_code}",
        )
    by_code = {unit.unit_code: unit for unit in document.units}
    units = [by_code[row.code] for row in part.units]
    scored = [unit for unit in units if unit.score is not None and float(unit.effective_n) > 0]
    found = _funnel(document, scored) if len(scored) >= _FEWEST else None
    beyond = dict(
        zip([unit.unit_code for unit in scored], found.beyond.tolist(), strict=True)
        if found
        else ()
    )
    return ClassPage(
        fields=values,
        part=part,
        standing={
            unit.unit_code: _standing(document, unit, number, beyond.get(unit.unit_code, 0), lang)
            for number, unit in enumerate(units, 1)
        },
        intervals=_intervals(scored, lang, words[0]),
        funnel=_drawn(scored, found, lang, words[1]) if found else None,
        target=f"{found.target:.1f}" if found else "",
        n_beyond=sum(abs(place) == 2 for place in beyond.values()),
        to_decide=to_decide(units, lang),
    )


def _standing(
    document: ScoreDocument, unit: UnitScore, number: int, beyond: int, lang: str
) -> Standing:
    told = letter_fields(document, unit_code=unit.unit_code, lang=lang).unit
    return Standing(
        number=number,
        beyond=beyond,
        changes=told.changes if told else (),
        notices=told.notices if told else (),
        state=unit_state(unit, reported_in(document), lang),
    )


def _funnel(document: ScoreDocument, scored: Sequence[UnitScore]) -> Funnel:
    confidence = float(reported_in(document).confidence)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    half = [
        # Codes that look captured widen an interval at its lower end, the scale cuts its upper.
        float(unit.upper or 0) - float(unit.score or 0)
        if float(unit.upper or 0) < 100
        else float(unit.score or 0) - float(unit.lower or 0)
        for unit in scored
    ]
    return funnel(
        score=np.array([float(unit.score or 0) for unit in scored]),
        se=np.array(half) / z,
        effective_n=np.array([float(unit.effective_n) for unit in scored]),
    )


def _intervals(scored: Sequence[UnitScore], lang: str, label: str) -> Markup | None:
    if not scored:
        return None
    dots = [
        charts.Dot(
            name=name_of(unit, lang),
            words=unit.score or "",
            score=float(unit.score or 0),
            lower=float(unit.lower or 0),
            upper=float(unit.upper or 0),
            n=unit.n,
        )
        for unit in scored
    ]
    low, high = axis_of(scored)
    return charts.dot_plot(dots, label=label, low=low, high=high)


def _drawn(scored: Sequence[UnitScore], found: Funnel, lang: str, label: str) -> Markup:
    most = max(float(unit.effective_n) for unit in scored) * 1.1
    numbers = np.linspace(most / _CURVE, most, _CURVE)
    # Nothing is drawn of limits wider than the scale: they start where units do.
    numbers = numbers[numbers >= min(float(unit.effective_n) for unit in scored) / 2]
    limits = found.limits(numbers)
    return charts.funnel_plot(
        [
            charts.FunnelDot(
                name=name_of(unit, lang),
                n=float(unit.effective_n),
                score=float(unit.score or 0),
                beyond=abs(int(place)),
            )
            for unit, place in zip(scored, found.beyond, strict=True)
        ],
        label=label,
        target=found.target,
        limits=[(float(n), limits[:, i].tolist()) for i, n in enumerate(numbers)],
    )
