"""What the calls of a campaign make of its figures: each unit tested, intervals, notices."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey.appraisal.callbacks.calls import CampaignCalls, UnitCalls
from survey.appraisal.record.verified import FALSE, NO_CONTACT, VerifiedUnit
from survey.model import CALL_OUTCOMES, Campaign
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.scheme import Scheme
from survey.stats.callbacks import CalledAnswers, InvitedFrame, Verification, verify
from survey.stats.campaign.figures import UnitFigure
from survey.stats.campaign.plan import Scale, scale_of
from survey.stats.campaign.result import AppraisalNotice, AppraisalResult
from survey.stats.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the scheme wants confirmed: at most so many points, at which risk."""

    most: float
    risk: float


def asked_of(campaign: Campaign) -> Asked:
    """Return what a campaign's scheme wants confirmed."""
    return asked_by(scheme_of(campaign))


def asked_by(scheme: Scheme) -> Asked:
    """Return what a scheme wants confirmed."""
    return Asked(most=scheme.verification.most_points, risk=scheme.verification.risk)


def verified_units(
    calls: CampaignCalls, *, result: AppraisalResult, ids: NDArray[np.int64], asked: Asked
) -> tuple[VerifiedUnit, ...]:
    """Test every unit of a result; `ids` are the keys of its answers, in their order."""
    places = {int(response_id): place for place, response_id in enumerate(ids)}
    figures = {figure.unit_code: figure for figure in result.units}
    return tuple(
        _verified(unit, result, places, asked, figures[unit.unit_code]) for unit in calls.units
    )


def with_calls(result: AppraisalResult, verified: Sequence[VerifiedUnit]) -> AppraisalResult:
    """Widen the intervals by what calls cannot exclude, and say of each unit how it stands.

    Never narrower, and no score moves: a false answer found is for people to decide on.
    """
    found = {unit.unit_code: unit for unit in verified}
    scale = scale_of(result.plan.points)
    return replace(
        result,
        units=tuple(_widened(unit, found[unit.unit_code], scale) for unit in result.units),
        notices=(*result.notices, *(notice for unit in verified for notice in _notices(unit))),
    )


def _verified(
    unit: UnitCalls,
    result: AppraisalResult,
    places: Mapping[int, int],
    asked: Asked,
    figure: UnitFigure,
) -> VerifiedUnit:
    rows = np.array([places[code.response_id] for code in unit.codes], dtype=np.intp)
    place_of = {code.code_id: place for place, code in enumerate(unit.codes)}
    outcomes = [call.outcome for call in unit.counted]
    told = verify(
        InvitedFrame(
            raises=result.raises[rows],
            lowers=result.lowers[rows],
            size=np.array([code.size for code in unit.codes], dtype=np.float64),
        ),
        CalledAnswers(
            place=np.array([place_of[call.code_id] for call in unit.counted], dtype=np.intp),
            reached=np.array([each != NO_CONTACT for each in outcomes], dtype=np.bool_),
            false=np.array([each in FALSE for each in outcomes], dtype=np.bool_),
        ),
        most=asked.most,
        risk=asked.risk,
    )
    down, up = _widening(told)
    counted = Counter(outcomes)
    return VerifiedUnit(
        unit_code=unit.unit_code,
        state=told.state,
        most=asked.most,
        risk=asked.risk,
        n_answers=told.n_frame,
        n_drawn=len(unit.calls),
        outcomes={name: counted[name] for name in CALL_OUTCOMES},
        chance=told.chance,
        share_upper=told.share_upper,
        share_unreached=told.share_unreached,
        raised_upper=told.raised_upper,
        lowered_upper=told.lowered_upper,
        further=told.further,
        further_at_rate=told.further_at_rate,
        scored=figure.estimate is not None,
        at_line=_at_line(result, figure, asked.most),
        widened_down=down,
        widened_up=up,
    )


def _widening(told: Verification) -> tuple[float, float]:
    """Return by how much an interval reaches further down and up, as if all could be reached."""
    if not told.n_false:
        return 0.0, 0.0
    reached = told.n_reached / told.n_called
    return told.raised_upper / reached, told.lowered_upper / reached


def _at_line(result: AppraisalResult, figure: UnitFigure, most: float) -> bool:
    """Say whether a score lies above a line of its class or a grade by no more than `most`."""
    if figure.estimate is None:
        return False
    lines = [band.minimum for band in result.plan.grades]
    lines += [
        each.score
        for each in result.plan.decisions.thresholds
        if each.class_code == figure.class_code and each.score is not None
    ]
    return any(line <= figure.estimate < line + most for line in lines if line > 0)


def _widened(unit: UnitFigure, told: VerifiedUnit, scale: Scale) -> UnitFigure:
    if unit.lower is None or unit.upper is None:
        return unit
    return replace(
        unit,
        lower=max(unit.lower - told.widened_down, min(unit.lower, scale.lowest)),
        upper=min(unit.upper + told.widened_up, max(unit.upper, scale.highest)),
    )


def _notices(told: VerifiedUnit) -> list[AppraisalNotice]:
    if not told.scored:
        return []
    notices = [_state_told(told)]
    if told.n_false:
        notices.append(
            Notice(
                "calls_widened",
                false=told.n_false,
                n=told.n_reached,
                share=told.share_upper,
                unreached=told.share_unreached,
                down=told.widened_down,
                up=told.widened_up,
            )
        )
    return [
        AppraisalNotice(unit_code=told.unit_code, group_code="", notice=each) for each in notices
    ]


def _state_told(told: VerifiedUnit) -> Notice:
    n, missed, most = told.n_reached, told.outcomes[NO_CONTACT], told.most
    if not told.n_drawn:
        return Notice("calls_none", most=most)
    if told.state == "confirmed":
        return Notice(
            "calls_confirmed",
            n=n,
            missed=missed,
            most=most,
            risk=told.risk,
            share=told.share_upper,
        )
    if told.state == "refuted":
        return Notice("calls_refuted", n=n, missed=missed, most=most, false=told.n_false)
    return Notice(
        "calls_open",
        n=n,
        missed=missed,
        most=most,
        risk=told.risk,
        share=told.share_upper,
        false=told.n_false,
    )
