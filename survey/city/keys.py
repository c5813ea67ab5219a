"""Counties' keys: named by one official, confirmed by another from a paper of their own."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import second_word
from survey.clock import Clock
from survey.model import Account, CountyKey
from survey.office_files.signs import sign_fault
from survey.problems import Problem, Refused
from survey.verification.counties import key_facts, key_subject
from survey.verification.signature import key_id, public_key

_LONGEST = 60


def name_key(session: Session, *, county: str, key: str, by: str, clock: Clock) -> CountyKey:
    """Note a county's public key; nothing is taken by it before a second person confirmed it.

    Raises Refused for a name or a key that is none, and for a key that is there already.
    """
    problems = _name_problems(county.strip())
    mark = fingerprint(key.strip())
    if mark is None:
        problems.append(
            Problem(
                field="key",
                zh="不是公钥；请照县里书面给出的填写（44个字符）",
                en="is no public key; type it as the county gave it on paper (44 characters)",
            )
        )
    elif session.scalar(sa.select(CountyKey).where(CountyKey.public_key == key.strip())):
        problems.append(Problem(field="key", zh="这个公钥已经登记过", en="is named already"))
    if problems:
        raise Refused(problems)
    named = CountyKey(county=county.strip(), public_key=key.strip(), made_at=clock(), made_by=by)
    session.add(named)
    session.flush()
    _note(session, named, by=by, clock=lambda: named.made_at)
    return named


def confirm_key(session: Session, *, number: int, mark: str, by: str, clock: Clock) -> CountyKey:
    """Let a county's key be used: `mark` is its fingerprint, typed from the county's paper.

    Raises Refused where there is none that waits, for whoever named it, and for another mark.
    """
    key = _found(session, number)
    if key.confirmed_at is not None or key.revoked_at is not None:
        raise Refused.of(
            zh="这个公钥没有待确认的事", en="nothing waits to be confirmed on this key"
        )
    if not _is_another(session, key, by):
        raise Refused.of(
            zh="公钥须由另一人确认，登记的人自己不能确认",
            en="the key is confirmed by another person than who named it",
        )
    if "".join(mark.split()).lower() != fingerprint(key.public_key):
        raise Refused.of(
            field="mark",
            zh="与登记的公钥的指纹不同；请照县里的书面材料核对，不要照屏幕抄",
            en="is not the fingerprint of this key; type it from the county's paper",
        )
    key.confirmed_at, key.confirmed_by = clock(), by
    audit.record(
        session,
        by=by,
        at=key.confirmed_at,
        action="county.confirm",
        subject=key_subject(key),
        county=key.county,
        done_by=[key.made_by],
    )
    return key


def revoke_key(session: Session, *, number: int, by: str, clock: Clock) -> CountyKey:
    """Shut a county's key for good; what was taken by it stays. Raises Refused if it is shut."""
    key = _found(session, number)
    if key.revoked_at is not None:
        raise Refused.of(zh="这个公钥已经停用", en="this key is revoked already")
    key.revoked_at, key.revoked_by = clock(), by
    audit.record(
        session,
        by=by,
        at=key.revoked_at,
        action="county.revoke",
        subject=key_subject(key),
        county=key.county,
    )
    return key


def all_keys(session: Session) -> list[CountyKey]:
    """Return the keys of all counties, by county, the newest last."""
    return list(session.scalars(sa.select(CountyKey).order_by(CountyKey.county, CountyKey.id)))


def usable_keys(session: Session) -> dict[str, CountyKey]:
    """Return the keys that releases are taken by now, by their public key."""
    return {
        key.public_key: key
        for key in all_keys(session)
        if key.confirmed_at is not None and key.revoked_at is None
    }


def fingerprint(key: str) -> str | None:
    """Return the 16 digits a public key is known by; None of what is no key."""
    try:
        return key_id(public_key(key))
    except ValueError:
        return None


def _found(session: Session, number: int) -> CountyKey:
    key = session.get(CountyKey, number, with_for_update=True)
    if key is None:
        raise Refused.of(zh=f"没有第{number}号公钥", en=f"there is no key {number}")
    return key


def _is_another(session: Session, key: CountyKey, by: str) -> bool:
    """Say whether somebody is another person than who named a key, under whatever account."""
    if by == key.made_by:
        return False
    known = sa.select(Account).where(Account.username.in_((by, key.made_by)))
    names = [account.name for account in session.scalars(known)]
    return len(names) < 2 or not second_word.is_same_person(*names)


def _note(session: Session, key: CountyKey, *, by: str, clock: Clock) -> None:
    audit.record(
        session,
        by=by,
        at=clock(),
        action="county.name",
        subject=key_subject(key),
        **key_facts(key),
    )


def _name_problems(county: str) -> list[Problem]:
    if not 1 <= len(county) <= _LONGEST:
        return [
            Problem(
                field="county",
                zh=f"请填写县（市、区）名称，不超过{_LONGEST}个字",
                en=f"name the county in at most {_LONGEST} characters",
            )
        ]
    fault = sign_fault(county)
    return [Problem(field="county", zh=fault[0], en=fault[1])] if fault else []
