"""What the shipped templates of a release's documents say, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass

Both = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph."""

    words: Both
    title: bool = False
    middle: bool = False
    right: bool = False
    indented: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading."""

    words: Both


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A paragraph for each entry of a list."""

    of: str
    words: Both = ("{{ one }}", "{{ one }}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading, its field, its share of the width."""

    head: Both
    cell: str
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a row for each entry of a list."""

    of: str
    columns: list[Column]


Part = Line | Heading | Listed | Table


def _line(zh: str, en: str, **look: bool) -> Line:
    return Line(words=(zh, en), **look)


def _tag(words: str) -> Line:
    return Line(words=(words, words))


def _column(zh: str, en: str, name: str, width: int) -> Column:
    return Column(head=(zh, en), cell=f"{{{{ one.{name} }}}}", width=width)


_RELEASED = _line(
    "发布编号 {{ release }}，发布日期 {{ released_on }}。",
    "Release {{ release }}, {{ released_on }}.",
)
_SIGNED = [
    _line("{{ organiser }}", "{{ organiser }}", right=True, indented=False),
    _line("年　　月　　日", "Date:                ", right=True, indented=False),
]
_SURE = _line(
    "区间的意思：真实得分有{{ sure }}的把握落在其中。名次范围有重叠的单位，先后不能确定。",
    "The true score lies within its interval with a confidence of {{ sure }}. Units whose ranges "
    "of ranks overlap cannot be told apart.",
)
_FIELDWORK = _line(
    "评议时间 {{ began_on }}至{{ ended_on }}，收到答卷{{ returned }}份，其中有效{{ valid }}份。"
    "参评单位{{ n_units }}个，公布得分{{ n_scored }}个。",
    "Answers were taken from {{ began_on }} to {{ ended_on }}: {{ returned }} came in, "
    "{{ valid }} of them valid. {{ n_units }} units took part, {{ n_scored }} have a score.",
)
_UNSCORED = [
    _tag("{%p if unscored %}"),
    _line(
        "样本不足、不公布得分的单位：{{ unscored }}。",
        "Without a score, their samples being too small: {{ unscored }}.",
    ),
    _tag("{%p endif %}"),
]
_SCORES = [
    _column("名次", "Rank", "rank", 8),
    _column("单位", "Unit", "name", 28),
    _column("得分", "Score", "score", 11),
    _column("区间", "Interval", "interval", 20),
    _column("名次可能的范围", "Ranks it may have", "ranks", 13),
    _column("等次", "Grade", "grade", 11),
]


def _for_classes(*parts: Part) -> list[Part]:
    return [_tag("{%p for part in classes %}"), *parts, _tag("{%p endfor %}")]


RANKING: list[Part] = [
    _line("{{ title }}得分排名表", "{{ title }}: scores and ranks", title=True),
    _RELEASED,
    *_for_classes(
        Heading(words=("{{ part.code }} {{ part.name }}", "{{ part.code }} {{ part.name }}")),
        _line(
            "本类单位{{ part.n_units }}个，公布得分{{ part.n_scored }}个。只在类内排名。",
            "{{ part.n_units }} units, {{ part.n_scored }} with a score. Ranks are of the class.",
        ),
        Table(
            of="part.units",
            columns=[
                *_SCORES,
                _column("折算分", "Points", "points", 11),
                _column("有效样本", "Valid answers", "n", 10),
                _column("备注", "Remark", "remark", 16),
            ],
        ),
    ),
    _SURE,
    *_SIGNED,
]

RESULT: list[Part] = [
    _line("关于{{ title }}结果的报告", "{{ title }}: report of the result", title=True),
    _line("领导小组：", "To the leading group:", indented=False),
    Heading(words=("一、总体情况", "1. Overview")),
    _FIELDWORK,
    *_UNSCORED,
    Heading(words=("二、各类结果", "2. Result by class")),
    *_for_classes(
        _line(
            "{{ part.code }}类 {{ part.name }}，{{ part.n_units }}个单位：",
            "Class {{ part.code }}, {{ part.name }}, {{ part.n_units }} units:",
        ),
        Table(of="part.units", columns=_SCORES),
        Listed(of="part.lines"),
    ),
    _SURE,
    _line(
        "按一条线列出的单位中，列错的平均不超过{{ wrong }}。",
        "Of the units named at a line at most {{ wrong }} are expected to be wrong.",
    ),
    Heading(words=("三、质量控制", "3. Quality control")),
    _line(
        "不计入{{ excluded }}份，暂不计入、待复核{{ quarantined }}份，仅标记{{ flagged }}份；"
        "疑似有人组织填报{{ organised }}起。",
        "{{ excluded }} answers were left out, {{ quarantined }} set aside until reviewed, "
        "{{ flagged }} marked; {{ organised }} cases look organised.",
    ),
    Listed(of="notices"),
    Heading(words=("四、提请审定", "4. For approval")),
    _line(
        "以上结果已发布为{{ release }}（{{ released_on }}），请予审定。",
        "The result was released as {{ release }} ({{ released_on }}); please approve it.",
    ),
    *_SIGNED,
]

NOTICE: list[Part] = [
    _line("{{ title }}结果公告", "{{ title }}: public notice of the result", title=True),
    _FIELDWORK,
    *_for_classes(
        Heading(words=("{{ part.name }}", "{{ part.name }}")),
        Table(
            of="part.units",
            columns=[
                _column("单位", "Unit", "name", 40),
                _column("得分", "Score", "score", 15),
                _column("区间", "Interval", "interval", 25),
                _column("等次", "Grade", "grade", 20),
            ],
        ),
    ),
    _SURE,
    _line(
        "对结果有异议的，请在公示期内向{{ organiser }}反映。",
        "Objections are received by {{ organiser }} while this notice is out.",
    ),
    *_SIGNED,
]

QUALITY: list[Part] = [
    _line("{{ title }}质量审核报告", "{{ title }}: quality report", title=True),
    Heading(words=("一、回收", "1. What came in")),
    _FIELDWORK,
    Table(
        of="groups",
        columns=[
            _column("评议对象", "Group", "name", 26),
            _column("发出评议码", "Codes issued", "issued", 15),
            _column("作答", "Answered", "answered", 12),
            _column("作答率", "Share", "rate", 12),
            _column("有效样本", "Valid answers", "n", 13),
            _column("每单位最低", "Fewest for a unit", "fewest", 12),
            _column("样本不足的单位", "Units with too few", "n_short", 13),
        ],
    ),
    Heading(words=("二、各条规则", "2. Rules")),
    Table(
        of="rules",
        columns=[
            _column("规则", "Rule", "code", 10),
            _column("内容", "What it finds", "name", 50),
            _column("处理", "What is done", "action", 25),
            _column("命中", "Answers met", "n", 15),
        ],
    ),
    _line(
        "一份答卷可能命中几条规则。不计入{{ excluded }}份，暂不计入、待复核{{ quarantined }}份，"
        "仅标记{{ flagged }}份；疑似有人组织填报{{ organised }}起，按可信程度减少份量。",
        "One answer may meet several rules. {{ excluded }} were left out, {{ quarantined }} set "
        "aside until reviewed, {{ flagged }} marked; {{ organised }} cases look organised and "
        "weigh as far as they can be believed.",
    ),
    Heading(words=("三、各单位", "3. Units")),
    *_for_classes(
        _line("{{ part.code }}类 {{ part.name }}：", "Class {{ part.code }}, {{ part.name }}:"),
        Table(
            of="part.units",
            columns=[
                _column("单位", "Unit", "name", 28),
                _column("收到", "Received", "returned", 11),
                _column("不计入", "Left out", "set_aside", 12),
                _column("有效样本", "Valid", "n", 11),
                _column("相当于", "Effective", "effective_n", 12),
                _column("已计入权重", "Weight used", "weight_used", 13),
                _column("样本不足的对象", "Groups with too few", "too_few", 25),
            ],
        ),
    ),
    _tag("{%p if notices %}"),
    Heading(words=("四、说明", "4. Notes")),
    Listed(of="notices"),
    _tag("{%p endif %}"),
    _RELEASED,
    *_SIGNED,
]

LETTER: list[Part] = [
    _line("{{ title }}反馈函", "{{ title }}: feedback letter", title=True),
    _line("{{ unit.row.name }}：", "{{ unit.row.name }}:", indented=False),
    _tag("{%p if unit.row.scored %}"),
    _line(
        "你单位得分{{ unit.row.score }}分（区间{{ unit.row.interval }}），等次"
        "{{ unit.row.grade }}，折算{{ unit.row.points }}分（满分{{ unit.row.full_points }}分）。",
        "Your unit scored {{ unit.row.score }} (interval {{ unit.row.interval }}); grade "
        "{{ unit.row.grade }}, {{ unit.row.points }} of {{ unit.row.full_points }} points.",
    ),
    _tag("{%p if unit.row.ranked %}"),
    _line(
        "在{{ unit.class_name }}中列第{{ unit.row.rank }}名，名次可能在第{{ unit.row.ranks }}名。",
        "Rank {{ unit.row.rank }} among {{ unit.class_name }}, possibly {{ unit.row.ranks }}.",
    ),
    _tag("{%p else %}"),
    _line("不参加类内排名：{{ unit.row.remark }}。", "Without a rank: {{ unit.row.remark }}."),
    _tag("{%p endif %}"),
    _tag("{%p else %}"),
    _line(
        "你单位不公布得分：{{ unit.row.remark }}。已计入权重{{ unit.row.weight_used }}。",
        "Your unit has no score: {{ unit.row.remark }}. Group weight used: "
        "{{ unit.row.weight_used }}.",
    ),
    _tag("{%p endif %}"),
    Listed(of="unit.lines"),
    _SURE,
    Heading(words=("一、先看什么", "1. What to look at first")),
    Listed(of="unit.first"),
    Heading(words=("二、各题与同类平均", "2. Items against the class")),
    Table(
        of="unit.questions",
        columns=[
            _column("题目", "Item", "words", 40),
            _column("本单位", "Unit", "score", 10),
            _column("同类平均", "Class mean", "mean", 11),
            _column("相差", "Difference", "difference", 11),
            _column("相差的区间", "Its interval", "interval", 16),
            _column("结论", "Verdict", "verdict", 14),
        ],
    ),
    _line(
        "同类各单位的各题放在一起判断；列为“肯定”的，判断错的平均不超过{{ wrong }}。"
        "其余的差别可能只是抽样造成的，不必逐题比较。相差按未四舍五入的数计算。",
        "All items of all units of the class are judged together; of those called sure at most "
        "{{ wrong }} are expected to be wrong. Other differences may be chance. Differences are "
        "of figures before rounding.",
    ),
    Heading(words=("三、各类评议对象", "3. Respondent groups")),
    Table(
        of="unit.groups",
        columns=[
            _column("评议对象", "Group", "name", 34),
            _column("得分", "Score", "score", 14),
            _column("有效样本", "Valid answers", "n", 16),
            _column("知晓率", "Awareness", "awareness", 16),
            _column("占单位得分", "Share of score", "share", 20),
        ],
    ),
    Heading(words=("四、得分怎么来的", "4. How the score came about")),
    Table(
        of="unit.steps",
        columns=[
            _column("步骤", "Step", "name", 32),
            _column("得分", "Score", "score", 14),
            _column("做了什么、为什么", "What was done and why", "why", 54),
        ],
    ),
    Heading(words=("五、未计入的答卷", "5. Answers left out")),
    _line(
        "收到对你单位的答卷{{ unit.row.returned }}份；不计入的份数：{{ unit.row.set_aside }}。"
        "各规则命中的份数如下（不说明是谁；人数太少的，或能推出这样的数的，不显示）：",
        "{{ unit.row.returned }} answers about your unit came in; left out: "
        "{{ unit.row.set_aside }}. What each rule met (not whose; counts of too few, and what "
        "would give them away, are not shown):",
    ),
    Table(
        of="unit.rules",
        columns=[_column("规则", "Rule", "name", 75), _column("命中", "Answers", "n", 25)],
    ),
    Heading(words=("六、原因和意见", "6. Reasons and comments")),
    _tag("{%p for part in unit.reasons %}"),
    _line(
        "{{ part.words }}（选了原因的{{ part.n }}人）",
        "{{ part.words }} ({{ part.n }} people ticked a reason)",
    ),
    Table(
        of="part.given",
        columns=[_column("原因", "Reason", "name", 75), _column("人数", "People", "n", 25)],
    ),
    _tag("{%p endfor %}"),
    Table(
        of="unit.comments",
        columns=[_column("意见建议", "Comments", "name", 75), _column("条数", "Count", "n", 25)],
    ),
    _tag("{%p for part in unit.words %}"),
    _line(
        "{{ part.name }}中多人提到的词（相似的意见算一条，人数少的不列）：",
        "Words that many share, {{ part.name }} (alike ones count once, those of few not listed):",
    ),
    Table(
        of="part.given",
        columns=[_column("词", "Word", "name", 75), _column("条数", "Comments", "n", 25)],
    ),
    _tag("{%p endfor %}"),
    _tag("{%p if unit.changes %}"),
    Heading(words=("七、与上次相比", "7. Since last time")),
    Listed(of="unit.changes"),
    _tag("{%p endif %}"),
    _tag("{%p if unit.notices %}"),
    Heading(words=("说明", "Notes")),
    Listed(of="unit.notices"),
    _tag("{%p endif %}"),
    _RELEASED,
    *_SIGNED,
]

APPEAL: list[Part] = [
    _line("{{ title }}申诉复核意见书", "{{ title }}: decision on an appeal", title=True),
    _line("{{ unit.row.name }}：", "{{ unit.row.name }}:", indented=False),
    _line(
        "你单位对发布{{ appeal.contested }}的申诉已经复核，意见如下。",
        "Your appeal against release {{ appeal.contested }} was reviewed; this is the decision.",
    ),
    Heading(words=("一、申诉事项", "1. What was contested")),
    _line("{{ appeal.matter }}", "{{ appeal.matter }}"),
    _tag("{%p if appeal.which %}"),
    _line("{{ appeal.which }}", "{{ appeal.which }}"),
    _tag("{%p endif %}"),
    Heading(words=("二、复核决定", "2. Decision")),
    _line("{{ appeal.outcome }}", "{{ appeal.outcome }}"),
    _line("{{ appeal.reason }}", "{{ appeal.reason }}"),
    Heading(words=("三、得分", "3. Score")),
    Table(
        of="appeal.figures",
        columns=[
            _column("项目", "Figure", "name", 40),
            _column("申诉前", "Before", "before", 30),
            _column("答复后", "After", "after", 30),
        ],
    ),
    _tag("{%p if appeal.superseded %}"),
    _line(
        "发布{{ appeal.contested }}已由{{ release }}取代，以后者为准。",
        "Release {{ appeal.contested }} is superseded by {{ release }}, which holds.",
    ),
    _tag("{%p else %}"),
    _line("得分和名次不变。", "Score and rank stay as they are."),
    _tag("{%p endif %}"),
    Heading(words=("四、办理经过", "4. Dates")),
    _line("申诉编号：{{ appeal.number }}", "Number of the appeal: {{ appeal.number }}"),
    _line("提交：{{ appeal.filed_on }}", "Filed: {{ appeal.filed_on }}"),
    _line("受理：{{ appeal.received_on }}", "Received: {{ appeal.received_on }}"),
    _line("答复：{{ appeal.decided_on }}", "Decided: {{ appeal.decided_on }}"),
    _RELEASED,
    *_SIGNED,
]

DOCUMENTS: dict[str, list[Part]] = {
    "ranking": RANKING,
    "letter": LETTER,
    "result": RESULT,
    "notice": NOTICE,
    "quality": QUALITY,
    "appeal": APPEAL,
}
