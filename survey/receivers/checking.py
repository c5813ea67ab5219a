"""Tokens and acknowledgements against the entries of the audit that say how they came to be."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Acknowledgement, Campaign, ReceiverToken, Release
from survey.problems import Problem
from survey.receivers.tokens import facts_of, signed_by

Entry = Mapping[str, Any]
Entries = Mapping[tuple[str, str], Sequence[Entry]]  # by subject and action

_WORDS = ("number", "position", "outcome", "reference", "note")
_MADE, _APPROVED, _REVOKED = "receiver.create", "receiver.approve", "receiver.revoke"


def check_tokens(session: Session, entries: Entries) -> list[Problem]:
    """Find tokens that nobody made or approved, and those that are gone or may do other things."""
    tokens = {signed_by(token): token for token in session.scalars(sa.select(ReceiverToken))}
    made = {subject for subject, action in entries if action == _MADE}
    return [
        Problem(
            field="tokens",
            zh=f"接入令牌 {name} 与操作记录不符：被改动，或被删除、添加",
            en=f"{name} of a receiving system is not what the audit says was made and approved",
        )
        for name in sorted(tokens.keys() | made)
        if name not in tokens or not _is_as_recorded(tokens[name], entries)
    ]


def check_acknowledgements(
    session: Session, campaign: Campaign, told: Sequence[Entry]
) -> list[Problem]:
    """Find acknowledgements that no system gave, and given ones that are gone or altered."""
    said = {
        (*(entry["detail"][word] for word in _WORDS), entry["by"], entry["at"]) for entry in told
    }
    query = (
        sa.select(Acknowledgement, Release.number)
        .join(Release, Release.id == Acknowledgement.release_id)
        .where(Release.campaign_id == campaign.id)
    )
    found = {
        (
            *(number, row.position, row.outcome, row.reference, row.note),
            *(f"token-{row.token_id}", row.at),
        )
        for row, number in session.execute(query)
    }
    return [
        Problem(
            field="acknowledgements",
            zh=f"第{number}次发布的接收回执与操作记录不符：被改动，或被删除、添加",
            en=f"what systems said of release {number} is not what the audit has",
        )
        for number in sorted({each[0] for each in said ^ found})
    ]


def who(entries: Sequence[Entry]) -> tuple[str | None, Any]:
    """Return who did the first of some deeds, and when; twice None where nobody did."""
    return (entries[0]["by"], entries[0]["at"]) if entries else (None, None)


def _is_as_recorded(token: ReceiverToken, entries: Entries) -> bool:
    made, approved, revoked = (
        entries.get((signed_by(token), action), ()) for action in (_MADE, _APPROVED, _REVOKED)
    )
    if len(made) != 1 or len(approved) > 1 or len(revoked) > 1:
        return False
    detail = made[0]["detail"]
    let_in = who(approved) if detail["waits"] else (None, token.made_at)
    return (
        {word: detail[word] for word in facts_of(token)} == facts_of(token)
        and (token.made_by, token.made_at) == who(made)
        and (token.approved_by, token.approved_at) == let_in
        and (token.revoked_by, token.revoked_at) == who(revoked)
    )
