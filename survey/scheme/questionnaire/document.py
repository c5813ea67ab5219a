"""questionnaire.json as typed settings: what may stand in it, each name with its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey.forms.local_items import TYPES
from survey.scheme.kinds import ANYTHING, COUNT, FLAG, NUMBER, TEXT, WHOLE, choice
from survey.scheme.settings import WORDS, Listed, Named, Part, Prose, part, prose, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """中英文 / words in both languages."""

    zh: str = setting(TEXT, "中文", "Chinese")
    en: str = setting(TEXT, "英文", "English")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Names):
    """一个选项 / one answer of the scale."""

    value: int = setting(COUNT, "选项值，0 为“不了解”", "its value, 0 for 不了解")
    points: float | None = setting(
        NUMBER, "分值，与 scheme.yaml 一致", "its points, as in scheme.yaml", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredItem(Names):
    """一道计分题 / one scored item."""

    item_id: str = setting(TEXT, "题号", "its code", name="id")
    kind: str = setting(choice("common", "specific"), "共性题、特色题", "asked of all, or of some")
    weight: float = setting(NUMBER, "权重", "its weight")
    type: str = setting(choice("scale5_dk"), "题型", "its type", default="scale5_dk")
    hint: Names | None = setting(
        Part(of=Names), "题目下的提示", "what stands under it to help", default=None
    )
    # Known by its name, so that it can be refused by its own words.
    relevant: Any = setting(ANYTHING, "不得设置：计分题须向每个人提问", "not here", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Names):
    """一个选项 / one option."""

    value: str = setting(TEXT, "选项值", "its value")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOption(Option):
    """一个选项 / one option of a further item."""

    eligible: bool = setting(
        FLAG,
        "选此项者可以参评；false 为不符合参评条件，致谢并不计入",
        "whether who chooses it may take part; if not he is thanked and nothing counts",
        default=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalItemPart(Names):
    """一道不计分题 / one further item, not scored."""

    item_id: str = setting(TEXT, "题号", "its code", name="id")
    type: str = setting(choice(*TYPES), "题型", "its type")
    hint: Names | None = setting(
        Part(of=Names), "题目下的提示", "what stands under it to help", default=None
    )
    options: tuple[LocalOption, ...] = setting(
        Listed(each=Part(of=LocalOption)), "选项", "its options", default=()
    )
    required: bool = setting(FLAG, "是否必答", "whether it must be answered", default=False)
    first: bool = setting(
        FLAG, "在计分题之前提问", "whether it is asked before the scored items", default=False
    )
    at_most: int | None = setting(COUNT, "最多选几项", "most options", default=None)
    min: int | None = setting(WHOLE, "最小值", "smallest number", default=None)
    max: int | None = setting(WHOLE, "最大值", "largest number", default=None)
    max_chars: int | None = setting(COUNT, "最多字数", "most characters", default=None)
    relevant: str = setting(TEXT, "在什么条件下提问", "when it is asked", default="")
    classes: tuple[str, ...] = setting(WORDS, "只问哪些类别", "classes asked", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(Names):
    """几道题共用的标题 / one heading over several items."""

    items: tuple[str, ...] = setting(WORDS, "标题下的题号", "codes of the items under it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons(Names):
    """不满意的原因 / reasons of dissatisfaction."""

    item_id: str = setting(TEXT, "题号", "its code", name="id", default="")
    show_if: str = setting(
        choice("any scored item in (1,2)"),
        "何时提问",
        "when it is asked",
        default="any scored item in (1,2)",
    )
    type: str = setting(choice("multi"), "题型", "its type", default="multi")
    max: int = setting(COUNT, "最多选几项", "most options")
    required: bool = setting(choice(False), "不得必答", "never required", default=False)  # noqa: FBT003
    options: tuple[Option, ...] = setting(Listed(each=Part(of=Option)), "选项", "options")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenComment(Names):
    """意见 / the comment."""

    item_id: str = setting(TEXT, "题号", "its code", name="id", default="")
    type: str = setting(choice("text"), "题型", "its type", default="text")
    max_chars: int = setting(COUNT, "最多字数", "most characters")
    required: bool = setting(choice(False), "不得必答", "never required", default=False)  # noqa: FBT003


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileItem(Names):
    """一道个人情况题 / one question on the person."""

    item_id: str = setting(TEXT, "题号", "its code", name="id")
    type: str = setting(choice("single"), "题型", "its type", default="single")
    required: bool = setting(choice(True), "必答", "always required", default=True)  # noqa: FBT003
    options: Any = setting(ANYTHING, "选项", "its options", default=None)
    rule: Prose = prose("说明", "words")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyLabel:
    """法定标识 / the label the statistics law asks for."""

    note: Prose = prose("说明", "words")
    table_no: str = setting(TEXT, "表号", "number of the table", default="")
    issued_by: str = setting(TEXT, "制定机关", "who made it", default="")
    approved_by: str = setting(TEXT, "批准机关", "who approved it", default="")
    approval_no: str = setting(TEXT, "批准文号", "number of the approval", default="")
    valid_until: str = setting(TEXT, "有效期至", "valid until", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonSource:
    """市里的共性题 / common items of a city, which stand as it signed them."""

    organiser: str = setting(TEXT, "由谁给出", "whose they are")
    key_id: str = setting(TEXT, "签名公钥的指纹", "fingerprint of the key that signed them")
    digest: str = setting(
        TEXT,
        "选项和共性题的校验值；改了其中任何一处，方案不能保存",
        "digest of scale and common items; with any of them changed the plan is refused",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionnaireDocument:
    """问卷 / the questionnaire."""

    questionnaire_id: str = setting(TEXT, "问卷编号", "its code")
    version: int = setting(COUNT, "版本", "its version")
    title: Names = part(Names, "标题", "title", required=True)
    survey_label: SurveyLabel = part(SurveyLabel, "法定标识", "legal label")
    scale: tuple[Answer, ...] = setting(
        Listed(each=Part(of=Answer)), "选项和分值", "answers of the scale"
    )
    scored_items: tuple[ScoredItem, ...] = setting(
        Listed(each=Part(of=ScoredItem)), "计分题", "scored items"
    )
    sitting_items: dict[str, Names] = setting(
        Named(each=Part(of=Names)),
        "一码评多个单位时计分题的说法，按题号；未写的同 scored_items",
        "how scored items are worded where a code is for several units, by their codes; as in "
        "scored_items if left out",
        default={},
    )
    item_sets: dict[str, tuple[str, ...]] = setting(
        Named(each=WORDS), "各类别的题目", "items of each class"
    )
    local_items: tuple[LocalItemPart, ...] = setting(
        Listed(each=Part(of=LocalItemPart)), "不计分题", "further items", default=()
    )
    headings: tuple[Heading, ...] = setting(
        Listed(each=Part(of=Heading)),
        "几道题共用的标题，计分题、不计分题均可",
        "headings over several items, scored or not",
        default=(),
    )
    profile: tuple[ProfileItem, ...] = setting(
        Listed(each=Part(of=ProfileItem)), "个人情况", "questions on the person"
    )
    conditional: tuple[Reasons, ...] = setting(
        Listed(each=Part(of=Reasons)), "不满意的原因", "reasons", default=()
    )
    open_comment: OpenComment | None = setting(
        Part(of=OpenComment), "意见", "the comment", default=None
    )
    common_source: CommonSource | None = setting(
        Part(of=CommonSource),
        "市里的共性题；由载入共性题文件写入",
        "common items of a city; written by loading its file",
        default=None,
    )
