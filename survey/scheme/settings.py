"""A document as typed settings: what each may be, its default and its meaning, and one reader.

A part of a document is a frozen dataclass whose fields are made by `setting`, `part`, `parts`,
`named` or `prose`. `read` refuses names it does not know, with the nearest it does; what people
want to say besides stands under `notes`, which nothing reads.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias, TypeVar

from survey.problems import Problem
from survey.scheme.kinds import ANYTHING, NOTES, TEXT, Leaf, unknown_words

REQUIRED: Any = object()
Prose: TypeAlias = None  # what a document may say and nothing reads

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Named entries, as a dataclass of settings."""

    of: type


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list of values of one kind, `least` or more; entries are told by their setting `by`."""

    each: Kind
    least: int = 1
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Any names, each with a value of one kind; at least one."""

    each: Kind


Kind = Leaf | Part | Listed | Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of a part: its names in the document, its kind, its meaning.

    `prefix` gathers every name that begins so. `empty` says that a name without a value counts
    as left out; `read` is false for what is only said.
    """

    kind: Kind
    zh: str
    en: str
    name: str = ""
    also: tuple[str, ...] = ()
    prefix: bool = False
    empty: bool = True
    read: bool = True


class Fault(NamedTuple):
    """Where a document is not as it must be, and what is wrong there."""

    field: str
    zh: str
    en: str

    def problem(self, file: str) -> Problem:
        """Return the fault as what is told to whoever wrote the file."""
        return Problem(zh=self.zh, en=self.en, file=file, field=self.field)


def setting(kind: Kind, zh: str, en: str, *, default: Any = REQUIRED, **more: Any) -> Any:
    """Return a field of a part; required unless a default is given."""
    metadata = {"setting": Setting(kind=kind, zh=zh, en=en, **more)}
    if default is REQUIRED:
        return field(metadata=metadata)
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=metadata)
    return field(default=default, metadata=metadata)


def part(of: type[_T], zh: str, en: str, *, required: bool = False, **more: Any) -> Any:
    """Return a field that is a part itself; left out, each of its settings has its default."""
    metadata = {"setting": Setting(kind=Part(of=of), zh=zh, en=en, **more)}
    return field(metadata=metadata) if required else field(default=of(), metadata=metadata)


def prose(zh: str, en: str, *, name: str = "") -> Any:
    """Return a field for words at a place where they have long stood; nothing reads them."""
    what = Setting(kind=ANYTHING, zh=zh, en=en, name=name, read=False)
    return field(default=None, metadata={"setting": what})


def settings_of(of: type) -> dict[str, Setting]:
    """Return the settings of a part by the names of its fields."""
    return {
        entry.name: entry.metadata["setting"]
        for entry in dataclasses.fields(of)
        if "setting" in entry.metadata
    }


def is_required(of: type, attribute: str) -> bool:
    """Say whether a setting of a part must be there."""
    return any(entry.name == attribute and _must(entry, {}) for entry in dataclasses.fields(of))


def default_of(of: type, attribute: str) -> Any:
    """Return what stands for a setting that is left out, None where nothing does."""
    [entry] = [entry for entry in dataclasses.fields(of) if entry.name == attribute]
    return None if _must(entry, {}) else _default(entry)


def name_of(attribute: str, what: Setting) -> str:
    """Return the name a setting has in the document."""
    return what.name or attribute


@dataclass(slots=True, kw_only=True)
class Reading:
    """One reading of a document: the faults found, and whether unknown names are any.

    A stored document was taken by the rules of its day: what it says beyond ours is passed
    over, and what we would refuse of an optional setting counts as left out.
    """

    strict: bool = True
    faults: list[Fault] = field(default_factory=list)

    def fault(self, at: str, zh: str, en: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(field=at, zh=zh, en=en))

    def value(self, kind: Kind, value: Any, at: str) -> Any:
        """Return a value as its kind holds it, None after noting what is wrong with it."""
        if isinstance(kind, Part):
            return self._part(kind.of, value, at)
        if isinstance(kind, Listed):
            return self._listed(kind, value, at)
        if isinstance(kind, Named):
            return self._named(kind, value, at)
        return self._leaf(kind, value, at)

    def _leaf(self, kind: Leaf, value: Any, at: str) -> Any:
        take = kind.take if self.strict else kind.stored or kind.take
        try:
            return take(value)
        except (ValueError, TypeError):
            if why := kind.why(value):
                self.fault(at, *why)
                return None
            gone = value is None
            shown = str(value).lower() if isinstance(value, bool) else value
            self.fault(
                at,
                "缺少该项" if gone else f"“{shown}”不符，{kind.zh}",
                "is missing" if gone else f"{shown!r} {kind.en}",
            )
            return None

    def _listed(self, kind: Listed, value: Any, at: str) -> tuple[Any, ...] | None:
        if not isinstance(value, list | tuple) or len(value) < kind.least:
            self.fault(at, "缺少该项（应为列表）", "is missing (a list)")
            return None
        found = tuple(
            self.value(kind.each, entry, _entry_place(kind, entry, place, at))
            for place, entry in enumerate(value)
        )
        return None if None in found else found

    def _named(self, kind: Named, value: Any, at: str) -> dict[str, Any] | None:
        if not isinstance(value, Mapping) or not value:
            self.fault(at, "缺少该项（应为键值结构）", "is missing (named entries)")
            return None
        found = {
            str(name): self.value(kind.each, entry, _join(at, str(name)))
            for name, entry in value.items()
        }
        return None if None in found.values() else found

    def _part(self, of: type, value: Any, at: str) -> Any:
        if not isinstance(value, Mapping) or not value:
            self.fault(at, "缺少该项（应为键值结构）", "is missing (named entries)")
            return None
        known = settings_of(of)
        stated = self._stated(known, value, at)
        taken: dict[str, Any] = {}
        for entry in dataclasses.fields(of):
            what = known.get(entry.name)
            if what is None or not what.read:
                continue
            found = self._setting(entry, what, stated, at)
            if found is not None or entry.name in stated:
                taken[entry.name] = found
        if any(_must(entry, taken) for entry in dataclasses.fields(of)):
            return None
        return of(**taken)

    def _stated(
        self, known: Mapping[str, Setting], value: Mapping[Any, Any], at: str
    ) -> dict[str, Any]:
        """Return what is stated by attribute, after noting names that are not known."""
        places = {
            name: attribute
            for attribute, what in known.items()
            for name in (name_of(attribute, what), *what.also)
            if not what.prefix
        }
        prefixes = {what.name: attribute for attribute, what in known.items() if what.prefix}
        stated: dict[str, Any] = {}
        for name, given in whole_texts(value).items():
            prefix = next((start for start in prefixes if name.startswith(start)), None)
            if name in places:
                if places[name] in stated:
                    self.fault(_join(at, name), "与另一写法重复", "stands twice, under two names")
                stated[places[name]] = given
            elif prefix is not None:
                gathered = stated.setdefault(prefixes[prefix], {})
                gathered[name.removeprefix(prefix)] = given
            elif name != NOTES and self.strict:
                zh, en = unknown_words(name, [*places, *prefixes, NOTES])
                self.fault(_join(at, name), zh, en)
        return stated

    def _setting(
        self, entry: dataclasses.Field[Any], what: Setting, stated: Mapping[str, Any], at: str
    ) -> Any:
        given = stated.get(entry.name)
        optional = not _must(entry, {})
        left_out = entry.name not in stated or (given is None and what.empty)
        if optional and left_out:
            return _default(entry)
        before = len(self.faults)
        place = _join(at, name_of(entry.name, what))
        if what.prefix:
            found: Any = {
                name: self.value(what.kind, value, f"{place}{name}")
                for name, value in stated[entry.name].items()
            }
        else:
            found = self.value(what.kind, given, place)
        if found is None and len(self.faults) > before:
            if optional and not self.strict:
                del self.faults[before:]
            return _default(entry) if optional else None
        return found


def whole_texts(value: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the entries with texts whole that YAML has cut at a comma.

    In `{en: paper, keyed in (home)}` what follows the comma is a name without a value: the rest
    of the text where it does not look like a name.
    """
    out: dict[str, Any] = {}
    before = ""
    for name, given in ((str(name), given) for name, given in value.items()):
        cut = given is None and not name.isidentifier() and isinstance(out.get(before), str)
        if cut:
            out[before] = f"{out[before]}, {name}"
        else:
            out[name] = given
            before = name
    return out


def _must(entry: dataclasses.Field[Any], taken: Mapping[str, Any]) -> bool:
    """Say whether a setting is needed and not there."""
    needed = entry.default is dataclasses.MISSING and entry.default_factory is dataclasses.MISSING
    return needed and taken.get(entry.name) is None


def _default(entry: dataclasses.Field[Any]) -> Any:
    if entry.default_factory is not dataclasses.MISSING:
        return entry.default_factory()
    return entry.default


def _join(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _entry_place(kind: Listed, entry: Any, place: int, at: str) -> str:
    told = entry.get(kind.by) if kind.by and isinstance(entry, Mapping) else None
    return f"{at}.{told}" if isinstance(told, str) else f"{at}[{place}]"


def faults_of(of: type, document: Any) -> Iterator[Fault]:
    """Yield every place where a document is not as a part must be."""
    reading = Reading()
    reading.value(Part(of=of), document, "")
    yield from reading.faults


WORDS = Listed(each=TEXT)
