"""Wrong codes: who sends many of them, in this process and the last ten minutes.

Nobody is refused for it. A source of many wrong codes must work before the next one-time code is
looked up, and whoever shares its address has his telephone work for a second, too. Posters'
codes are public and open always.
"""

import ipaddress
import threading
from collections import deque
from datetime import datetime, timedelta

_WINDOW = timedelta(minutes=10)
_FROM_ONE_NETWORK = 20
_FROM_ALL = 400
_MOST_NETWORKS = 10_000
_ALL = ""


def network_of(address: str | None) -> str:
    """Return the network whose wrong codes are counted together: /24 of IPv4, /56 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 56), strict=False))


class Guesses:
    """The wrong codes of each network, and of all together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[str, deque[datetime]] = {}

    def wrong(self, network: str, at: datetime) -> None:
        """Remember a wrong code."""
        with self._lock:
            if len(self._times) > _MOST_NETWORKS:
                self._forget_old(at)
            for name, most in ((network, _FROM_ONE_NETWORK), (_ALL, _FROM_ALL)):
                self._recent(name, at)
                times = self._times.setdefault(name, deque())
                times.append(at)
                if len(times) > most:  # more than enough is no more suspicious
                    times.popleft()

    def suspicious(self, network: str, at: datetime) -> bool:
        """Say whether one-time codes from this network must be worked for."""
        with self._lock:
            return (
                len(self._recent(network, at)) >= _FROM_ONE_NETWORK
                or len(self._recent(_ALL, at)) >= _FROM_ALL
            )

    def _recent(self, name: str, at: datetime) -> deque[datetime]:
        times = self._times.get(name, deque())  # asking alone leaves nothing behind
        while times and times[0] <= at - _WINDOW:
            times.popleft()
        return times

    def _forget_old(self, at: datetime) -> None:
        for name in list(self._times):
            if not self._recent(name, at):
                del self._times[name]
        if len(self._times) > _MOST_NETWORKS:  # a flood of networks: what all sent is remembered
            self._times = {_ALL: self._times[_ALL]}
