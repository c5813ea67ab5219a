"""Thrift's compact protocol, as far as the headers of Parquet take it (it is their only writer)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_SHORT, _NEAR = 15, 15


@dataclass(frozen=True, slots=True)
class I32:
    """A number of 32 bits."""

    value: int


@dataclass(frozen=True, slots=True)
class I64:
    """A number of 64 bits."""

    value: int


@dataclass(frozen=True, slots=True)
class Binary:
    """A text."""

    value: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Values of one kind, one at least."""

    values: Sequence[Field]


Struct = Mapping[int, "Field"]
Field = I32 | I64 | Binary | Listed | Struct


def encoded(fields: Struct) -> bytes:
    """Return a struct of fields by their numbers, which rise."""
    return b"".join(_struct(fields))


def _struct(fields: Struct) -> Iterator[bytes]:
    before = 0
    for number, field in fields.items():
        kind, step = _kind(field), number - before
        yield bytes([step << 4 | kind]) if step <= _NEAR else bytes([kind]) + _zigzag(number)
        yield from _value(field)
        before = number
    yield b"\0"


def _value(field: Field) -> Iterator[bytes]:
    match field:
        case I32() | I64():
            yield _zigzag(field.value)
        case Binary():
            text = field.value.encode()
            yield _varint(len(text)) + text
        case Listed():
            n, kind = len(field.values), _kind(field.values[0])
            yield bytes([n << 4 | kind]) if n < _SHORT else bytes([0xF0 | kind]) + _varint(n)
            for each in field.values:
                yield from _value(each)
        case _:
            yield from _struct(field)


def _kind(field: Field) -> int:
    kinds = {I32: _I32, I64: _I64, Binary: _BINARY, Listed: _LIST}
    return kinds.get(type(field), _STRUCT)


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 ^ value >> 63)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
