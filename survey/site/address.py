"""The one address an installation is reached at, whoever asks: its pages or a command.

It is `SURVEY_BASE_URL` where that is set. Where it is not, the server notes in its home what it
serves, and commands go by that: a poster made by a command leads where the server listens.
"""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from survey.site.config import ADDRESS_FILE, BASE_URL, Settings

_LOCAL = frozenset(
    {"localhost", "local", "localdomain", "internal", "lan", "home", "arpa"}
    | {"test", "example", "invalid"}
)
_ELSEWHERE = ("192.0.2.1", 9)  # nobody's (RFC 5737); asking for the way to it sends nothing


def announced(
    settings: Settings, environment: Mapping[str, str], *, host: str, port: int
) -> Settings:
    """Return the settings that say what a server is reached at."""
    url = settings.base_url
    if BASE_URL not in environment:
        url = f"http://{_bracketed(_reached(host))}:{port}"
    return replace(settings, base_url=url, served_url=url)


def announce(settings: Settings) -> None:
    """Note what a server is reached at, for commands and its own workers."""
    path = settings.home / ADDRESS_FILE
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{settings.served_url}\n", "utf-8")
    fresh.replace(path)


def is_public(url: str) -> bool:
    """Say whether residents' telephones can open an address, and nobody can read along."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    if parts.scheme != "https":
        return False
    try:
        return ipaddress.ip_address(name).is_global
    except ValueError:
        return "." in name and name.rpartition(".")[2] not in _LOCAL


def is_this_machine(url: str) -> bool:
    """Say whether an address leads to whatever machine it is opened on."""
    name = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _reached(host: str) -> str:
    """Return under which address a telephone on the same network finds what listens to a host."""
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 - no binding
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_ELSEWHERE)
            return str(asking.getsockname()[0])
        except OSError:  # no network at all
            return "127.0.0.1"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
