"""XML read piece by piece, so that a part of any size takes little memory."""

from functools import lru_cache
from xml.parsers import expat

_DEEPEST = 40
# Whether an element begins, its name, its attributes where it begins, its text where it ends.
Event = tuple[bool, str, dict[str, str], str]


class Pieces:
    """Reads without declarations of entities: eight lines of those name a billion things.

    Names of elements are given without the prefix of their namespace. Raises ValueError or
    ExpatError.
    """

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._text: list[str] = []
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append
        self._parser.StartDoctypeDeclHandler = self._declared

    def read(self, piece: bytes, *, last: bool = False) -> list[Event]:
        """Return what a piece says."""
        self._events = []
        self._parser.Parse(piece, last)
        return self._events

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError(self._depth)
        self._text.clear()
        self._events.append((True, _bare(name), attributes, ""))

    def _end(self, name: str) -> None:
        self._depth -= 1
        text = "".join(self._text)
        self._text.clear()
        self._events.append((False, _bare(name), _NONE, text))

    def _declared(self, *_declaration: object) -> None:
        raise ValueError("DOCTYPE")


_NONE: dict[str, str] = {}


@lru_cache(maxsize=1000)
def _bare(name: str) -> str:
    return name.rpartition(":")[2]
