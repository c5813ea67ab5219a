"""Reads texts.yaml, the county's own words, and checks that none is missing when it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from survey.problems import Problem
from survey.scheme.documents import read_yaml
from survey.scheme.kinds import TEXT
from survey.scheme.questionnaire.document import Names
from survey.scheme.settings import WORDS, Fault, Named, Part, faults_of, part, setting

NAMES = ("texts.yaml", "notices.yaml")  # the second is the contract's name for it


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


_N_LINES = {"consent_buttons": 2, "poster": 6}
# What may stand in braces where the words are filled in as a format.
_PLACES = {
    "poster": {"unit", "unit_en", "domain", "hotline", "poster_no"},
    "interview": {"unit"},
    "sms": {"unit", "unit_en", "url", "token", "end", "day", "hotline", "office"},
}


def read_texts(folder: Path, problems: list[Problem]) -> dict[str, Any]:
    """Read texts.yaml, or notices.yaml; a folder that is only scored needs neither."""
    found = [folder / name for name in NAMES if (folder / name).exists()]
    if len(found) > 1:
        zh = f"与 {NAMES[1]} 是同一份文件，请只保留一个"
        en = f"and {NAMES[1]} are the same file under two names; keep one"
        problems.append(Problem(file=NAMES[0], zh=zh, en=en))
    if len(found) != 1:
        return {}
    path = found[0]
    content = read_yaml(path, problems)
    if not content:
        return content
    faults = list(faults_of(Texts, content))
    faults = faults or [*_number_faults(content), *_place_faults(content)]
    problems.extend(fault.problem(path.name) for fault in faults)
    return content


def _number_faults(content: dict[str, Any]) -> Iterator[Fault]:
    for name, wanted in _N_LINES.items():
        for lang in ("zh", "en"):
            n = len(content[name][lang])
            if n != wanted:
                yield Fault(
                    f"{name}.{lang}", f"应有{wanted}行，现有{n}行", f"has {n} lines, not {wanted}"
                )


def _place_faults(content: dict[str, Any]) -> Iterator[Fault]:
    for name, known in _PLACES.items():
        for lang, words in (content.get(name) or {}).items():
            text = words if isinstance(words, str) else "\n".join(words or ())
            found = _places(text)
            if found is None or not found <= known:
                listed = " ".join(f"{{{place}}}" for place in sorted(known))
                yield Fault(
                    f"{name}.{lang}",
                    f"花括号中只能是 {listed}",
                    f"only these may stand in braces: {listed}",
                )
            elif name == "sms" and text and "url" not in found:
                yield Fault(
                    f"{name}.{lang}", "缺少 {url}，收信人无法打开评议页", "lacks {url}, the page"
                )


def _places(text: str) -> set[str] | None:
    """Return what stands in braces, None where a brace is left open."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    if any(spec or conversion for _text, _name, spec, conversion in parts):
        return None
    return {name for _text, name, _spec, _conversion in parts if name is not None}
