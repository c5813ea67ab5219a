"""Reads notices.yaml, the county's own words, and checks that none is missing when it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

from survey.problems import Problem
from survey.scheme.documents import read_yaml
from survey.scheme.shape import TEXT, Listed, Maybe, faults

_NAMES = {"zh": TEXT, "en": TEXT}
_LINES = {"zh": Listed(TEXT), "en": Listed(TEXT)}
_NOTICES = {
    **dict.fromkeys(("intro", "privacy", "under18", "thanks", "closed"), _NAMES),
    "intro_sitting": Maybe(_NAMES),
    "consent_buttons": _LINES,
    "poster": _LINES,
    "sms": Maybe({"zh": Maybe(TEXT), "en": Maybe(TEXT)}),
}
_N_LINES = {"consent_buttons": 2, "poster": 6}
# What may stand in braces where the words are filled in as a format.
_PLACES = {
    "poster": {"unit", "unit_en", "domain", "hotline", "poster_no"},
    "sms": {"unit", "unit_en", "url", "token", "end", "day", "hotline"},
}

# Where, and what is wrong there in Chinese and English.
Fault = tuple[str, str, str]


def read_notices(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """Read notices.yaml; a folder that is only scored needs none."""
    if not path.exists():
        return {}
    content = read_yaml(path, problems)
    if not content:
        return content
    shapeless = [(fault.field, fault.zh, fault.en) for fault in faults(content, _NOTICES)]
    for field, zh, en in shapeless or [*_number_faults(content), *_place_faults(content)]:
        problems.append(Problem(file=path.name, field=field, zh=zh, en=en))
    return content


def _number_faults(content: dict[str, Any]) -> Iterator[Fault]:
    for name, wanted in _N_LINES.items():
        for lang in ("zh", "en"):
            n = len(content[name][lang])
            if n != wanted:
                yield f"{name}.{lang}", f"应有{wanted}行，现有{n}行", f"has {n} lines, not {wanted}"


def _place_faults(content: dict[str, Any]) -> Iterator[Fault]:
    for name, known in _PLACES.items():
        for lang, words in (content.get(name) or {}).items():
            text = words if isinstance(words, str) else "\n".join(words or ())
            found = _places(text)
            if found is None or not found <= known:
                listed = " ".join(f"{{{place}}}" for place in sorted(known))
                yield (
                    f"{name}.{lang}",
                    f"花括号中只能是 {listed}",
                    f"only these may stand in braces: {listed}",
                )
            elif name == "sms" and text and "url" not in found:
                yield f"{name}.{lang}", "缺少 {url}，收信人无法打开评议页", "lacks {url}, the page"


def _places(text: str) -> set[str] | None:
    """Return what stands in braces, None where a brace is left open."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    if any(spec or conversion for _text, _name, spec, conversion in parts):
        return None
    return {name for _text, name, _spec, _conversion in parts if name is not None}
