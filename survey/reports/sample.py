"""Fields as a release would fill them, to try a template by: lists with entries, and empty ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from survey.reports.fields import Fields
from survey.reports.kinds import OF_EITHER, OF_UNITS, Kind

# Which documents have a part that others have not.
_PARTS: dict[str, frozenset[Kind]] = {
    "unit": OF_UNITS | OF_EITHER,
    "appeal": frozenset({"appeal"}),
}


def sample_fields(kind: Kind) -> Iterator[Fields]:
    """Yield fields with everything there, then with nothing in any list and no condition met."""
    for whole in (True, False):
        values = _made(Fields, whole=whole)
        assert isinstance(values, Fields)
        lacking = [part for part in _PARTS if kind not in _PARTS[part]]
        yield _without(values, lacking)
        if kind in OF_EITHER:
            yield _without(values, [*lacking, "unit"])


def _without(values: Fields, parts: Iterable[str]) -> Fields:
    told = {each.name: getattr(values, each.name) for each in fields(values)}
    return Fields(**{**told, **dict.fromkeys(parts)})


def _made(kind: Any, *, whole: bool) -> Any:
    if kind is str:
        return "0" if whole else ""
    if kind is bool:
        return whole
    if get_origin(kind) is tuple:
        return (_made(get_args(kind)[0], whole=whole),) * (2 if whole else 0)
    if get_origin(kind) is UnionType:
        return _made(next(one for one in get_args(kind) if one is not NoneType), whole=whole)
    hints = get_type_hints(kind)
    return kind(**{each.name: _made(hints[each.name], whole=whole) for each in fields(kind)})
