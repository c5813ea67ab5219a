"""Which texts came from one hand: the same words of one source, or words alike from anywhere.

Likeness is the Jaccard index of the sets of character pairs. Pairs of texts that could reach the
bound are found by prefixes (Chaudhuri, Ganti, Kaushik 2006): of two sets as alike as that, the
first few members in the order of rarity have one in common.
"""

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_ALIKE = 0.6
_FEWEST_PAIRS = 8  # shorter words are alike by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A text and the keyed mark of the network it came from, where one is known."""

    text: str
    source: bytes | None


def groups_of(said: Sequence[Said]) -> list[int]:
    """Return a number for each text; texts that belong together have the same."""
    plain = [_plain(each.text) for each in said]
    parent = list(range(len(said)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[object, int] = {}
    for place, (text, each) in enumerate(zip(plain, said, strict=True)):
        long = len(text) > _FEWEST_PAIRS
        key: object = text if long else (text, each.source or place)
        parent[place] = first.setdefault(key, place)
    distinct = {text: place for text, place in first.items() if isinstance(text, str)}
    for one, other in _alike(list(distinct)):
        parent[root(distinct[one])] = root(distinct[other])
    return [root(place) for place in range(len(said))]


def n_sources(sources: Sequence[bytes | None]) -> int:
    """Return how many sources there are; each unknown one may be another."""
    return len(set(sources) - {None}) + sum(source is None for source in sources)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _alike(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    sets = [frozenset(a + b for a, b in pairwise(text)) for text in texts]
    rarity = Counter(pair for pairs in sets for pair in pairs)
    by_pair: defaultdict[str, list[int]] = defaultdict(list)
    for number, pairs in enumerate(sets):
        if len(pairs) < _FEWEST_PAIRS:
            continue
        kept = len(pairs) - math.ceil(_ALIKE * len(pairs)) + 1
        near: set[int] = set()
        for pair in sorted(pairs, key=lambda each: (rarity[each], each))[:kept]:
            near.update(by_pair[pair])
            by_pair[pair].append(number)
        for other in near:
            shared = len(pairs & sets[other])
            if shared >= _ALIKE * (len(pairs) + len(sets[other]) - shared):
                yield texts[number], texts[other]
