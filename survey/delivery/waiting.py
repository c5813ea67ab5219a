"""When a message that did not arrive is tried again, and after how many times no more.

The steps of Standard Webhooks: at once, then within seconds, minutes, hours, for three days.
"""

from datetime import timedelta

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


def wait_after(tries: int, *, chance: float) -> timedelta | None:
    """Return how long to wait after so many tries, None where it is given up.

    `chance` in [0, 1) makes it longer by up to a fifth, so that what failed together does not
    come again together.
    """
    if tries >= MOST_TRIES:
        return None
    return _STEPS[tries - 1] * (1 + _SPREAD * chance)
