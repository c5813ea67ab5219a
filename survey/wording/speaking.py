"""Fills a sentence with its values, in both languages; the only place where they are rounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from survey.problems import Problem
from survey.stats.errors import StatsError, Value
from survey.stats.notices import Notice
from survey.wording.errors import ERRORS
from survey.wording.notices import NOTICES
from survey.wording.phrases import PHRASES
from survey.wording.words import Lang, Names, Words

SENTENCES = NOTICES | ERRORS
_NO_NAMES: Names = {}
_MOST = 10  # of a long list


def say(code: str, values: Mapping[str, Any], *, names: Names = _NO_NAMES) -> Words:
    """Return the sentence of a code; ``values`` may have been through JSON.

    ``names`` tells what variables and categories are called; without, they go by their code.
    """
    sentence = SENTENCES[code]
    return Words(*(_Speaker(lang, values, names).filled(sentence) for lang in LANGS))


def spoken(notice: Notice, *, names: Names = _NO_NAMES) -> dict[str, Any]:
    """Return a notice as documents have it: code, values, and its sentence in both languages."""
    words = say(notice.code, notice.values, names=names)
    return {"code": notice.code, "values": dict(notice.values), "zh": words.zh, "en": words.en}


def problem_of(error: StatsError, *, names: Names = _NO_NAMES, **values: Value) -> Problem:
    """Return what an error says to people; ``values`` take the place of its own."""
    words = say(error.full_code, error.values | values, names=names)
    return Problem(zh=words.zh, en=words.en)


LANGS: tuple[Lang, Lang] = ("zh", "en")


class _Speaker(Formatter):
    """Python's formats, and those a sentence needs: lists, names, phrases."""

    def __init__(self, lang: Lang, values: Mapping[str, Any], names: Names) -> None:
        self.lang = lang
        self.values = values
        self.names = names

    def filled(self, words: Words) -> str:
        return self.vformat(words.text(self.lang), (), self.values)

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in PHRASES:
            return self._phrase(format_spec, value)
        if format_spec in FORMATS:
            return FORMATS[format_spec](self, value)
        # What could not be computed.
        return "—" if value is None else format(value, format_spec)

    def _phrase(self, kind: str, value: Any) -> str:
        name = str(value).lower() if isinstance(value, bool) else str(value)
        phrase = PHRASES[kind].get(name)
        return name if phrase is None else self.filled(phrase)

    def name(self, value: object) -> str:
        """Return what a variable or category is called."""
        if isinstance(value, float):
            return f"{value:.10g}"
        words = self.names.get(str(value))
        return str(value) if words is None else words.text(self.lang)

    def joined(self, parts: list[str]) -> str:
        """Return a list as the language writes it."""
        return ("、" if self.lang == "zh" else ", ").join(parts)

    def words(self, value: Any) -> str:
        return self.joined([self.name(entry) for entry in _entries(value)])

    def listed(self, value: Any) -> str:
        nothing = "无" if self.lang == "zh" else "nothing"
        return self.words(value) if value else nothing

    def quoted(self, value: Any) -> str:
        left, right = "“”" if self.lang == "zh" else "''"
        return self.joined([f"{left}{self.name(entry)}{right}" for entry in _entries(value)])

    def pairs(self, value: Any) -> str:
        return self.joined([f"{self.name(of)}={self.name(what)}" for of, what in value])

    def sizes(self, value: Any) -> str:
        return self.joined([f"{self.name(of)} {self.name(size)}" for of, size in value])

    def shares(self, value: Any) -> str:
        return self.joined([f"{self.name(of)} {size:g}%" for of, size in value])

    def moves(self, value: Any) -> str:
        to = "变为" if self.lang == "zh" else " to "
        return self.joined(
            [f"{self.name(of)} {before:.0%}{to}{now:.0%}" for of, before, now in value]
        )

    def steps(self, value: Any) -> str:
        return self.joined([self._phrase("step", step) for step in value])

    def percents(self, value: Any) -> str:
        return self.joined([f"{100 * share:.4g}%" for share in _entries(value)])

    def points(self, value: Any) -> str:
        return self.joined([f"{points:.1f}" for points in value])

    def some(self, value: Any) -> str:
        chinese = self.lang == "zh"
        whole = "全部答卷" if chinese else "the whole"
        shown = ("；" if chinese else "; ").join(self.name(e) or whole for e in value[:_MOST])
        if len(value) <= _MOST:
            return shown
        return f"{shown}{'等' if chinese else ', ...'}"

    def p(self, value: float | None) -> str:
        untested = "未检验" if self.lang == "zh" else "not tested"
        return untested if value is None else f"p = {value:.3f}"


def _entries(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (tuple, list)) else [value]


FORMATS: dict[str, Callable[[_Speaker, Any], str]] = {
    "words": _Speaker.words,
    "listed": _Speaker.listed,
    "quoted": _Speaker.quoted,
    "pairs": _Speaker.pairs,
    "sizes": _Speaker.sizes,
    "shares": _Speaker.shares,
    "moves": _Speaker.moves,
    "steps": _Speaker.steps,
    "percents": _Speaker.percents,
    "points": _Speaker.points,
    "some": _Speaker.some,
    "count": lambda _speaker, value: str(len(value)),
    "p": _Speaker.p,
}
