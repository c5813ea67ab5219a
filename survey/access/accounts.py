"""Accounts of officials: made, changed, disabled and let in."""

import re
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import password_rules, second_factor, second_word, sessions
from survey.access.passwords import Password
from survey.clock import Clock
from survey.model import ROLES, Account, Campaign, CampaignUnit, Unit
from survey.office_files.signs import sign_fault
from survey.problems import Problem, Refused

ADMINISTRATOR = "office_admin"
ONE_TIME_HOURS = 72

_USERNAME = re.compile(r"[a-z][a-z0-9_.-]{1,31}")
_PLACE = re.compile(r"(.{2,8}?)[县市区旗]")


def create_account(
    session: Session,
    *,
    username: str,
    name: str,
    role: str,
    by: str,
    clock: Clock,
    password: Password,
    class_code: str | None = None,
    unit_code: str | None = None,
) -> str:
    """Make an account and return its password; shut until confirmed where that takes another.

    Raises Refused naming every fault: a taken or unfit name, a password that is easy to guess, a
    role without its scope; and where nobody could confirm.
    """
    problems = _username_problems(session, username) + _name_problems(name)
    problems += _password_problems(session, password, username=username, name=name)
    unit_id, scope_problems = _scope(session, role, class_code, unit_code)
    if problems + scope_problems:
        raise Refused(problems + scope_problems)
    at = clock()
    waits = _waits(session, username=username, by=by, acts=second_word.acts(role))
    session.add(
        Account(
            username=username,
            name=name.strip(),
            password_hash=password.hash,
            password_changed_at=at,
            password_one_time=password.one_time,
            role=role,
            class_code=class_code,
            unit_id=unit_id,
            created_at=at,
            disabled_at=at if waits else None,
        )
    )
    session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action="account.create",
        subject=username,
        name=name.strip(),
        role=role,
        scope=class_code or unit_code,
        **waits,
    )
    return password.text


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
    """Give an account another role and scope, and end its sessions; the same changes nothing.

    Into and out of a role that proposes or approves it takes another person's word. Raises Refused
    for a role without its scope, for one's own account, and where no administrator would be left.
    """
    unit_id, problems = _scope(session, role, class_code, unit_code)
    if problems:
        raise Refused(problems)
    if (role, class_code, unit_id) == (account.role, account.class_code, account.unit_id):
        return
    _need_another_person(account, by)
    if role != ADMINISTRATOR:
        _need_another_administrator(session, account)
    before, before_scope = account.role, account.class_code or _unit_code_of(session, account)
    acts = second_word.acts(before) or second_word.acts(role)
    waits = _waits(session, username=account.username, by=by, acts=acts)
    account.role, account.class_code, account.unit_id = role, class_code, unit_id
    at = clock()
    _shut(account, at, waits)
    sessions.end_all(session, account=account, at=at)
    audit.record(
        session,
        by=by,
        at=at,
        action="account.role",
        subject=account.username,
        before=before,
        before_scope=before_scope,
        role=role,
        scope=class_code or unit_code,
        **waits,
    )


def disable_account(session: Session, *, account: Account, by: str, clock: Clock) -> None:
    """Shut an account out, its open sessions too, and what waits on it; twice changes nothing.

    Raises Refused for one's own account, and where no administrator would be left.
    """
    if account.disabled_at is not None and not second_word.waiting(session, account=account):
        return
    _need_another_person(account, by)
    _need_another_administrator(session, account)
    account.disabled_at = clock()
    sessions.end_all(session, account=account, at=clock())
    _record(session, account, by=by, clock=clock, action="account.disable")


def enable_account(session: Session, *, account: Account, by: str, clock: Clock) -> None:
    """Let an account in again, or ask another person to; twice changes nothing."""
    if account.disabled_at is None or second_word.waiting(session, account=account):
        return
    waits = _waits_of(session, account, by)
    if not waits:
        account.disabled_at = None
    _record(session, account, by=by, clock=clock, action="account.enable", **waits)


def reset_password(
    session: Session, *, account: Account, password: Password, by: str, clock: Clock
) -> str:
    """Give an account another password, end every session made with the old one, and return it.

    Raises Refused for one's own account.
    """
    _need_another_person(account, by)
    waits = _waits_of(session, account, by)
    _take(account, password, clock)
    _shut(account, clock(), waits)
    sessions.end_all(session, account=account, at=clock())
    _record(session, account, by=by, clock=clock, action="account.reset", **waits)
    return password.text


def reset_second_factor(session: Session, *, account: Account, by: str, clock: Clock) -> bool:
    """Take the second factor of a lost telephone away, and end every session.

    Returns False where there was none. Raises Refused for one's own account, which whoever finds
    its browser left alone must not open for good.
    """
    _need_another_person(account, by)
    if second_factor.enrolment(session, account=account) is None:
        return False
    waits = _waits_of(session, account, by)
    _shut(account, clock(), waits)
    sessions.end_all(session, account=account, at=clock())
    return second_factor.remove(session, account=account, by=by, clock=clock, **waits)


def change_password(
    session: Session, *, account: Account, password: Password, clock: Clock
) -> None:
    """Take the new password of an official who has shown the old one; all sessions end.

    Raises Refused for one that is easy to guess.
    """
    problems = _password_problems(session, password, username=account.username, name=account.name)
    if problems:
        raise Refused(problems)
    _take(account, password, clock)
    sessions.end_all(session, account=account, at=clock())
    _record(session, account, by=account.username, clock=clock, action="account.password")


def one_time_until(account: Account) -> datetime:
    """Return until when a one-time password opens its account: it may lie about, or in a chat."""
    return account.password_changed_at + timedelta(hours=ONE_TIME_HOURS)


def is_one_time_over(session: Session, *, account: Account, at: datetime) -> bool:
    """Say whether a one-time password was not used in time; a demonstration's never is over."""
    over = account.password_one_time and at >= one_time_until(account)
    return over and not is_demonstration(session)


def _take(account: Account, password: Password, clock: Clock) -> None:
    account.password_hash = password.hash
    account.password_changed_at = clock()
    account.password_one_time = password.one_time


def _waits_of(session: Session, account: Account, by: str) -> dict[str, bool]:
    acts = second_word.acts(account.role)
    return _waits(session, username=account.username, by=by, acts=acts)


def _waits(session: Session, *, username: str, by: str, acts: bool) -> dict[str, bool]:
    """Return what the audit says of a deed that waits for another person's word, else nothing."""
    if not acts or is_demonstration(session):
        return {}
    needed = second_word.is_needed(session, username=username, by=by)
    return {"waits": True} if needed else {}


def _shut(account: Account, at: datetime, waits: dict[str, bool]) -> None:
    if waits and account.disabled_at is None:
        account.disabled_at = at


def _record(
    session: Session, account: Account, *, by: str, clock: Clock, action: str, **detail: bool
) -> None:
    audit.record(session, by=by, at=clock(), action=action, subject=account.username, **detail)


def _unit_code_of(session: Session, account: Account) -> str | None:
    return session.scalar(sa.select(Unit.code).where(Unit.id == account.unit_id))


def _need_another_person(account: Account, by: str) -> None:
    if account.username == by:
        raise Refused.of(
            field="username",
            zh="不能停用、重置自己的账号或改变自己的角色；请由另一名管理员办理，"
            "自己的密码和两步登录在“我的登录”里修改",
            en="nobody disables or resets the own account or changes the own role: another"
            " administrator does; your password and second step are changed under My sign-ins",
        )


def _need_another_administrator(session: Session, account: Account) -> None:
    """Refuse to shut the last administrator out; of two who shut each other out, the later one."""
    if account.role != ADMINISTRATOR or account.disabled_at is not None:
        return
    able = sa.select(Account.id).where(
        Account.role == ADMINISTRATOR, Account.disabled_at.is_(None), Account.id != account.id
    )
    # All are held, in one order, so that each of two at once sees what the other did.
    held = sa.select(Account.id).where(Account.role == ADMINISTRATOR).order_by(Account.id)
    session.scalars(held.with_for_update(key_share=True)).all()
    if session.scalars(able).first() is None:
        raise Refused.of(
            field="username",
            zh=f"“{account.username}”是唯一能用的绩效办管理员账号，停用或改变角色后就没有人能管理账号；"
            "请先另建一名管理员",
            en=f"{account.username!r} is the only administrator who can sign in; without one nobody"
            " could manage accounts: make another administrator first",
        )


def is_demonstration(session: Session) -> bool:
    """Say whether there are campaigns and all of them are simulated.

    There is nothing to protect there, and who tries the demonstration shall see it at once; the
    first real campaign ends that for every account.
    """
    simulated = session.scalars(sa.select(Campaign.simulated).distinct()).all()
    return bool(simulated) and False not in simulated


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


def _password_problems(
    session: Session, password: Password, *, username: str, name: str
) -> list[Problem]:
    if password.one_time:
        return []
    names = [username, *re.split(r"[_.-]", username), name.strip(), *_names_of_places(session)]
    return password_rules.problems(password.text, names=names)


def _names_of_places(session: Session) -> set[str]:
    """Return what the counties here are called, and the words in their campaigns' codes."""
    rows = session.execute(sa.select(Campaign.title_zh, Campaign.code)).all()
    names = {word for row in rows for word in re.findall(r"[A-Za-z]{3,}", row.code)}
    found = (_PLACE.match(row.title_zh) for row in rows)
    return names | {part for each in found if each for part in (each[0], each[1])}


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
        fault = sign_fault(name.strip())  # two who are told apart by nothing one sees
        return [Problem(field="name", zh=fault[0], en=fault[1])] if fault else []
    return [Problem(field="name", zh="姓名须为1至40个字", en="a name has 1 to 40 characters")]


def classes(session: Session) -> list[str]:
    """Return the classes there are in any campaign."""
    query = sa.select(CampaignUnit.class_code).distinct().order_by(CampaignUnit.class_code)
    return list(session.scalars(query))


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
    elif class_code is not None and class_code not in (known := classes(session)) and known:
        problems.append(
            Problem(
                field="class",
                zh=f"没有类别“{class_code}”；可选：{'、'.join(known)}",
                en=f"there is no class {class_code!r}; choose {', '.join(known)}",
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
