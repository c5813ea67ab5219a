"""The second factor: six digits of an official's telephone (RFC 6238), or a recovery code."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp
import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy.orm import Session

from survey import audit, codes
from survey.access import marks
from survey.clock import Clock
from survey.model import Account, RecoveryCode, SecondFactor
from survey.problems import Refused

ROLES = frozenset({"office_admin", "office_review", "leader", "auditor"})
N_RECOVERY_CODES = 10

_ISSUER = "公评"
_STEP_SECONDS = 30
_SECRET_BYTES = 20
_RECOVERY_LENGTH = 12
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Since when an account has a second factor, and how many recovery codes are left."""

    enrolled_at: datetime
    n_recovery_codes: int


def proposed_secret(key: bytes, *, token: str) -> str:
    """Return the secret offered to a session: the same until it is taken or the session ends."""
    drawn = marks.mark(key, "proposed secret", token) + marks.mark(key, "more of it", token)
    return base64.b32encode(drawn[:_SECRET_BYTES]).decode()


def address(secret: str, *, username: str) -> str:
    """Return the `otpauth:` address that authenticator apps read from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=_ISSUER)


def enrolment(session: Session, *, account: Account) -> Enrolment | None:
    """Return an account's second factor, if it has one."""
    factor = session.get(SecondFactor, account.id)
    if factor is None:
        return None
    unused = sa.select(sa.func.count()).where(
        RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None)
    )
    left = session.scalar(unused) or 0
    return Enrolment(enrolled_at=factor.enrolled_at, n_recovery_codes=left)


def enrol(
    session: Session, *, account: Account, secret: str, code: str, key: bytes, clock: Clock
) -> list[str]:
    """Give an account its second factor once a code shows that the telephone has it.

    Returns the recovery codes, which are kept as hashes alone. Raises Refused for a wrong code,
    and for an account that has a second factor.
    """
    at = clock()
    if session.get(SecondFactor, account.id) is not None:
        raise Refused.of(
            zh="两步登录已经开通；换手机请先停用", en="it is set up already; remove it first"
        )
    counter = _counter_of(secret, code, at)
    if counter is None:
        raise Refused.of(
            field="code",
            zh="动态口令不对；请输入手机上现在显示的6位数字，并检查手机时间是否准确",
            en="the code is not right; type the 6 digits shown now, and check the phone's clock",
        )
    session.add(
        SecondFactor(
            account_id=account.id,
            sealed_secret=_seal(key).encrypt(secret.encode()),
            enrolled_at=at,
            last_counter=counter,
        )
    )
    given = [codes.new_code(_RECOVERY_LENGTH) for _ in range(N_RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(code_hash=_recovery_hash(key, account, each), account_id=account.id)
        for each in given
    )
    name = account.username
    audit.record(session, by=name, at=at, action="account.second_factor", subject=name)
    return given


def passed_by(
    session: Session, *, account: Account, code: str, key: bytes, clock: Clock
) -> str | None:
    """Return by what an account passes: `none` where none is set up, `totp`, `recovery code`.

    None where it does not pass. A code is taken once: neither it nor an older one is taken again.
    """
    factor = session.get(SecondFactor, account.id)
    if factor is None:
        return "none"
    if _passes_digits(session, factor, code, key, clock()):
        return "totp"
    return "recovery code" if _passes_recovery(session, account, code, key, clock()) else None


def remove(session: Session, *, account: Account, by: str, clock: Clock, **detail: bool) -> bool:
    """Take the second factor and its recovery codes away; returns False where there was none."""
    factor = session.get(SecondFactor, account.id)
    if factor is None:
        return False
    session.delete(factor)
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    name = account.username
    audit.record(session, by=by, at=clock(), action="account.reset_totp", subject=name, **detail)
    return True


def _passes_digits(
    session: Session, factor: SecondFactor, code: str, key: bytes, at: datetime
) -> bool:
    counter = _counter_of(_unseal(key, factor.sealed_secret), code, at)
    if counter is None:
        return False
    newer = SecondFactor.last_counter < counter  # decided by the database: two at once, one passes
    taken = sa.update(SecondFactor).where(SecondFactor.account_id == factor.account_id, newer)
    done = session.connection().execute(taken.values(last_counter=counter))
    return done.rowcount == 1


def _passes_recovery(
    session: Session, account: Account, code: str, key: bytes, at: datetime
) -> bool:
    code_hash = _recovery_hash(key, account, codes.normalise(code))
    unused = sa.update(RecoveryCode).where(
        RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None)
    )
    return session.connection().execute(unused.values(used_at=at)).rowcount == 1


def _counter_of(secret: str, code: str, at: datetime) -> int | None:
    """Return the step a code belongs to: this one, the one before or the one after."""
    typed = "".join(code.split())
    if len(typed) != _DIGITS or not typed.isascii():
        return None
    now, generator = int(at.timestamp()) // _STEP_SECONDS, pyotp.HOTP(secret, digits=_DIGITS)
    near = (now - 1, now, now + 1)
    return next((each for each in near if hmac.compare_digest(generator.at(each), typed)), None)


def _seal(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(marks.derived(key, "second factor")))


def _unseal(key: bytes, sealed: bytes) -> str:
    try:
        return _seal(key).decrypt(sealed).decode()
    except InvalidToken as error:
        raise Refused.of(
            file="keys/web.key",
            zh="不是这个数据库的密钥，无法核对动态口令；请从备份恢复，"
            "或运行 survey user reset-totp",
            en="is not the key of this database: codes cannot be checked; restore it from the "
            "backup, or run `survey user reset-totp`",
        ) from error


def _recovery_hash(key: bytes, account: Account, code: str) -> bytes:
    return marks.mark(key, "recovery", str(account.id), code)
