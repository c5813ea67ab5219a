"""Each thing the statistics and the registers say becomes a case with the answers it is about."""

from dataclasses import replace

import numpy as np
import pytest

from survey.appraisal.inputs.reading import Inputs
from survey.appraisal.load import LoadedSample
from survey.appraisal.review.found import Found, Outside, find_cases
from survey.appraisal.review.kinds import KINDS
from survey.appraisal.review.registers import PosterDay, Reported
from survey.fieldwork.invitations.answered import AnsweredBatches
from survey.stats.campaign.doubt_figures import CapturedFigure
from survey.stats.campaign.result import AppraisalNotice, AppraisalResult
from survey.stats.integrity.finding import KINDS as SUSPICIONS
from survey.stats.notices import Notice
from survey.stats.pipeline.appraise import appraise
from tests.stats.small_county import small_plan, small_sample

N = 240
NOBODY = np.zeros(0, dtype=np.int64)
OUTSIDE = Outside(posters=(), reports=(), rules={}, timezone="Asia/Shanghai")


@pytest.fixture(scope="module")
def scored() -> tuple[AppraisalResult, Inputs]:
    """Two units with 120 honest answers each, half of them of invited people."""
    rng = np.random.default_rng(3)
    plan = small_plan(groups=(100,))
    sample = small_sample(
        rng.integers(1, 6, (N, 2)).tolist(),
        unit=np.arange(N) % 2,
        channel=(np.arange(N) // 2) % 2,
    )
    issued = AnsweredBatches(
        batches=(), issued=NOBODY, withdrawn=NOBODY, waited=np.zeros(N, dtype=np.int64),
        batch=np.full(N, -1, dtype=np.intp),
    )  # fmt: skip
    loaded = LoadedSample(
        sample=sample, ids=np.arange(1000, 1000 + N), digest="d", draws_digest=None
    )
    inputs = Inputs(plan=plan, loaded=loaded, invited=None, issued=issued, calls=None, root=b"")
    return replace(appraise(plan, sample), careless=np.zeros(N)), inputs


def only(found: list[Found], kind: str) -> Found:
    [one] = [each for each in found if each.kind == kind]
    return one


def test_honest_answers_leave_nothing_to_decide(scored: tuple[AppraisalResult, Inputs]) -> None:
    result, inputs = scored
    assert find_cases(result, inputs, OUTSIDE) == []


def test_every_kind_has_its_words() -> None:
    others = {"alarm", "quarantined", "careless", "captured", "codes_unlike", "poster_burst"}
    assert {*SUSPICIONS, *others, "coaching"} == KINDS.keys()


@pytest.mark.parametrize(("n_careless", "is_named"), [(9, False), (10, True)])
def test_a_unit_with_far_more_careless_answers_is_named(
    scored: tuple[AppraisalResult, Inputs], n_careless: int, is_named: bool
) -> None:
    result, inputs = scored
    careless = np.zeros(N)
    careless[1 : 2 * n_careless : 2] = 0.5  # of the second unit
    found = find_cases(replace(result, careless=careless), inputs, OUTSIDE)
    assert bool(found) == is_named
    if is_named:
        case = only(found, "careless")
        assert case.unit_code == "U2"
        assert case.rows.tolist() == list(range(1, 2 * n_careless, 2))


def test_what_is_careless_everywhere_alike_names_nobody(
    scored: tuple[AppraisalResult, Inputs],
) -> None:
    result, inputs = scored
    careless = np.where(np.arange(N) < 80, 0.9, 0.0)
    assert find_cases(replace(result, careless=careless), inputs, OUTSIDE) == []


def test_an_alarm_is_about_the_open_answers_that_count(
    scored: tuple[AppraisalResult, Inputs],
) -> None:
    result, inputs = scored
    notice = Notice(
        "channels_contradict", open=90.0, invited=60.0, z=5.0, extremes=1.0, excluded=False
    )
    about = AppraisalNotice(unit_code="U1", group_code="G1", notice=notice)
    found = find_cases(replace(result, notices=(about,)), inputs, OUTSIDE)
    case = only(found, "alarm")
    sample = inputs.loaded.sample
    assert case.rows.size
    assert (sample.channel[case.rows] == 0).all()
    assert (sample.unit[case.rows] == 0).all()
    assert result.screening.valid[case.rows].all()


def test_captured_codes_are_a_case_about_no_answer_in_particular(
    scored: tuple[AppraisalResult, Inputs],
) -> None:
    result, inputs = scored
    figure = CapturedFigure(
        unit_code="U2", n=60, signs=("full",), share=0.2, share_lower=0.1, share_upper=0.3,
        chance=0.004, lowered=2.0, widened=3.0,
    )  # fmt: skip
    notice = Notice(
        "codes_captured", n=60, sign="full", share=0.2, lower=0.1, upper=0.3, lowered=2.0,
        widened=3.0,
    )  # fmt: skip
    about = AppraisalNotice(unit_code="U2", group_code="", notice=notice)
    found = find_cases(replace(result, captured=(figure,), notices=(about,)), inputs, OUTSIDE)
    case = only(found, "captured")
    assert case.rows.size == 0
    assert case.certainty == pytest.approx(0.996)


@pytest.mark.parametrize(("n", "is_named"), [(7, False), (8, True)])
def test_a_poster_is_a_case_while_rules_leave_enough_of_its_burst(
    scored: tuple[AppraisalResult, Inputs], n: int, is_named: bool
) -> None:
    result, inputs = scored
    poster = PosterDay(
        code="7", place="大厅", unit_code="U1", group_code="G1", day="2026-12-03", n=20,
        responses=tuple(range(1000, 1000 + 2 * n, 2)),
    )  # fmt: skip
    found = find_cases(result, inputs, replace(OUTSIDE, posters=(poster,)))
    assert bool(found) == is_named
    if is_named:
        case = only(found, "poster_burst")
        assert case.rows.tolist() == list(range(0, 2 * n, 2))
        assert "大厅" in case.zh
        assert f"没有剔除的有{n}份" in case.zh


def test_reports_are_a_case_of_their_unit_and_another_once_more_came(
    scored: tuple[AppraisalResult, Inputs],
) -> None:
    result, inputs = scored
    told = Reported(unit_code="U1", n=3, sources=2, first_day="2026-12-03", last_day="2026-12-05")
    cases = [
        only(find_cases(result, inputs, replace(OUTSIDE, reports=(one,))), "coaching")
        for one in (told, told, replace(told, n=4))
    ]
    first, same, more = (case.digest([]) for case in cases)
    assert first == same != more
    assert "2处网络来的3次举报" in cases[0].zh
