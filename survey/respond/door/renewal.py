"""What is kept for some seconds is asked for again by one, ahead of its time.

Where it simply ran out, all who come in that moment would ask at once, and wait for each other.
"""

from collections.abc import Callable, Hashable

_MOST_KEPT = 20_000


class Renewal:
    """Whose turn it is to ask again; `ticks` is a monotonic clock in seconds."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._asking: dict[Hashable, float] = {}

    def may_use(self, key: Hashable, since: float, *, within: float, waits: bool) -> bool:
        """Tell whether what is kept `since` then will do; False for the one whose turn it is.

        From half its time on one is to ask again, and another if nothing came of that; and so is
        who comes back to ask, or `waits` in any case. Whatever is older than `within` seconds
        never will.
        """
        now = self._ticks()
        if now - since < within / 2:
            return True
        if waits or now - since >= within:
            return False
        if now - self._asking.get(key, -within) < within / 2:
            return True
        if len(self._asking) >= _MOST_KEPT:
            self._asking.clear()
        self._asking[key] = now
        return False
