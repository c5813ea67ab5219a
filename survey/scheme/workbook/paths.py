"""The way to a setting, as a clerk reads it: names and numbers from 1, joined by full stops."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from survey.scheme.kinds import ANYTHING, NOTES
from survey.scheme.settings import Kind, Listed, Named, Part, Setting, name_of, settings_of

Path = tuple[str | int, ...]

_STEP = re.compile(r'"(?:[^"\\]|\\.)*"|[^."]+')
_PLAIN = re.compile(r'[^."\s]+')


def spoken(path: Path) -> str:
    """Return a path as it stands in a sheet."""
    return ".".join(
        str(step + 1)
        if isinstance(step, int)
        else step
        if _PLAIN.fullmatch(step)
        else json.dumps(step, ensure_ascii=False)
        for step in path
    )


class Understood(NamedTuple):
    """A path that a sheet names, the kind of what stands there, and whether that is known."""

    path: Path
    kind: Kind
    known: bool


def understood(kind: Kind, text: str) -> Understood:
    """Return the path that a sheet names.

    What the kind does not know stays in the path, to be refused as every unknown name is.
    """
    steps = _STEP.findall(text)
    if ".".join(steps) != text:
        return Understood((text,), ANYTHING, known=False)
    path: list[str | int] = []
    known = True
    for given in steps:
        name = _unquoted(given)
        if isinstance(kind, Listed) and name.isdecimal() and int(name) > 0:
            path.append(int(name) - 1)
            kind = kind.each
        else:
            path.append(name)
            known = known and (name == NOTES or kind is ANYTHING or _names(kind, name))
            kind = _below(kind, name)
    return Understood(tuple(path), kind, known)


def _names(kind: Kind, name: str) -> bool:
    return isinstance(kind, Named) or _setting(kind, name) is not None


def _setting(kind: Kind, name: str) -> Setting | None:
    for attribute, what in settings_of(kind.of).items() if isinstance(kind, Part) else ():
        if what.prefix and name.startswith(what.name):
            return what
        if not what.prefix and name in {name_of(attribute, what), *what.also}:
            return what
    return None


def _unquoted(step: str) -> str:
    if step.startswith('"'):
        try:
            return str(json.loads(step))
        except ValueError:
            pass  # no name of ours; it is refused as it stands
    return step.strip()


def _below(kind: Kind, name: str) -> Kind:
    if isinstance(kind, Named):
        return kind.each
    what = _setting(kind, name)
    return what.kind if what else ANYTHING


def at(kind: Kind, path: Sequence[str | int]) -> Kind:
    """Return the kind of what stands at a path."""
    for step in path:
        kind = kind.each if isinstance(kind, Listed) else _below(kind, str(step))
    return kind
