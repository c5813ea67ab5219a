"""Accounts of officials: made, changed, disabled and let in."""

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, codes
from survey.access import passwords
from survey.clock import Clock
from survey.model import ROLES, Account, Campaign, Unit
from survey.problems import Problem, Refused

_USERNAME = re.compile(r"[a-z][a-z0-9_.-]{1,31}")


def create_account(
    session: Session,
    *,
    username: str,
    name: str,
    role: str,
    by: str,
    clock: Clock,
    password: str | None = None,
    class_code: str | None = None,
    unit_code: str | None = None,
) -> str:
    """Make an account and return its password, a fresh random one unless one was given.

    Raises Refused naming every fault: a taken or unfit name, a role without its scope.
    """
    problems = _username_problems(session, username) + _name_problems(name)
    secret = codes.new_code(codes.PERSONAL_LENGTH) if password is None else password
    problems += password_problems(secret)
    unit_id, scope_problems = _scope(session, role, class_code, unit_code)
    if problems + scope_problems:
        raise Refused(problems + scope_problems)
    at = clock()
    session.add(
        Account(
            username=username,
            name=name.strip(),
            password_hash=passwords.hash_password(secret),
            password_changed_at=at,
            password_one_time=password is None,
            role=role,
            class_code=class_code,
            unit_id=unit_id,
            created_at=at,
        )
    )
    session.flush()
    audit.record(session, by=by, at=at, action="account.create", subject=username, role=role)
    return secret


def create_first_account(
    session: Session, *, username: str, name: str, password: str, clock: Clock
) -> Account:
    """Make the first administrator; raises Refused as soon as any account exists."""
    if any_account(session):
        raise Refused.of(zh="系统已有账号，请登录", en="accounts exist; sign in instead")
    create_account(
        session,
        username=username,
        name=name,
        role="office_admin",
        by=username,
        clock=clock,
        password=password,
    )
    return require_account(session, username=username)


def change_role(
    session: Session,
    *,
    account: Account,
    role: str,
    by: str,
    clock: Clock,
    class_code: str | None = None,
    unit_code: str | None = None,
) -> None:
    """Give an account another role and scope; raises Refused for a role without its scope."""
    unit_id, problems = _scope(session, role, class_code, unit_code)
    if problems:
        raise Refused(problems)
    before = account.role
    account.role, account.class_code, account.unit_id = role, class_code, unit_id
    audit.record(
        session,
        by=by,
        at=clock(),
        action="account.role",
        subject=account.username,
        before=before,
        role=role,
    )


def disable_account(session: Session, *, account: Account, by: str, clock: Clock) -> None:
    """Shut an account out, its open sessions too; twice changes nothing."""
    if account.disabled_at is not None:
        return
    account.disabled_at = clock()
    audit.record(
        session,
        by=by,
        at=account.disabled_at,
        action="account.disable",
        subject=account.username,
    )


def change_password(
    session: Session, *, account: Account, old: str, new: str, clock: Clock
) -> None:
    """Change the own password and end every session made with the old one.

    Raises Refused where the old password is wrong or the new one unfit.
    """
    problems = password_problems(new)
    if not passwords.matches(old, account.password_hash):
        problems.append(Problem(field="old", zh="原密码不正确", en="the old password is wrong"))
    elif old == new:
        problems.append(Problem(field="new", zh="新密码与原密码相同", en="is the old password"))
    if problems:
        raise Refused(problems)
    at = clock()
    account.password_hash = passwords.hash_password(new)
    account.password_changed_at = at
    account.password_one_time = False
    audit.record(
        session, by=account.username, at=at, action="account.password", subject=account.username
    )


def authenticate(session: Session, *, username: str, password: str, clock: Clock) -> Account | None:
    """Return the account whose name and password these are, or None."""
    account = find_account(session, username=username)
    right = passwords.matches(password, account.password_hash if account else None)
    if account is None or not right or account.disabled_at is not None:
        return None
    audit.record(session, by=username, at=clock(), action="account.sign_in", subject=username)
    return account


def must_change_password(session: Session, *, account: Account) -> bool:
    """Say whether nothing may be done before the one-time password is changed.

    Where every campaign is simulated there is nothing to protect, and who tries the
    demonstration shall see it at once; the first real campaign ends that for every account.
    """
    if not account.password_one_time:
        return False
    simulated = session.scalars(sa.select(Campaign.simulated).distinct()).all()
    return not simulated or False in simulated


def any_account(session: Session) -> bool:
    """Say whether this installation has an account."""
    return session.scalar(sa.select(Account.id).limit(1)) is not None


def find_account(session: Session, *, username: str) -> Account | None:
    """Return an account, or None."""
    return session.scalars(sa.select(Account).where(Account.username == username)).one_or_none()


def require_account(session: Session, *, username: str) -> Account:
    """Return an account; raises Refused naming it."""
    account = find_account(session, username=username)
    if account is None:
        raise Refused.of(
            field="username",
            zh=f"没有账号“{username}”",
            en=f"there is no account {username!r}",
        )
    return account


def password_problems(password: str) -> list[Problem]:
    """Return what keeps a password from being taken: only its length counts."""
    if passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        return []
    return [
        Problem(
            field="password",
            zh=f"密码须为{passwords.SHORTEST}至{passwords.LONGEST}个字符",
            en=f"a password has {passwords.SHORTEST} to {passwords.LONGEST} characters",
        )
    ]


def _username_problems(session: Session, username: str) -> list[Problem]:
    if not _USERNAME.fullmatch(username):
        return [
            Problem(
                field="username",
                zh="账号须为2至32个小写字母、数字或 _ . -，以字母开头",
                en="a username has 2 to 32 lower-case letters, digits or _ . - "
                "and starts with a letter",
            )
        ]
    if find_account(session, username=username) is not None:
        return [
            Problem(
                field="username", zh=f"账号“{username}”已存在", en=f"{username!r} is taken already"
            )
        ]
    return []


def _name_problems(name: str) -> list[Problem]:
    if 1 <= len(name.strip()) <= 40:
        return []
    return [Problem(field="name", zh="姓名须为1至40个字", en="a name has 1 to 40 characters")]


def _scope(
    session: Session, role: str, class_code: str | None, unit_code: str | None
) -> tuple[int | None, list[Problem]]:
    """Return the unit's id and what is wrong with a role and its scope."""
    if role not in ROLES:
        return None, [
            Problem(
                field="role",
                zh=f"没有角色“{role}”；可选：{'、'.join(ROLES)}",
                en=f"there is no role {role!r}; choose {', '.join(ROLES)}",
            )
        ]
    problems = []
    if (role == "class_group") != (class_code is not None):
        problems.append(
            Problem(
                field="class",
                zh="考评组账号须指明类别，其他角色不得指明",
                en="a class_group needs a class, other roles have none",
            )
        )
    if (role == "unit_liaison") != (unit_code is not None):
        problems.append(
            Problem(
                field="unit",
                zh="联络员账号须指明单位，其他角色不得指明",
                en="a unit_liaison needs a unit, other roles have none",
            )
        )
    if problems or unit_code is None:
        return None, problems
    unit_id = session.scalar(sa.select(Unit.id).where(Unit.code == unit_code))
    if unit_id is None:
        problems.append(
            Problem(field="unit", zh=f"没有单位“{unit_code}”", en=f"there is no unit {unit_code!r}")
        )
    return unit_id, problems
