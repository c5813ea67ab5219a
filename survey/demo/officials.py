"""The two officials of the demonstration: what takes two persons is done by two here too."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from survey.access import passwords
from survey.access.accounts import create_account
from survey.demo.entrances import BY
from survey.model import Account
from survey.site.installation import Site

_NAMES = {"office_admin": "演示管理员", "office_review": "演示复核员"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Officials:
    """Who proposes and who approves; passwords of the accounts made now, told this once."""

    proposer: str
    approver: str
    passwords: dict[str, str] = field(default_factory=dict)


def officials_of(
    site: Site, *, admin: str = "demo.admin", review: str = "demo.review"
) -> Officials:
    """Return an administrator and a reviewer; who is missing gets an account of the name given."""
    made: dict[str, str] = {}
    found = {}
    for role, username in (("office_admin", admin), ("office_review", review)):
        with site.database.reading() as session:
            enabled = sa.select(Account.username).where(
                Account.role == role, Account.disabled_at.is_(None)
            )
            known = session.scalar(enabled.order_by(Account.id).limit(1))
        found[role] = known or username
        if known is None:
            made[username] = _make(site, role=role, username=username)
    return Officials(
        proposer=found["office_admin"], approver=found["office_review"], passwords=made
    )


def _make(site: Site, *, role: str, username: str) -> str:
    secret = passwords.one_time()
    with site.database.writing() as session:
        return create_account(
            session,
            username=username,
            name=_NAMES[role],
            role=role,
            by=BY,
            clock=site.clock,
            password=secret,
        )
