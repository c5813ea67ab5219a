"""What is to be known of the answers of a package together, from one look at their rows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from survey.appraisal.load import digest_of_draws
from survey.exchange.package.documents import columns_at


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersSeen:
    """How many rows there are, the first that is not in its place, and what they say together.

    `used` are rows with a token by unit and group; `drawn` is the digest of chances of being drawn.
    """

    n: int
    misplaced: int | None
    used: Counter[tuple[str, str]]
    drawn: str


def seen_of(table: Iterator[list[str]], *, file: str) -> AnswersSeen:
    """Read a table of answers, its heading first; raises Refused, as the table does."""
    heading = next(table)
    id_, unit, group, token = columns_at(
        file, heading, ("response_id", "unit_code", "group_code", "token")
    )
    chance = heading.index("probability") if "probability" in heading else None
    used, drawn = Counter[tuple[str, str]](), list[tuple[str, str]]()
    misplaced, n = None, 0
    for row in table:
        if misplaced is None and row[id_] != f"{n:010d}":
            misplaced = n
        if row[token]:
            used[row[unit], row[group]] += 1
        if chance is not None and row[chance]:
            drawn.append((row[id_], row[chance]))
        n += 1
    return AnswersSeen(n=n, misplaced=misplaced, used=used, drawn=digest_of_draws(drawn))
