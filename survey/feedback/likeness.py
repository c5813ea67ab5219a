"""Which texts came from one hand: the same words of one source, or words alike from anywhere.

Likeness is the Jaccard index of the sets of character pairs. Texts that could reach the bound are
found by prefixes (Chaudhuri, Ganti, Kaushik 2006): of two sets as alike as that, the first few
members in any one order have one in common; the rarest first, so that few others have it too.
"""

import math
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_ALIKE = 0.6
_FEWEST_PAIRS = 8  # shorter words are alike by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A text and the keyed mark of the network it came from, where one is known."""

    text: str
    source: bytes | None


class Likeness:
    """Texts taken up one after another, each in the group of the first one it belongs with.

    Belonging goes on from text to text, so that the order of taking up makes no difference to who
    is with whom. `familiar` are texts like those to come: how common a pair is in them makes
    comparing fast, and nothing else.
    """

    def __init__(self, familiar: Iterable[str] = ()) -> None:
        self._common = Counter(pair for text in familiar for pair in _pairs(_plain(text)))
        self._texts: list[str] = []  # those that can be compared; else empty
        self._before: list[int] = []  # an earlier text of the same group, or itself
        self._same: dict[object, int] = {}
        self._by_pair: defaultdict[str, array[int]] = defaultdict(lambda: array("L"))

    def __len__(self) -> int:
        return len(self._before)

    def group(self, number: int) -> int:
        """Return the number of the first text of a text's group."""
        before = self._before
        while before[number] != number:
            before[number] = before[before[number]]
            number = before[number]
        return number

    def take_up(self, said: Said) -> set[int]:
        """Take up the next text; return the groups that are part of an earlier one from now on."""
        number, joined = len(self), set[int]()
        text = self._enter(said)
        pairs = _pairs(text)
        rarest = self._rarest(pairs)
        for near in set[int]().union(*(self._by_pair[pair] for pair in rarest)):
            one, other = sorted((self.group(near), self.group(number)))
            if one != other and _are_alike(pairs, _pairs(self._texts[near])):
                self._before[other] = one
                joined.add(other)
        self._keep(rarest, number)
        return joined - {number}

    def put_back(self, said: Said, group: int) -> None:
        """Take up the next text where its group is known: an earlier text's number, or its own."""
        number = len(self)
        self._keep(self._rarest(_pairs(self._enter(said))), number)
        self._before[number] = group

    def _enter(self, said: Said) -> str:
        """Enter the next text; return what of it can be compared: of equal ones the first."""
        number, text = len(self), _plain(said.text)
        is_long = len(text) > _FEWEST_PAIRS
        same = self._same.setdefault(text if is_long else (text, said.source or number), number)
        self._before.append(same)
        self._texts.append(text if is_long and same == number else "")
        return self._texts[number]

    def _rarest(self, pairs: frozenset[str]) -> list[str]:
        """Return of a text's pairs as many as two alike ones cannot but have one of in common."""
        if len(pairs) < _FEWEST_PAIRS:
            return []
        ordered = sorted(pairs, key=lambda pair: (self._common[pair], pair))
        return ordered[: len(pairs) - math.ceil(_ALIKE * len(pairs)) + 1]

    def _keep(self, rarest: Iterable[str], number: int) -> None:
        for pair in rarest:
            self._by_pair[pair].append(number)


def groups_of(said: Sequence[Said]) -> list[int]:
    """Return a number for each text; texts that belong together have the same."""
    likeness = Likeness(each.text for each in said)
    for each in said:
        likeness.take_up(each)
    return [likeness.group(number) for number in range(len(said))]


def n_sources(sources: Sequence[bytes | None]) -> int:
    """Return how many sources there are; each unknown one may be another."""
    return len(set(sources) - {None}) + sum(source is None for source in sources)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _pairs(text: str) -> frozenset[str]:
    return frozenset(a + b for a, b in pairwise(text))


def _are_alike(pairs: frozenset[str], others: frozenset[str]) -> bool:
    shared = len(pairs & others)
    return shared >= _ALIKE * (len(pairs) + len(others) - shared)
