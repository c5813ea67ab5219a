"""The ages a questionnaire asks for, and how tables of population write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from survey.stats.campaign.ages import TOO_OLD, TOO_YOUNG

_BAND = re.compile(r"([1-9][0-9]{1,2})(?:-([1-9][0-9]{1,2})|\+)")
_FIRST = 18
_MOST_BANDS = 12
_WRITTEN = str.maketrans("–—－～~至", "------")
_WORDS = (("周岁", ""), ("岁", ""), ("及以上", "+"), ("以上", "+"))


def is_asked(options: Any) -> bool:
    """Say whether options are ages: the too young, bands without a gap from 18, the too old."""
    if not isinstance(options, list) or not all(isinstance(each, str) for each in options):
        return False
    bands = options[1:]
    if options[:1] != [TOO_YOUNG] or not 2 <= len(bands) <= _MOST_BANDS:
        return False
    following = _FIRST
    for band in bands[:-1]:
        found = _BAND.fullmatch(band)
        if not found or not found[2] or int(found[1]) != following or int(found[2]) < following:
            return False
        following = int(found[2]) + 1
    return bands[-1] in {f"{following}+", f"{TOO_OLD}{following - 1}"}


def ages_of(questionnaire: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ages a checked questionnaire asks for."""
    return tuple(questionnaire["profile"][0]["options"])


def band_named(text: str, bands: Iterable[str]) -> str:
    """Return the band that a table means by 18-34, 18—35岁 (as registers write it) or 60岁以上."""
    plain = text.translate(_WRITTEN).replace("--", "-").replace(" ", "")
    for word, sign in _WORDS:
        plain = plain.replace(word, sign)
    known = _as_registers_write(list(bands))
    return known.get(plain, text)


def _as_registers_write(bands: Sequence[str]) -> dict[str, str]:
    """Return each band by its own name and by the one that ends where the next begins."""
    found = [(band, _BAND.fullmatch(band)) for band in bands]
    ends = {f"{m[1]}-{int(m[2]) + 1}": band for band, m in found if m and m[2]}
    return ends | {band: band for band in bands}
