"""Keyed marks of a device and a network: equal for equal sources, worthless without the key."""

import hashlib
import hmac
import ipaddress

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
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    network = ipaddress.ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False)
    return _mark(key, f"network|{network.network_address}")


def _mark(key: bytes, text: str) -> bytes:
    content = text.encode(errors="replace")
    return hmac.new(key, content, hashlib.sha256).digest()[:_MARK_BYTES]
