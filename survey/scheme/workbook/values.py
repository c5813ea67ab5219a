"""A value of a document as the text of a cell, and back: what is written is read as it was.

A text, number or word stands as it is, each entry of a list in a line of its own. Whatever would
be read as something else is written as JSON, which a cell may always hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from survey.office_files.signs import meant
from survey.scheme.kinds import ANYTHING, TEXT, Leaf
from survey.scheme.settings import Kind, Listed, Part, name_of, settings_of

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NOTHING = "null"
_FLAGS = {"true": True, "false": False, "是": True, "否": False}
_BLANKS = " \t\u3000\xa0"
_APART = " | "
_LINES, _MARKS = re.compile(r"\n"), re.compile(r"[\n、，,；;]")
_UNSAFE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # no file has them


def written(kind: Kind, value: Any) -> str:
    """Return a value as the text of a cell."""
    plain = _plain(kind, value)
    safe = plain is not None and plain.strip() and not _UNSAFE.search(plain)
    if plain is not None and safe and _same(read(kind, plain), value):
        return plain
    said = json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if _UNSAFE.search(said) else said


def read(kind: Kind, cell: str) -> Any:
    """Return what the text of a cell says; what the kind cannot hold is left to be refused."""
    text = cell.strip(_BLANKS).replace("\r\n", "\n")
    if text.strip() == _NOTHING:
        return None
    if text[:1] in {"[", "{", '"'}:
        try:
            return json.loads(text)
        except ValueError:
            pass  # words in brackets or quotes
    if isinstance(kind, Listed):
        return [_entry(kind.each, line) for line in _lines(kind, text)]
    return _single(kind, text) if isinstance(kind, Leaf) else meant(text)


def _plain(kind: Kind, value: Any) -> str | None:
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(kind, Listed) and isinstance(value, list):
        lines = [_line(kind.each, entry) for entry in value]
        return None if None in lines else "\n".join(filter(None, lines))
    return None


def _line(kind: Kind, entry: Any) -> str | None:
    if isinstance(kind, Part):
        names = _names(kind)
        if not isinstance(entry, Mapping) or set(entry) != set(names):
            return None
        return _APART.join(str(entry[name]) for name in names)
    return written(kind, entry)


def _names(kind: Part) -> list[str]:
    """Return the names of a part in the order of its line: what tells it first, then its words."""
    names = [name_of(attribute, what) for attribute, what in settings_of(kind.of).items()]
    return sorted(names, key=lambda name: name in {"zh", "en"})


def _lines(kind: Listed, text: str) -> list[str]:
    marks = _LINES if kind.each is TEXT or not isinstance(kind.each, Leaf) else _MARKS
    return [line for line in (part.strip(_BLANKS) for part in marks.split(text)) if line]


def _entry(kind: Kind, line: str) -> Any:
    if isinstance(kind, Part):
        names, parts = _names(kind), line.replace("｜", "|").split("|")
        said = [part.strip(_BLANKS) for part in parts]
        if len(said) == len(names):
            return {name: read(TEXT, part) for name, part in zip(names, said, strict=True)}
        return line
    return read(kind, line)


def _single(kind: Leaf, text: str) -> Any:
    said = meant(text)
    if kind is not ANYTHING and kind.holds(said):
        return said
    number = json.loads(said) if _NUMBER.fullmatch(said) else None
    flag = _FLAGS.get(said.casefold())
    for value in (number, flag):
        if value is not None and kind.holds(value):
            return value
    # Refused as what it is: to a kind of numbers a number, to one of words a word.
    return number if number is not None and not kind.holds("字") else said


def _same(one: Any, other: Any) -> bool:
    """Say whether two values are the same in a document; 1, 1.0 and true are three."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
