"""Who can propose or approve, as a release says it: how each was let in, and by whom."""

from datetime import UTC

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import roles, second_word
from survey.appraisal.record.scores import AccountGiven
from survey.model import Account, Campaign


def accounts_let_in(session: Session, *, campaign: Campaign) -> tuple[AccountGiven, ...]:
    """Return how those who can propose or approve now were let in by somebody else.

    Those of the demonstration, too, where a real campaign came after it; not in its own release.
    """
    acting = sa.select(Account).where(
        Account.role.in_(roles.who_may("account.confirm")), Account.disabled_at.is_(None)
    )
    officials = {audit.SYSTEM, *session.scalars(sa.select(Account.username))}
    return tuple(
        AccountGiven(
            username=account.username,
            role=account.role,
            deed=each.action,
            at=each.at.astimezone(UTC).isoformat(timespec="minutes"),
            by=each.by,
            word_of=each.word_of,
        )
        for account in session.scalars(acting.order_by(Account.username))
        for each in second_word.let_in_by(session, username=account.username)
        if each.by in officials or not campaign.simulated
    )
