"""How often a token may be shown: so many requests a minute, counted in the database.

In the database because a server has several processes, and so that the office sees the last use.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import ReceiverToken, ReceiverUse
from survey.site.database import insert_new

A_MINUTE = 60  # requests
_SECONDS = 60
_TABLE = cast(sa.Table, ReceiverUse.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left of a minute: requests, and seconds until the next; `over`: none was left."""

    left: int
    seconds: int
    over: bool


def count_use(session: Session, *, token: ReceiverToken, at: datetime) -> Allowance:
    """Count a request of a token, unless its minute is used up."""
    minute, second = divmod(int(at.timestamp()), _SECONDS)
    first = {"token_id": token.id, "used_at": at, "minute": minute, "n": 0}
    session.execute(insert_new(session.connection(), _TABLE), first)
    use = session.get_one(ReceiverUse, token.id, with_for_update=True)
    if use.minute != minute:
        use.minute, use.n = minute, 0
    over = use.n >= A_MINUTE
    if not over:
        use.n, use.used_at = use.n + 1, at
    return Allowance(left=A_MINUTE - use.n, seconds=_SECONDS - second, over=over)
