"""Where a message may go: by https to the open network, elsewhere only where the operator says.

A name is looked at again whenever something is sent: what it means may change in between.
"""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from survey.problems import Refused

LONGEST_URL = 500
_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses behind a translator


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """An address taken apart; `is_allowed`: by the operator, wherever its host lies."""

    is_tls: bool
    host: str
    port: int
    path: str
    is_allowed: bool

    @property
    def named(self) -> str:
        """What a request calls the host by."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.is_tls else "http"] else _at(host, self)


def destination_of(url: str, *, allowed: Collection[str]) -> Destination:
    """Take an address apart, `allowed` being the setting SURVEY_DELIVERY_HOSTS.

    Raises Refused where it is no address of the web, is not https, or names a host inside a
    network by its number, unless the operator allows it.
    """
    parts, port = _parts(url)
    host = parts.hostname or ""
    named = f"[{host}]" if ":" in host else host
    by_http = not {f"http://{named}", f"http://{named}:{port}"}.isdisjoint(allowed)
    is_allowed = by_http or not {named, f"{named}:{port}"}.isdisjoint(allowed)
    if parts.scheme == "http" and not by_http:
        raise _refused(
            "须以 https:// 开头；内网要用 http 的，请管理服务器的人写入 SURVEY_DELIVERY_HOSTS",
            "must begin with https://; where http is needed inside a network, whoever runs the"
            " server says so in SURVEY_DELIVERY_HOSTS",
        )
    if not is_allowed and _is_number(host) and not is_public(host):
        raise _refused(
            "这是内部网络的地址；确需送往那里的，请管理服务器的人写入 SURVEY_DELIVERY_HOSTS",
            "lies inside a network; where that is meant, whoever runs the server says so in"
            " SURVEY_DELIVERY_HOSTS",
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(
        is_tls=parts.scheme == "https", host=host, port=port, path=path, is_allowed=is_allowed
    )


def is_public(address: str) -> bool:
    """Say whether an address in numbers lies in the open network, whatever it is wrapped in."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        within = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in _NAT64:
            within = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if within is not None:
            return is_public(str(within))
        if found.is_site_local:
            return False
    return found.is_global and not (
        found.is_private
        or found.is_loopback
        or found.is_link_local
        or found.is_multicast
        or found.is_unspecified
        or found.is_reserved
    )


def _parts(url: str) -> tuple[SplitResult, int]:
    """Return the parts and the port; what a browser would silently put right is refused."""
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' \\"<>')
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise _no_address() from None
    is_known = parts.scheme in _PORTS and _HOST.fullmatch(parts.hostname or "")
    if not is_plain or not is_known or "@" in parts.netloc or "#" in url:
        raise _no_address()
    if len(url) > LONGEST_URL:
        raise _refused(
            f"太长，不超过{LONGEST_URL}个字符", f"is too long: {LONGEST_URL} characters at most"
        )
    return parts, port


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _at(host: str, destination: Destination) -> str:
    return f"{host}:{destination.port}"


def _no_address() -> Refused:
    return _refused(
        "不是完整的网址，例如 https://kaohe.example.gov.cn/scores；不要写账号和 #",
        "is no full address such as https://scores.example.gov.cn/in; without an account and #",
    )


def _refused(zh: str, en: str) -> Refused:
    return Refused.of(field="url", zh=zh, en=en)
