"""The first administrator: whoever reads the console, once."""

import hmac
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import codes
from survey.access import accounts, marks
from survey.access.passwords import Password
from survey.clock import Clock
from survey.model import Account, FirstAdministrator
from survey.problems import Refused
from survey.site.database import insert_new

_TABLE = cast(sa.Table, FirstAdministrator.__table__)
_TOKEN_BYTES = 10  # 16 characters


def setup_token(key: bytes) -> str:
    """Return what `survey start` and `survey serve` print while there is no account.

    It is derived from the key of the web pages and stored nowhere: all processes know it, and it
    opens nothing once an account exists.
    """
    return codes.from_bytes(marks.mark(key, "first administrator")[:_TOKEN_BYTES])


def is_setup_token(typed: str, *, key: bytes) -> bool:
    """Say whether somebody has read the console."""
    given = codes.normalise(typed).encode(errors="replace")
    return hmac.compare_digest(given, setup_token(key).encode())


def create_first_account(
    session: Session, *, username: str, name: str, password: Password, clock: Clock
) -> Account:
    """Make the first administrator; raises Refused as soon as any account exists.

    Of many at once the database lets one through: its table takes one row.
    """
    connection = session.connection()
    claim = {"id": 1, "username": username, "made_at": clock()}
    claimed = connection.scalar(insert_new(connection, _TABLE, giving=_TABLE.c.id), claim)
    if claimed is None or accounts.any_account(session):
        raise Refused.of(zh="系统已有账号，请登录", en="accounts exist; sign in instead")
    accounts.create_account(
        session,
        username=username,
        name=name,
        role="office_admin",
        by=username,
        clock=clock,
        password=password,
    )
    return accounts.require_account(session, username=username)
