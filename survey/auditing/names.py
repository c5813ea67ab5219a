"""The names of whom and what a page of the audit speaks of: few, so that few are read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey import audit
from survey.feedback.cases import RESIDENT
from survey.model import Account, AuditEntry, Campaign, DeliveryAddress, ReceiverToken, Unit
from survey.scheme.campaign_scheme import scheme_of

NOTHING = "—"
_SYSTEM = re.compile(r"(token|address)-([0-9]{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names by username and code; what is not here any more is called as it was recorded."""

    accounts: dict[str, str]
    campaigns: dict[str, Campaign]
    units: dict[str, Unit]
    deeds: Mapping[str, str]
    lang: str

    def person(self, username: str) -> str:
        """Return whoever did it."""
        if username == audit.SYSTEM:
            return str(_("服务器上的命令"))
        if username == audit.STRANGER:
            return str(_("未登录的人"))
        if username == RESIDENT:
            return str(_("居民"))
        name = self.accounts.get(username)
        return (
            str(_("%(name)s（%(username)s）", name=name, username=username)) if name else username
        )

    def account(self, subject: str) -> str:
        """Return the account it was done to; of a name that is none, nothing is kept."""
        return str(_("不存在的账号")) if subject.startswith("unknown:") else self.person(subject)

    def campaign(self, code: str) -> str:
        """Return a campaign's title."""
        found = self.campaigns.get(code)
        return found.title(self.lang) if found else code

    def unit(self, code: str) -> str:
        """Return a unit's code and name; several are written with commas."""
        found = [self.units.get(each) for each in code.split(",")]
        words = [
            f"{unit.code} {unit.short_name(self.lang)}" if unit else each
            for each, unit in zip(code.split(","), found, strict=True)
        ]
        return self.listed(words)

    def listed(self, words: Iterable[str]) -> str:
        """Return several words with what the language puts between."""
        return (", " if self.lang == "en" else "、").join(words)

    def group(self, campaign: str, code: str) -> str:
        """Return a respondent group's name."""
        found = self.campaigns.get(campaign)
        named = {each.code: each.name(self.lang) for each in found.groups} if found else {}
        return named.get(code, code)

    def channel(self, campaign: str, code: str) -> str:
        """Return a channel's name."""
        found = self.campaigns.get(campaign)
        channel = scheme_of(found).channels.get(code) if found else None
        return channel.name(self.lang) if channel else code


def names_in(
    session: Session, entries: Sequence[AuditEntry], lang: str, *, deeds: Mapping[str, str]
) -> Names:
    """Read the names that some entries need; those of deeds of two persons are given."""
    usernames = {word for entry in entries for word in _usernames(entry)}
    codes = {entry.subject.partition("/")[0] for entry in entries}
    units = {code for entry in entries for code in _units(entry)}
    accounts = sa.select(Account.username, Account.name).where(Account.username.in_(usernames))
    campaigns = session.scalars(sa.select(Campaign).where(Campaign.code.in_(codes)))
    return Names(
        accounts={row.username: row.name for row in session.execute(accounts)}
        | _systems(session, usernames),
        campaigns={campaign.code: campaign for campaign in campaigns},
        units={
            unit.code: unit for unit in session.scalars(sa.select(Unit).where(Unit.code.in_(units)))
        },
        deeds=deeds,
        lang=lang,
    )


def _systems(session: Session, usernames: Iterable[str]) -> dict[str, str]:
    """Return the names of receiving systems, by what the audit calls their tokens and addresses."""
    asked = [found for name in usernames if (found := _SYSTEM.fullmatch(name))]
    named: dict[str, str] = {}
    for kind, table in (("token", ReceiverToken), ("address", DeliveryAddress)):
        numbers = [int(found[2]) for found in asked if found[1] == kind]
        if numbers:
            rows = session.execute(sa.select(table.id, table.name).where(table.id.in_(numbers)))
            named |= {f"{kind}-{row.id}": row.name for row in rows}
    return named


def _usernames(entry: AuditEntry) -> tuple[str, ...]:
    tied = (each for tie in entry.detail.get("ties", ()) for each in (tie["by"], tie["word_of"]))
    proposer = str(entry.detail.get("proposed_by", ""))
    return entry.by, entry.subject, proposer, *entry.detail.get("done_by", ()), *filter(None, tied)


def _units(entry: AuditEntry) -> list[str]:
    named = (entry.detail.get(word) or "" for word in ("unit", "units", "scope", "before_scope"))
    return [code for text in named for code in str(text).split(",")]
