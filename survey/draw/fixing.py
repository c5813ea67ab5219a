"""A table as one digest: the same whatever the order of its rows, and telling of nobody in it."""

import hashlib
from collections.abc import Iterable, Sequence

from survey.office_files.signs import meant_code


def digest_of_rows(rows: Iterable[Sequence[str]], *, salt: str = "") -> str:
    """Return the SHA-256 of rows: cells joined by a tab, lines sorted, the salt before them.

    Lines are sorted as UTF-8 bytes, and each ends in a line feed, the salt's too. Without the salt
    nobody can try out whether a row that he guesses is among them.
    """
    lines = sorted("\t".join(cells).encode() for cells in rows)
    return hashlib.sha256(b"".join(line + b"\n" for line in (salt.encode(), *lines))).hexdigest()


def tidy_seed(seed: str) -> str:
    """Return a seed as everybody means it: full-width signs as plain ones, single blanks.

    Who repeats a draw types the numbers himself, and would draw others by signs nobody sees.
    """
    return " ".join(meant_code(seed).split())


def order_key(*, seed: str, roster_digest: str, salt: str, person_id: str) -> str:
    """Return what a person's place goes by: a SHA-256 that nobody could foresee or steer.

    Whoever has seed and digest, which are public, but not the salt, cannot tell who is drawn: a
    unit that handed in the names would otherwise know whom to press.
    """
    words = "\n".join((seed, roster_digest, salt, person_id))
    return hashlib.sha256(words.encode()).hexdigest()
