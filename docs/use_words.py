"""What the shipped templates say that give results to the offices that use them."""

from __future__ import annotations

from document_words import (
    _RELEASED,
    _SIGNED,
    _SURE,
    Heading,
    Listed,
    Part,
    Table,
    _column,
    _for_classes,
    _line,
    _tag,
)

_CAUTION = _line(
    "得分来自抽样评议，有误差；区间或名次范围有重叠的单位，不宜据此分出高低。察访核验扣分另行列出，不在此表。",
    "Scores come from a sample and have an error: units whose intervals or ranges of ranks overlap "
    "should not be told apart by them. Deductions from inspections are listed elsewhere.",
)
_YEARS: list[Part] = [
    _tag("{%p if years %}"),
    Heading(words=("与上次（{{ before }}）相比", "Change since {{ before }}")),
    Table(
        of="years",
        columns=[
            _column("单位", "Unit", "name", 26),
            _column("本次得分", "Score now", "score", 12),
            _column("变化", "Change", "change", 12),
            _column("变化的区间", "Its interval", "interval", 18),
            _column("结论", "What is sure", "verdict", 32),
        ],
    ),
    _tag("{%p endif %}"),
]
_CLASS_HEADING = Heading(
    words=("{{ part.code }} {{ part.name }}", "{{ part.code }} {{ part.name }}")
)

BUDGET: list[Part] = [
    _line("{{ title }}结果运用表（预算安排）", "{{ title }}: results for the budget", title=True),
    _RELEASED,
    *_for_classes(
        _CLASS_HEADING,
        Table(
            of="part.units",
            columns=[
                _column("编码", "Code", "code", 9),
                _column("单位", "Unit", "name", 27),
                _column("得分", "Score", "score", 11),
                _column("折算分", "Points", "points", 11),
                _column("满分", "Full points", "full_points", 10),
                _column("名次", "Rank", "rank", 8),
                _column("等次", "Grade", "grade", 10),
                _column("备注", "Remark", "remark", 14),
            ],
        ),
    ),
    *_YEARS,
    _CAUTION,
    *_SIGNED,
]

CADRE: list[Part] = [
    _line("{{ title }}结果运用表（干部考核）", "{{ title }}: results for cadre files", title=True),
    _RELEASED,
    _tag("{%p if unit %}"),
    Heading(words=("{{ unit.row.name }}", "{{ unit.row.name }}")),
    _line(
        "{{ year }}年度，{{ unit.class_code }}类 {{ unit.class_name }}。得分{{ unit.row.score }}，"
        "区间{{ unit.row.interval }}；在本类中名次可能的范围{{ unit.row.ranks }}；"
        "等次{{ unit.row.grade }}；有效样本{{ unit.row.n }}份。{{ unit.row.remark }}",
        "{{ year }}, class {{ unit.class_code }} {{ unit.class_name }}. Score "
        "{{ unit.row.score }}, interval {{ unit.row.interval }}; ranks it may have in its class "
        "{{ unit.row.ranks }}; grade {{ unit.row.grade }}; valid answers {{ unit.row.n }}. "
        "{{ unit.row.remark }}",
    ),
    Listed(of="unit.lines"),
    Listed(of="unit.changes"),
    _tag("{%p else %}"),
    *_for_classes(
        _CLASS_HEADING,
        Table(
            of="part.units",
            columns=[
                _column("编码", "Code", "code", 9),
                _column("单位", "Unit", "name", 29),
                _column("得分", "Score", "score", 11),
                _column("区间", "Interval", "interval", 19),
                _column("名次可能的范围", "Ranks it may have", "ranks", 12),
                _column("等次", "Grade", "grade", 10),
                _column("有效样本", "Valid answers", "n", 10),
            ],
        ),
        Listed(of="part.lines"),
    ),
    *_YEARS,
    _tag("{%p endif %}"),
    _SURE,
    _CAUTION,
    *_SIGNED,
]

REGISTER: list[Part] = [
    _line("{{ title }}整改台账", "{{ title }}: register of rectification", title=True),
    _line(
        "截至{{ made_on }}，列入办理的意见{{ n }}件。内容和答复已去除个人信息。",
        "As of {{ made_on }}, {{ n }} comments were taken up. Personal details are taken out.",
    ),
    Table(
        of="rows",
        columns=[
            _column("编号", "Code", "code", 11),
            _column("单位", "Unit", "unit", 12),
            _column("收到", "Received", "received", 11),
            _column("内容", "Words", "words", 20),
            _column("答复或理由", "Reply or reason", "reply", 20),
            _column("期限或办结", "Due or closed", "due", 11),
            _column("办到哪一步", "How far", "state", 9),
            _column("复评", "Rated", "resident", 6),
        ],
    ),
    _tag("{%p if rates %}"),
    Heading(words=("各单位整改情况", "How units put it right")),
    Table(
        of="rates",
        columns=[
            _column("单位", "Unit", "unit", 28),
            _column("交办", "Given", "handed", 12),
            _column("整改率", "Put right", "settled", 20),
            _column("按期率", "In time", "in_time", 20),
            _column("复评满意率", "Satisfied", "satisfied", 20),
        ],
    ),
    _tag("{%p endif %}"),
    *_SIGNED,
]

FOR_USE: dict[str, list[Part]] = {"budget": BUDGET, "cadre": CADRE, "register": REGISTER}
