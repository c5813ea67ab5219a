"""Writes docs/methods/plan.md: every setting an office can make, from the code that reads them.

python docs/write_settings.py
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from survey.scheme.kinds import Leaf
from survey.scheme.questionnaire.document import QuestionnaireDocument
from survey.scheme.scheme import Scheme
from survey.scheme.settings import Listed, Named, Part, Setting, name_of, settings_of
from survey.scheme.texts import Texts

PAGE = Path(__file__).parent / "methods" / "plan.md"
MARK = "\n## scheme.yaml\n"  # what stands above it is written by hand


def page() -> str:
    """Return the page, its head as it is."""
    out = [PAGE.read_text("utf-8").partition(MARK)[0]]
    for file, of in (
        ("scheme.yaml", Scheme),
        ("questionnaire.json", QuestionnaireDocument),
        ("texts.yaml", Texts),
    ):
        out.append(f"\n## {file}\n")
        for path, part_of in _parts("", of):
            zh, _, en = (part_of.__doc__ or "").partition("\n")[0].partition(" / ")
            title = f"`{path}` " if path else ""
            out.append(f"\n### {title}{zh} {en.rstrip('.')}\n\n{_table(part_of)}")
    return "".join(out)


def _parts(path: str, of: type) -> Iterator[tuple[str, type]]:
    """Yield a part and the parts in it, each with its place in the document."""
    yield path, of
    for attribute, what in settings_of(of).items():
        kind, place = what.kind, _join(path, name_of(attribute, what))
        while isinstance(kind, Listed | Named):
            place += "[…]" if isinstance(kind, Listed) else ".…"
            kind = kind.each
        # Words in two languages need no table of their own.
        if isinstance(kind, Part) and set(settings_of(kind.of)) != {"zh", "en"}:
            yield from _parts(place, kind.of)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _table(of: type) -> str:
    rows = ["| setting 设置 | may be 可为 | default 缺省 | is 含义 |", "|---|---|---|---|"]
    fields = {entry.name: entry for entry in dataclasses.fields(of)}
    for attribute, what in settings_of(of).items():
        names = [name_of(attribute, what) + ("…" if what.prefix else ""), *what.also]
        range_zh, range_en = _range(what)
        may_be = range_zh if range_zh == range_en else f"{range_zh}<br>{range_en}"
        meaning = f"{what.zh}<br>{what.en}"
        if not what.read:
            meaning += "<br>程序不读，请写在 `notes` 下 · not read: say it under `notes`"
        shown = ", ".join(f"`{name}`" for name in names)
        rows.append(f"| {shown} | {may_be} | {_default(fields[attribute], what)} | {meaning} |")
    return "\n".join(rows) + "\n"


def _range(what: Setting) -> tuple[str, str]:
    kind, before = what.kind, ("", "")
    while isinstance(kind, Listed | Named):
        listed = isinstance(kind, Listed)
        before = (before[0] + ("列表：" if listed else "各名称："),
                  before[1] + ("list of: " if listed else "by name: "))  # fmt: skip
        kind = kind.each
    if isinstance(kind, Part):
        return f"{before[0]}键值结构", f"{before[1]}named entries"
    assert isinstance(kind, Leaf)
    return f"{before[0]}{kind.range_zh}", f"{before[1]}{kind.range_en}"


def _default(entry: dataclasses.Field[Any], what: Setting) -> str:
    if not what.read:
        return ""
    if entry.default is dataclasses.MISSING and entry.default_factory is dataclasses.MISSING:
        return "必填<br>required"
    value = entry.default
    if value in (None, (), "") or dataclasses.is_dataclass(value) or value is dataclasses.MISSING:
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
