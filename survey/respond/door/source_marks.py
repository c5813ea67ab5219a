"""Keyed marks of a device and a network: equal for equal sources, worthless without the key."""

import hmac
import ipaddress
from functools import lru_cache

_MARK_BYTES = 8


def device_mark(key: bytes, *, device_id: str, user_agent: str) -> bytes | None:
    """Return the mark of a device by the random number its browser keeps; None without one.

    The browser's name alone makes no mark: thousands of honest phones share it.
    """
    if not device_id:
        return None
    return _mark(key, f"device|{device_id[:64]}|{user_agent[:256]}")


def network_mark(key: bytes, address: str | None) -> bytes | None:
    """Return the mark of a network: an IPv4 address, or the /64 an IPv6 address lies in."""
    network = _network_of(address or "")
    return _mark(key, f"network|{network}") if network else None


@lru_cache(maxsize=4096)  # a whole village may come from one
def _network_of(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    network = ipaddress.ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False)
    return str(network.network_address)


def _mark(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(errors="replace"), "sha256")[:_MARK_BYTES]
