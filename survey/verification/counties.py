"""Counties' keys and releases against the entries of the audit that say how they came to be."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import CountyKey, CountyRelease
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered

_NAMED, _CONFIRMED, _REVOKED = "county.name", "county.confirm", "county.revoke"
_TAKEN = "county.take"


def key_subject(key: CountyKey) -> str:
    """Return what the audit calls a county's key."""
    return f"county-key-{key.id}"


def release_subject(release: CountyRelease) -> str:
    """Return what the audit calls a county's release."""
    return f"county-release-{release.id}"


def key_facts(key: CountyKey) -> dict[str, Any]:
    """Return what the audit keeps of a county's key when it is named."""
    return {"county": key.county, "public_key": key.public_key}


def release_facts(release: CountyRelease) -> dict[str, Any]:
    """Return what the audit keeps of a county's release when it is taken."""
    return {
        "key": release.key_id,
        "campaign": release.campaign,
        "number": release.number,
        "digest": release.digest,
    }


def check_counties(session: Session, deeds: Deeds) -> list[Problem]:
    """Find keys and releases of counties that nobody took, and those gone or altered."""
    keys = {key_subject(key): key for key in session.scalars(sa.select(CountyKey))}
    releases = {release_subject(each): each for each in session.scalars(sa.select(CountyRelease))}
    entries = deeds.entries
    named = {subject for subject, action in entries if action == _NAMED}
    taken = {subject for subject, action in entries if action == _TAKEN}
    problems = [
        _problem(subject)
        for subject in sorted(keys.keys() | named)
        if subject not in keys or not _is_key_as_recorded(keys[subject], entries)
    ]
    return problems + [
        _problem(subject)
        for subject in sorted(releases.keys() | taken)
        if subject not in releases or not _is_release_as_recorded(releases[subject], entries)
    ]


def _is_key_as_recorded(
    key: CountyKey, entries: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]
) -> bool:
    named, confirmed, revoked = (
        entries.get((key_subject(key), action), ()) for action in (_NAMED, _CONFIRMED, _REVOKED)
    )
    if len(named) != 1 or len(confirmed) > 1 or len(revoked) > 1:
        return False
    return (
        named[0]["detail"] == key_facts(key)
        and (key.made_by, key.made_at) == _who(named)
        and (key.confirmed_by, key.confirmed_at) == _who(confirmed)
        and (key.revoked_by, key.revoked_at) == _who(revoked)
    )


def _is_release_as_recorded(
    release: CountyRelease, entries: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]
) -> bool:
    taken = entries.get((release_subject(release), _TAKEN), ())
    return (
        len(taken) == 1
        and {word: taken[0]["detail"].get(word) for word in release_facts(release)}
        == release_facts(release)
        and (release.taken_by, release.taken_at) == _who(taken)
        and sha256(release.document.encode()).hexdigest() == release.digest
    )


def _who(entries: Sequence[Mapping[str, Any]]) -> tuple[str | None, Any]:
    return (entries[0]["by"], entries[0]["at"]) if entries else (None, None)


def _problem(subject: str) -> Problem:
    return altered(
        "counties",
        f"{subject} 与操作记录不符：被改动，或被删除、添加",
        f"{subject} is not what the audit says was named, confirmed or taken",
    )
