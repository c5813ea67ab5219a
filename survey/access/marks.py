"""Keyed marks of names, networks and devices: equal for equal ones, worthless without the key."""

import hashlib
import hmac
import ipaddress

_BYTES = 16


def derived(key: bytes, purpose: str) -> bytes:
    """Return the key for one purpose: what is made with it fits nothing else."""
    return hmac.new(key, f"office|{purpose}".encode(), hashlib.sha256).digest()


def mark(key: bytes, kind: str, *words: str) -> bytes:
    """Return the mark of something by the installation's web key."""
    text = "\0".join((kind, *words)).encode(errors="replace")
    return hmac.new(derived(key, "marks"), text, hashlib.sha256).digest()[:_BYTES]


def network_mark(key: bytes, address: str | None) -> bytes:
    """Return the mark of a network: an IPv4 address, or the /64 an IPv6 address lies in."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return mark(key, "network", "unknown")
    network = ipaddress.ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False)
    return mark(key, "network", str(network.network_address))
