"""The officials with what an administrator asks of each: role, second factor, last sign-in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.access import accounts
from survey.model import Account, SecondFactor, SignInTally, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account; a liaison's unit, since when there is a second factor, who came in or tried."""

    account: Account
    unit: Unit | None
    factor_since: datetime | None
    last_at: datetime | None
    n_failed: int

    @property
    def one_time_until(self) -> datetime | None:
        """Until when the one-time password holds, None where the own one is in use."""
        account = self.account
        return accounts.one_time_until(account) if account.password_one_time else None


def all_people(session: Session) -> Sequence[Person]:
    """Return all officials by username."""
    return [_person(*row) for row in session.execute(_QUERY.order_by(Account.username))]


def require_person(session: Session, *, username: str) -> Person:
    """Return one official; raises Refused naming him."""
    account = accounts.require_account(session, username=username)
    return _person(*session.execute(_QUERY.where(Account.id == account.id)).one())


def names(session: Session) -> dict[str, str]:
    """Return how each official is called: by the own name, and the username to tell two apart."""
    rows = session.execute(sa.select(Account.username, Account.name))
    return {
        row.username: str(_("%(name)s（%(username)s）", name=row.name, username=row.username))
        for row in rows
    }


def units_to_choose(session: Session) -> Sequence[Unit]:
    """Return the units a liaison can be of."""
    return session.scalars(sa.select(Unit).order_by(Unit.code)).all()


_QUERY = (
    sa.select(Account, Unit, SecondFactor.enrolled_at, SignInTally.signed_in_at, SignInTally.failed)
    .outerjoin(Unit, Unit.id == Account.unit_id)
    .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
    .outerjoin(SignInTally, SignInTally.account_id == Account.id)
)


def _person(
    account: Account,
    unit: Unit | None,
    factor_since: datetime | None,
    last_at: datetime | None,
    n_failed: int | None,
) -> Person:
    return Person(
        account=account,
        unit=unit,
        factor_since=factor_since,
        last_at=last_at,
        n_failed=n_failed or 0,
    )
