"""The bet by its definition: one draw after another, in exact fractions, nothing shared."""

from collections.abc import Sequence
from fractions import Fraction

STAKES = tuple(Fraction(each) for each in ("0.65", "0.8", "0.9", "0.96", "1"))
REFUTED = None  # the statement cannot be true any more: won outright


def most_won(
    *,
    points: Sequence[Fraction],
    size: Sequence[Fraction],
    order: Sequence[int],
    reached: Sequence[bool],
    false: Sequence[bool],
    most: Fraction,
) -> Fraction | None:
    """Return the most that a stake of one against “the sum exceeds ``most``” ever was."""
    largest = max((p / s for p, s in zip(points, size, strict=True)), default=Fraction(0))
    left, found, best = sum(size, Fraction(0)), Fraction(0), Fraction(1)
    purse = [Fraction(1)] * len(STAKES)
    if most - found >= left * largest:
        return REFUTED
    for place, here, wrong in zip(order, reached, false, strict=True):
        loss = points[place] / size[place] if wrong else Fraction(0)
        if here:
            # Under the statement the next loss is at least this on average.
            least = (most - found) / left
            mean, kept = 1 - least / largest, 1 - loss / largest
            if mean <= 0:
                return REFUTED
            for k, part in enumerate(STAKES):
                bet = part / mean
                purse[k] *= 1 + bet * (kept - mean)
            best = max(best, sum(purse, Fraction(0)) / len(purse))
        left -= size[place]
        found += points[place] if wrong else 0
        if most - found >= left * largest:
            return REFUTED
    return best
