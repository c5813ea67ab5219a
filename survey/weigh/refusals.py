"""What the statistics refuse, said in both languages."""

from __future__ import annotations

from survey.problems import Refused
from survey.stats.errors import StatsError
from survey.stats.estimation.design import LonelyUnitError
from survey.weigh.plan import WeighPlan
from survey.weigh.table import WeighTable

WORDS = {
    "empty_category": "有已知总数的类别没有人作答，请与相邻类别合并",
    "disagreeing_totals": "各变量的总数合计不一致，请统一到同一个总人数",
    "bad_total": "已知总数缺失、为负或合计为零",
    "bad_weight": "权数缺失、为负或全部为零",
    "infeasible_bounds": "在给定的上下限之内无法达到已知总数，请放宽上下限或合并类别",
    "infeasible_trimming": "在给定的上下限之内无法保持权数总和，请放宽上下限",
    "lonely_psu": "有的层只有一个抽样单元，请合并层，或用 lonely_psu 声明处理办法",
    "design": "抽样设计自相矛盾",
    "estimation": "无法估计",
    "calibration": "无法校准",
}


def in_words(error: StatsError, *, file: str) -> Refused:
    """Return the refusal for an error of the statistics."""
    zh = f"{WORDS.get(error.code, '无法计算')}（{error.message}）"
    en = f"{error.message} ({error.hint})" if error.hint else error.message
    return Refused.of(zh=zh, en=en, file=file)


def stratum_refusal(
    table: WeighTable, plan: WeighPlan, names: tuple[str, ...], error: LonelyUnitError
) -> Refused:
    """Return the refusal of strata with one sampling unit, the strata named."""
    if not names or "stage 1" not in error.message:
        return in_words(error, file=plan.file)
    lonely = [names[code] for code in error.strata]
    return table.refusal(
        f"层 {'、'.join(lonely)} 只有一个抽样单元，无法计算方差；请合并层，"
        "或在 [design] 中用 lonely_psu 声明处理办法",
        f"{error.message}: {', '.join(lonely)} ({error.hint})",
        field=plan.design.strata,
    )
