"""Dataclasses from plain data, as JSON knows it, and back: what their annotations say.

A member's name is its field's, unless the field's metadata give a ``name``; one with a default
may be left out, and is left out of what is written where the metadata say ``optional`` and it is
None. Members nobody knows are passed over: later versions may add some.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[object], Any]


class UnreadableError(ValueError):
    """Plain data that are not what the annotations say; ``place`` says where."""

    def __init__(self, place: str = "") -> None:
        self.place = place
        super().__init__(place)

    def inside(self, name: object) -> UnreadableError:
        """Return the same fault, told from one level further out."""
        return UnreadableError(f"{name}.{self.place}" if self.place else str(name))


def read(kind: type[T], data: object) -> T:
    """Return plain data as a dataclass; parts that are dataclasses already stay as they are.

    Raises
    ------
    UnreadableError
        Where a member is missing or of another kind.
    """
    annotation: Any = kind
    found: T = _reader(annotation)(data)
    return found


def plain(value: object) -> Any:
    """Return a dataclass as plain data, decimals as strings, so that 80.10 stays 80.10."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            _name(field): plain(getattr(value, field.name))
            for field in fields(value)
            if not (field.metadata.get("optional") and getattr(value, field.name) is None)
        }
    if isinstance(value, dict):
        return {name: plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return str(value) if isinstance(value, Decimal) else value


def _name(field: Field[Any]) -> str:
    name: str = field.metadata.get("name", field.name)
    return name


@cache
def _reader(hint: Any) -> Reader:
    """Return what reads a value of this annotation; built once for each."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return _maybe(next(one for one in arguments if one is not NoneType))
    if origin is Literal:
        return _checked(lambda value: value in arguments)
    if origin is tuple:
        return _listed(arguments) if arguments[-1] is Ellipsis else _fixed(arguments)
    if origin is dict:
        return _named(arguments[1])
    if is_dataclass(hint):
        return _members(hint)
    return _LEAVES[hint]


def _checked(holds: Callable[[Any], bool]) -> Reader:
    def read_value(value: object) -> object:
        if not holds(value):
            raise UnreadableError
        return value

    return read_value


def _decimal(value: object) -> Decimal:
    if not isinstance(value, str):
        raise UnreadableError
    try:
        return Decimal(value)
    except InvalidOperation:
        raise UnreadableError from None


_LEAVES: dict[Any, Reader] = {
    str: _checked(lambda value: isinstance(value, str)),
    bool: _checked(lambda value: isinstance(value, bool)),
    int: _checked(lambda value: isinstance(value, int) and not isinstance(value, bool)),
    float: _checked(
        lambda value: (
            isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        )
    ),
    Decimal: _decimal,
    object: _checked(lambda _value: True),
}


def _maybe(hint: Any) -> Reader:
    reader = _reader(hint)
    return lambda value: None if value is None else reader(value)


def _listed(arguments: tuple[Any, ...]) -> Reader:
    reader = _reader(arguments[0])
    return lambda value: tuple(
        _inside(place, reader, entry) for place, entry in enumerate(_list(value))
    )


def _fixed(arguments: tuple[Any, ...]) -> Reader:
    readers = [_reader(argument) for argument in arguments]

    def read_value(value: object) -> tuple[object, ...]:
        entries = _list(value)
        if len(entries) != len(readers):
            raise UnreadableError
        pairs = enumerate(zip(readers, entries, strict=True))
        return tuple(_inside(place, reader, entry) for place, (reader, entry) in pairs)

    return read_value


def _list(value: object) -> list[object] | tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise UnreadableError
    return value


def _named(hint: Any) -> Reader:
    reader = _reader(hint)

    def read_value(value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            raise UnreadableError
        return {name: _inside(name, reader, entry) for name, entry in value.items()}

    return read_value


def _members(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    members = [
        (field.name, _name(field), _reader(hints[field.name]), _may_be_missing(field))
        for field in fields(kind)
    ]

    def read_value(value: object) -> object:
        if isinstance(value, kind):
            return value
        if not isinstance(value, dict):
            raise UnreadableError
        found = {}
        for attribute, name, reader, may_be_missing in members:
            if name in value:
                found[attribute] = _inside(name, reader, value[name])
            elif not may_be_missing:
                raise UnreadableError(name)
        return kind(**found)

    return read_value


def _may_be_missing(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _inside(name: object, reader: Reader, value: object) -> Any:
    try:
        return reader(value)
    except UnreadableError as error:
        raise error.inside(name) from None
