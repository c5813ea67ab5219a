"""The words of the table of ratings: its headings, and what is said on its first sheet."""

# By which a table is read, in this order: unit, month, the five levels, those put right.
COLUMNS = {
    "zh": (
        *("单位代码", "月份", "非常满意", "满意", "基本满意", "不满意", "非常不满意"),
        "差评已整改",
    ),
    "en": (
        *("unit code", "month", "very satisfied", "satisfied", "fairly satisfied"),
        *("dissatisfied", "very dissatisfied", "put right"),
    ),
}
BESIDE = {"zh": ("单位",), "en": ("unit",)}
SHEET = {"zh": "好差评月度合计", "en": "ratings by month"}
ABOUT = {"zh": "说明", "en": "about"}
INSTRUCTIONS = {
    "zh": (
        "每行是一个单位一个月的合计，从好差评系统导出后填入；五个评价等次分别填件数，没有的填0。",
        "月份写作2026-11或2026年11月，不能晚于本月。“差评已整改”不能多于不满意与非常不满意之和。",
        "这些数字按“一事一评”收集，没有抽样、没有加权，只供对照，不计入公众评议得分。",
        "有一行不对，整张表都不保存。同一单位同一月份再传一次，以新的为准，改了什么记入日志。",
    ),
    "en": (
        (
            "Each row is what one unit got in one month, as its rating system tells it: how many"
            " of each of the five levels, 0 where there was none."
        ),
        (
            "A month is written as 2026-11 and not later than the present one. No more are put"
            " right than were dissatisfied or very dissatisfied."
        ),
        (
            "They are ratings of single matters, neither sampled nor weighted: for comparison,"
            " and in no score of this review."
        ),
        (
            "One faulty row and nothing is kept. A unit’s month given again replaces what was"
            " there; what changed is on record."
        ),
    ),
}
