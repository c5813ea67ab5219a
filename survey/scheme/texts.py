"""texts.yaml as typed settings: the county's own words to residents."""

from __future__ import annotations

from dataclasses import dataclass

from survey.scheme.kinds import TEXT
from survey.scheme.questionnaire.document import Names
from survey.scheme.settings import WORDS, Named, Part, part, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """短信 / a text message."""

    zh: str = setting(TEXT, "中文", "Chinese", default="")
    en: str = setting(TEXT, "英文", "English", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """中英文各若干行 / lines in both languages."""

    zh: tuple[str, ...] = setting(WORDS, "中文各行", "lines in Chinese")
    en: tuple[str, ...] = setting(WORDS, "英文各行", "lines in English")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """本县对居民说的话 / the county's own words to residents."""

    intro: Names = part(Names, "开头语", "what the page opens with", required=True)
    intro_sitting: Names | None = setting(
        Part(of=Names), "一码评多个单位的开头语", "the same for several units", default=None
    )
    privacy: Names = part(Names, "个人信息说明", "on personal data", required=True)
    consent_buttons: Lines = part(Lines, "同意、不参加两个按钮", "the two buttons", required=True)
    under18: Names = part(Names, "对未满18周岁者", "to those under 18", required=True)
    not_eligible: Names | None = setting(
        Part(of=Names),
        "对超过年龄上限、不符合参评条件者",
        "to those who are too old or may not take part for another reason",
        default=None,
    )
    thanks: Names = part(Names, "感谢语", "thanks", required=True)
    already: Names | None = setting(
        Part(of=Names), "已评价过", "who has rated already", default=None
    )
    closed: Names = part(Names, "已结束", "when it is over", required=True)
    poster: Lines = part(Lines, "海报六行", "the six lines of a poster", required=True)
    sms: Message = part(Message, "短信", "text message")
    interview: Names | None = setting(
        Part(of=Names),
        "电话访问的开场白，可用 {unit}",
        "what an interviewer reads out first; may hold {unit}",
        default=None,
    )
    greetings: dict[str, Names] = setting(
        Named(each=Part(of=Names)),
        "信函的称呼，按评议对象编码；未写的为“尊敬的居民朋友”",
        "how a letter addresses each group, by its code; `Dear resident` if left out",
        default={},
    )
