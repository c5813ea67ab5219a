"""Browsers an official has signed in with before: a signed cookie that opens nothing by itself."""

import secrets
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from survey.access import marks

COOKIE = "gongping_device"
LIFE_SECONDS = 180 * 24 * 3600
_MOST_ACCOUNTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A browser and the accounts that have signed in with it."""

    name: str
    accounts: tuple[int, ...] = ()

    def knows(self, account_id: int | None) -> bool:
        """Say whether an account has signed in with this browser."""
        return account_id in self.accounts

    def with_account(self, account_id: int) -> "Device":
        """Return the browser after an account has signed in with it."""
        others = tuple(each for each in self.accounts if each != account_id)
        return Device(name=self.name, accounts=(account_id, *others)[:_MOST_ACCOUNTS])


def read(cookie: str | None, *, key: bytes) -> Device:
    """Return the browser a cookie names; a new one without an honest cookie."""
    try:
        content: Any = _signer(key).loads(cookie or "", max_age=LIFE_SECONDS)
        return Device(name=str(content["name"]), accounts=tuple(map(int, content["accounts"])))
    except BadData:
        return Device(name=secrets.token_hex(16))


def write(device: Device, *, key: bytes) -> str:
    """Return the cookie of a browser."""
    content = {"name": device.name, "accounts": device.accounts}
    return str(_signer(key).dumps(content))


def _signer(key: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(marks.derived(key, "device"), salt="device")
