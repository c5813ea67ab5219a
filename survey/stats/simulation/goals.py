"""What was promised of the method, beside what a simulation found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from survey.stats.simulation.summary import Summary

_Figures = Mapping[str, float]
_NO_COLLUSION = ("null", "plain", "selection", "strong_selection", "half_codes", "dont_know")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One promise: where it applies, the figure, and the limit it must keep.

    ``at_most`` False: the figure must be at least the limit. ``share`` empty: at every share.
    """

    zh: str
    en: str
    scenarios: tuple[str, ...]
    share: str
    figure: Callable[[_Figures], float]
    limit: float
    at_most: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A goal in one scenario at one share: the figure found and whether it keeps the limit."""

    goal: Goal
    scenario: str
    share: str
    value: float

    @property
    def reached(self) -> bool:
        """Whether the promise holds."""
        return self.value <= self.goal.limit if self.goal.at_most else self.value >= self.goal.limit


def _ratio(above: str, below: str) -> Callable[[_Figures], float]:
    return lambda figures: figures[above] / figures[below]


def _plain(name: str) -> Callable[[_Figures], float]:
    return lambda figures: figures[name]


def _rmse(scenario: str, limit: float, cut: str) -> Goal:
    return Goal(
        zh=f"均方根误差比原始均值低{cut}", en=f"RMSE {cut} below the raw mean's",
        scenarios=(scenario,), share="0", figure=_ratio("score_rmse", "raw_rmse"), limit=limit,
    )  # fmt: skip


_CAREFUL = ("careful", "rare_cells", "personas", "several_units", "rival", "fifth")
_THREE_WAVES = ("three_waves_none", "three_waves", "three_waves_strong")
_LOTS = (
    *("lots_none", "lots", "lots_strong"),
    *("lots_third_none", "lots_third", "lots_third_strong"),
)
_INTERVALS = (
    ("sensitivity", "", ""),
    ("interval_alone", "（只放宽区间，不动得分）", ", where silence moves no score"),
)
_FLOODS = ("praise_poster", "poster_alone")
GOALS = (
    _rmse("selection", 0.40, "60 %"),
    _rmse("strong_selection", 0.25, "75 %"),
    _rmse("five_answers", 0.60, "40 %"),
    Goal(
        zh="误差不超过影响上限所允许的最小误差的1.10倍",
        en="RMSE at most 1.10 times the least that the bound allows",
        scenarios=_NO_COLLUSION, share="0", figure=_ratio("score_rmse", "floor_rmse"), limit=1.10,
    ),
    Goal(
        zh="普通无回答时误差不超过原始均值的1.05倍",
        en="plain nonresponse: RMSE at most 1.05 times the raw mean's",
        scenarios=("plain",), share="0", figure=_ratio("score_rmse", "raw_rmse"), limit=1.05,
    ),
    Goal(
        zh="误差不超过仅用受邀样本的1.02倍", en="RMSE at most 1.02 times invited-only",
        scenarios=(*_NO_COLLUSION, "nonignorable", "five_answers", "ten_answers"), share="0",
        figure=_ratio("score_rmse", "invited_rmse"), limit=1.02,
    ),
    Goal(
        zh="95%区间平均覆盖率不低于93%", en="coverage of 95 % intervals at least 93 % on average",
        scenarios=(*_NO_COLLUSION, "ten_answers"), share="0", figure=_plain("score_coverage"),
        limit=0.93, at_most=False,
    ),
    Goal(
        zh="95%区间平均覆盖率不高于97%", en="coverage of 95 % intervals at most 97 % on average",
        scenarios=(*_NO_COLLUSION, "ten_answers"), share="0", figure=_plain("score_coverage"),
        limit=0.97,
    ),
    Goal(
        zh="任一人口的覆盖率不低于91%", en="coverage at least 91 % in any one population",
        scenarios=_NO_COLLUSION, share="0", figure=_plain("score_coverage_worst_county"),
        limit=0.91, at_most=False,
    ),
    Goal(
        zh="5份答卷时覆盖率不低于92%", en="coverage at least 92 % at five answers",
        scenarios=("five_answers",), share="0", figure=_plain("score_coverage"),
        limit=0.92, at_most=False,
    ),
    Goal(
        zh="敏感性区间覆盖率不低于85%", en="sensitivity interval covers at least 85 %",
        scenarios=("nonignorable", "several"), share="0", figure=_plain("sensitivity_coverage"),
        limit=0.85, at_most=False,
    ),
    *(
        Goal(
            zh=f"三轮催答时敏感性区间覆盖率不低于93%{zh}",
            en=f"three waves: sensitivity interval covers at least 93 %{en}",
            scenarios=_THREE_WAVES, share="0", figure=_plain(f"{name}_coverage"),
            limit=0.93, at_most=False,
        )
        for name, zh, en in _INTERVALS
    ),
    *(
        Goal(
            zh=f"三轮催答时敏感性区间半宽不超过4.0分{zh}",
            en=f"three waves: half width of the sensitivity interval at most 4.0{en}",
            scenarios=_THREE_WAVES, share="0", figure=_plain(f"{name}_half_width"), limit=4.0,
        )
        for name, zh, en in _INTERVALS
    ),
    Goal(
        zh="各轮催办对比的敏感性区间覆盖率不低于93%",
        en="by waves and lots: sensitivity interval covers at least 93 %",
        scenarios=_LOTS, share="0", figure=_plain("sensitivity_coverage"), limit=0.93,
        at_most=False,
    ),
    Goal(
        zh="各轮催办对比的敏感性区间半宽不超过4.0分",
        en="by waves and lots: half width of the sensitivity interval at most 4.0",
        scenarios=_LOTS, share="0", figure=_plain("sensitivity_half_width"), limit=4.0,
    ),
    Goal(
        zh="沉默与态度无关时误差不超过不作该项校正的1.05倍",
        en="silence unrelated to opinion: RMSE at most 1.05 times that without the step",
        scenarios=("three_waves_none",), share="0",
        figure=_ratio("score_rmse", "without_step_rmse"), limit=1.05,
    ),
    Goal(
        zh="机器刷票平均移动不超过0.1分", en="bots move a score by at most 0.1 on average",
        scenarios=("bots",), share="", figure=_plain("moved"), limit=0.1,
    ),
    Goal(
        zh="单位网内刷票平均移动不超过0.3分", en="staff move a score by at most 0.3 on average",
        scenarios=("staff",), share="", figure=_plain("moved"), limit=0.3,
    ),
    Goal(
        zh="仿真刷票平均移动不超过1.0分", en="careful stuffing moves a score by at most 1.0",
        scenarios=_CAREFUL, share="", figure=_plain("moved"), limit=1.0,
    ),
    Goal(
        zh="移动从不超过一个受邀样本标准误", en="no movement above one SE of the invited sample",
        scenarios=("bots", "staff", *_CAREFUL, *_FLOODS, "several"), share="",
        figure=_plain("moved_most_se_worst"), limit=1.0 + 1e-9,
    ),
    Goal(
        zh="未受攻击单位移动不超过0.4分", en="units nobody attacked move by at most 0.4",
        scenarios=("bots", "staff", *_CAREFUL, "several"), share="",
        figure=_plain("honest_moved"), limit=0.4,
    ),
    Goal(
        zh="刷票20%名次变化不超过4位", en="rank gain at 20 % at most 4",
        scenarios=("bots", "staff", *_CAREFUL), share="0.2", figure=_plain("rank_gain"),
        limit=4.0,
    ),
    Goal(
        zh="刷海报不让任何单位失去排名", en="no flood of a poster takes a rank away",
        scenarios=_FLOODS, share="", figure=_plain("still_ranked"), limit=1.0, at_most=False,
    ),
    Goal(
        zh="刷票20%报警率不低于95%", en="alarm at 20 % careful stuffing at least 95 %",
        scenarios=("careful", "rare_cells", "rival", "fifth"), share="0.2",
        figure=_plain("alarm_power"), limit=0.95, at_most=False,
    ),
    Goal(
        zh="未受攻击单位误报不超过1%", en="false alarms at most 1 % of units nobody attacked",
        scenarios=("null", "plain", "selection", "strong_selection"), share="0",
        figure=_plain("alarms"), limit=0.01,
    ),
    Goal(
        zh="诚实答卷权重损失不超过1%", en="honest weight lost at most 1 %",
        scenarios=("plain", "selection", "bots", "staff", *_CAREFUL), share="",
        figure=_plain("honest_weight_lost"), limit=0.01,
    ),
    Goal(
        zh="诚实答卷被暂扣不超过0.5%", en="honest answers set aside at most 0.5 %",
        scenarios=("plain", "selection", "bots", "staff", *_CAREFUL), share="",
        figure=_plain("honest_set_aside"), limit=0.005,
    ),
    Goal(
        zh="名次集合同时包含全部真实名次不低于95%", en="rank sets hold all true ranks in 95 %",
        scenarios=("plain", "selection", "strong_selection"), share="0",
        figure=_plain("rank_sets_hold"), limit=0.95, at_most=False,
    ),
    Goal(
        zh="平均名次误差不超过原始的0.7倍", en="mean rank error at most 0.7 of raw",
        scenarios=("selection", "strong_selection"), share="0",
        figure=_ratio("score_rank_error", "raw_rank_error"), limit=0.7,
    ),
    Goal(
        zh="宽严偏差相关时误差比原始低60%", en="leniency with association: RMSE 60 % below raw",
        scenarios=("leniency", "strong_leniency"), share="0",
        figure=_ratio("score_rmse", "raw_rmse"), limit=0.4,
    ),
)  # fmt: skip


def outcomes(summaries: Sequence[Summary]) -> tuple[Outcome, ...]:
    """Hold the promises against what was simulated; scenarios not run are left out."""
    return tuple(
        Outcome(
            goal=goal,
            scenario=summary.scenario,
            share=summary.share,
            value=goal.figure(summary.figures),
        )
        for goal in GOALS
        for summary in summaries
        if summary.scenario in goal.scenarios and _applies(goal, summary)
    )


def _applies(goal: Goal, summary: Summary) -> bool:
    if goal.share:
        return summary.share == goal.share
    # Screening costs and the like are also asked of runs without an attack.
    return summary.share != "0" or summary.scenario in _NO_COLLUSION
