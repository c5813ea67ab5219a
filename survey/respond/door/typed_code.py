"""What is wrong with a code that somebody typed, said so that he finds the place on his paper."""

from dataclasses import dataclass

from flask_babel import gettext as _

from survey import codes

ENTRANCES = (codes.POSTER_LENGTH, codes.PERSONAL_LENGTH)
NUMBERS = (12, 16)  # the ticket of a comment and the receipt
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCode:
    """What was typed as it is printed, and what is wrong with it, empty where nothing is told."""

    shown: str
    advice: str = ""


def typed_code(code: str, lengths: tuple[int, ...] = ENTRANCES) -> TypedCode:
    """Return a normalised code with what its length and its check character tell."""
    return TypedCode(shown=codes.grouped(code[:_LONGEST]), advice=_advice(code, lengths))


def _advice(code: str, lengths: tuple[int, ...]) -> str:
    n = len(code)
    if not n:
        return ""
    if n not in lengths:
        return _wrong_length(n, lengths)
    group = codes.doubtful_group(code) if lengths == ENTRANCES else 0
    if not group:
        return ""
    said = codes.grouped(code).split()[group - 1]
    return str(_("多半是第%(group)d组“%(said)s”输错了。", group=group, said=said))


def _wrong_length(n: int, lengths: tuple[int, ...]) -> str:
    short, long = lengths
    nearest = min(lengths, key=lambda length: abs(length - n))
    words = {"n": n, "short": short, "long": long, "by": abs(nearest - n), "nearest": nearest}
    if n - short == long - n:
        return str(_("您输入了%(n)d位，应为%(short)d位或%(long)d位。", **words))
    if n < nearest:
        return str(_("您输入了%(n)d位，比%(nearest)d位少%(by)d位。", **words))
    return str(_("您输入了%(n)d位，比%(nearest)d位多%(by)d位。", **words))
