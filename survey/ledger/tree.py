"""The tree over the leaves (RFC 6962, 2.1): its growing edge, its root, and the proofs from it.

`Perfect` gives the hash of a perfect subtree: of the 2**level leaves from position * 2**level on.
With it a proof needs a number of hashes logarithmic in the size of the tree.
"""

import hashlib
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from survey.ledger.checker import node_hash

Perfect = Callable[[int, int], bytes]

_HASH_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A perfect subtree that is complete."""

    level: int
    position: int
    hash: bytes


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: one hash for each 1 in the binary form of its size."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> "Frontier":
        """Return a frontier from its stored bytes."""
        starts = range(0, len(packed), _HASH_BYTES)
        return cls(size=size, peaks=[packed[start : start + _HASH_BYTES] for start in starts])

    def packed(self) -> bytes:
        """Return the hashes one after another, the largest subtree first."""
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> list[Node]:
        """Add a leaf; returns the subtrees it completed, the smallest first."""
        done: list[Node] = []
        level, reached = 0, leaf
        while self.size >> level & 1:
            reached = node_hash(self.peaks.pop(), reached)
            level += 1
            done.append(Node(level=level, position=self.size >> level, hash=reached))
        self.peaks.append(reached)
        self.size += 1
        return done

    def root(self) -> bytes:
        """Return the tree's hash."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        reached = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            reached = node_hash(peak, reached)
        return reached


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the tree's hash over leaf hashes in their order."""
    tree = PackedTree(b"".join(leaves))
    return bytes.fromhex(tree.root(len(tree)))


def inclusion_path(perfect: Perfect, *, index: int, size: int) -> list[bytes]:
    """Return the audit path of a leaf (RFC 6962, 2.1.1), from the leaf upward."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(perfect, middle, end))
            end = middle
        else:
            path.append(_range_root(perfect, start, middle))
            start = middle
    return path[::-1]


def consistency_path(perfect: Perfect, *, old: int, new: int) -> list[bytes]:
    """Return the proof that a tree of `old` leaves begins the one of `new` (RFC 6962, 2.1.2)."""
    if old in {0, new}:
        return []
    path: list[bytes] = []
    start, end, known = 0, new, True
    while old != end:  # `old` is where the old tree ends
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(perfect, middle, end))
            end = middle
        else:
            path.append(_range_root(perfect, start, middle))
            start, known = middle, False
    if not known:
        path.append(_range_root(perfect, start, end))
    return path[::-1]


def root_of_first(perfect: Perfect, *, size: int) -> bytes:
    """Return the hash the tree had when it was of a size."""
    return _range_root(perfect, 0, size) if size else Frontier().root()


def over(leaves: Sequence[bytes]) -> Perfect:
    """Return the perfect subtrees over leaves held in memory."""

    def perfect(level: int, position: int) -> bytes:
        return subtree(leaves[position << level : (position + 1) << level])

    return perfect


class PackedTree:
    """A whole tree held as the hashes of each of its levels one after another, 64 bytes a leaf.

    `len` is how many leaves there are; an index gives a leaf.
    """

    def __init__(self, leaves: bytes | bytearray) -> None:
        """Hash the tree over leaves that stand one after another."""
        self._levels = [leaves]
        while len(self._levels[-1]) > _HASH_BYTES:
            self._levels.append(_level_above(self._levels[-1]))

    def __len__(self) -> int:
        return len(self._levels[0]) // _HASH_BYTES

    def __getitem__(self, index: int) -> bytes:
        return self._perfect(0, index)

    def root(self, size: int) -> str:
        """Return the hash over the first leaves, in hexadecimal.

        Raises TypeError for no number, KeyError for one that it never had.
        """
        if not 0 <= operator.index(size) <= len(self):
            raise KeyError(size)
        return root_of_first(self._perfect, size=size).hex()

    def complete(self, level: int) -> list[bytes]:
        """Return the hash of each complete subtree of 2**level leaves."""
        hashes = self._levels[level] if level < len(self._levels) else b""
        return [bytes(hashes[at : at + _HASH_BYTES]) for at in range(0, len(hashes), _HASH_BYTES)]

    def _perfect(self, level: int, position: int) -> bytes:
        return bytes(self._levels[level][position * _HASH_BYTES : (position + 1) * _HASH_BYTES])


def _level_above(hashes: bytes | bytearray) -> bytes:
    pair = 2 * _HASH_BYTES
    ends = range(0, len(hashes) - pair + 1, pair)
    return b"".join([hashlib.sha256(b"\x01" + hashes[at : at + pair]).digest() for at in ends])


def subtree(hashes: Sequence[bytes]) -> bytes:
    """Return the hash over a power of two of hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def _range_root(perfect: Perfect, start: int, end: int) -> bytes:
    """Return the hash over leaves start..end; start is a multiple of every split below."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return perfect(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range_root(perfect, start, middle), _range_root(perfect, middle, end))


def _split(count: int) -> int:
    """Return the largest power of two smaller than a count of two or more."""
    return 1 << (count - 1).bit_length() - 1
