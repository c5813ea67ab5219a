"""When a message that did not arrive is tried again, and after how many times no more.

The steps of Standard Webhooks: at once, then within seconds, minutes, hours, for three days. A
receiver may ask for more time (`Retry-After`, RFC 9110), a day at most, and for no less. Officials
read of them in templates/office/deliveries.html and the manual, programmers in docs/api.md.
"""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

_STEPS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_TRIES = len(_STEPS) + 1
_SPREAD = 0.2
_LONGEST = 9


def wait_after(tries: int, *, chance: float) -> timedelta | None:
    """Return how long to wait after so many tries, None where it is given up.

    `chance` in [0, 1) makes it longer by up to a fifth, so that what failed together does not
    come again together.
    """
    if tries >= MOST_TRIES:
        return None
    return _STEPS[tries - 1] * (1 + _SPREAD * chance)


def wait_asked(said: str, *, at: datetime) -> timedelta:
    """Return how long a receiver asks to be left alone: seconds or a moment, a day at most.

    Nothing where it asks for nothing that can be read.
    """
    most, said = _STEPS[-1], said.strip()
    if said.isascii() and said.isdecimal():
        # Not made a number of seconds before it is known to be one that a wait can be.
        return most if len(said) > _LONGEST else min(timedelta(seconds=int(said)), most)
    try:
        until = parsedate_to_datetime(said)
        return min(max(until.astimezone(at.tzinfo) - at, timedelta()), most)
    except (ValueError, TypeError, OverflowError):
        return timedelta()
