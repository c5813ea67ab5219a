"""When the answers of a case came and what they say, told so that nobody learns of one of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from survey.appraisal.review.content import LevelShare, Slot
from survey.stats.arrays import BoolArray, IndexArray
from survey.stats.campaign.sample import Sample

_HOURLY_WITHIN = timedelta(hours=30)  # a case that lasts longer is told by days


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Days, course and pattern of a case; all empty where it has too few answers."""

    first_day: str = ""
    last_day: str = ""
    hourly: bool = False
    course: tuple[Slot, ...] = ()
    pattern: tuple[LevelShare, ...] = ()


def draw(
    sample: Sample,
    rows: IndexArray,
    *,
    valid: BoolArray,
    scale: Sequence[Mapping[str, Any]],
    timezone: str,
    smallest: int,
) -> Picture:
    """Return the picture of some answers; under the smallest number nothing is told."""
    if rows.size < smallest:
        return Picture()
    zone = ZoneInfo(timezone)
    moments = [
        datetime.fromtimestamp(int(at), UTC).astimezone(zone) for at in sample.submitted_at[rows]
    ]
    first, last = min(moments), max(moments)
    hourly = last - first <= _HOURLY_WITHIN
    here = np.zeros(sample.n_responses, dtype=np.bool_)
    here[rows] = True
    rest = valid & ~here & (sample.unit == sample.unit[rows[0]])
    return Picture(
        first_day=first.date().isoformat(),
        last_day=last.date().isoformat(),
        hourly=hourly,
        course=_course(moments, hourly=hourly, step=smallest),
        pattern=_pattern(sample, here, rest, scale, smallest),
    )


def _course(moments: Sequence[datetime], *, hourly: bool, step: int) -> tuple[Slot, ...]:
    """Count by the hour or the day, without gaps, each count rounded up to whole steps."""
    hours = [at.replace(minute=0, second=0, microsecond=0) for at in moments]
    starts = hours if hourly else [at.replace(hour=0) for at in hours]
    width = timedelta(hours=1) if hourly else timedelta(days=1)
    counts, slots, at = Counter(starts), list[Slot](), min(starts)
    while at <= max(starts):
        label = at.strftime("%m-%d %H:00" if hourly else "%m-%d")
        slots.append(Slot(label=label, count=-(-counts[at] // step) * step))
        at += width
    return tuple(slots)


def _pattern(
    sample: Sample,
    here: BoolArray,
    rest: BoolArray,
    scale: Sequence[Mapping[str, Any]],
    smallest: int,
) -> tuple[LevelShare, ...]:
    told = int(rest.sum()) >= smallest
    return tuple(
        LevelShare(
            zh=str(level["zh"]),
            en=str(level["en"]),
            here=_percent(sample, here, int(level["value"])),
            rest=_percent(sample, rest, int(level["value"])) if told else None,
        )
        for level in scale
    )


def _percent(sample: Sample, rows: BoolArray, level: int) -> int:
    items = sample.items[rows]
    given = int((items >= 0).sum())
    return round(100 * int((items == level).sum()) / given) if given else 0
