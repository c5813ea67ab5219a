"""Which keys and which database belong together: noted once, compared at every opening."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import cast
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Account, Campaign, Installation, KeyFingerprint, Response
from survey.problems import Problem, Refused, Unfit
from survey.site.database import Database, insert_new
from survey.site.keys import Keys, private_file

IDENTITY_FILE = "installation.id"

_INSTALLATION = cast(sa.Table, Installation.__table__)
_FINGERPRINT = cast(sa.Table, KeyFingerprint.__table__)


def settle(database: Database, keys: Keys, home: Path, *, at: datetime) -> None:
    """Name an installation that has no name yet and note its keys; then compare as `check` does.

    Keys are made for an empty database alone. One that was filled before keys were noted has them,
    or is refused: its codes, marks and signatures hang on them.
    """
    with database.reading() as session:
        named, filled = identity(session), _is_filled(session)
    if named is None:
        if not filled:
            keys.make()
        missing = [_missing(name) for name in keys.names() if keys.content(name) is None]
        if missing:
            raise Refused(missing)
        with database.writing() as session:
            connection = session.connection()
            row = {"id": 1, "identity": _identity_in(home) or uuid4().hex, "made_at": at}
            connection.execute(insert_new(connection, _INSTALLATION), row)
            rows = [
                {"name": name, "fingerprint": fingerprint(name, content), "noted_at": at}
                for name in keys.names()
                if (content := keys.content(name)) is not None
            ]
            connection.execute(insert_new(connection, _FINGERPRINT), rows)
    with database.reading() as session:
        named = identity(session)
    if not (home / IDENTITY_FILE).exists():
        private_file(home / IDENTITY_FILE, f"{named}\n".encode())
    check(database, keys, home)


def check(database: Database, keys: Keys, home: Path) -> None:
    """Raise Refused unless home and keys are those that the database was made with."""
    with database.reading() as session:
        named = identity(session)
        query = sa.select(_FINGERPRINT.c.name, _FINGERPRINT.c.fingerprint)
        noted = {row.name: row.fingerprint for row in session.execute(query)}
    if named is None:
        raise Refused.of(
            zh="数据库还没有记下所用的密钥；请运行一次 survey init",
            en="the database has not noted its keys yet; run `survey init` once",
        )
    if _identity_in(home) not in {"", named}:
        raise Refused.of(
            file=str(home / IDENTITY_FILE),
            zh="数据目录与数据库不属于同一套安装；请核对 SURVEY_HOME 和 SURVEY_DATABASE 是否配对",
            en="this home folder and the database belong to two installations; check that "
            "SURVEY_HOME and SURVEY_DATABASE go together",
        )
    problems = list(_differing(keys, noted))
    if problems:
        raise Refused(problems)


def identity(session: Session) -> str | None:
    """Return the name of the installation a database belongs to; None before it has one."""
    return session.scalar(sa.select(_INSTALLATION.c.identity))


def campaign_key(database: Database, keys: Keys, campaign_code: str, *, at: datetime) -> bytes:
    """Return the key of a campaign's device and network marks, made and noted when first asked for.

    Raises Unfit where it was made before and is not there any more, or is another.
    """
    name = keys.name_of_campaign(campaign_code)
    noted = _noted(database, name)
    if noted is None:
        noted = _note_campaign_key(database, keys, campaign_code, at=at)
    content = keys.campaign(campaign_code)
    if fingerprint(name, content) != noted:
        raise Unfit([_other(name)])
    return content


def fingerprint(name: str, content: bytes) -> str:
    """Return what is noted of a key; keys are random, so nothing can be tried against it."""
    return hashlib.sha256(b"gongping key\0" + name.encode() + b"\0" + content).hexdigest()


def _note_campaign_key(database: Database, keys: Keys, campaign_code: str, *, at: datetime) -> str:
    name = keys.name_of_campaign(campaign_code)
    if not keys.has_campaign(campaign_code):
        with database.reading() as session:
            marked = session.scalar(_MARKED, {"code": campaign_code})
        if marked is not None:
            raise Unfit([_missing(name)])
        keys.make_campaign(campaign_code)
    found = fingerprint(name, keys.campaign(campaign_code))
    row = {"name": name, "fingerprint": found, "noted_at": at}
    with database.writing() as session:
        connection = session.connection()
        connection.execute(insert_new(connection, _FINGERPRINT), row)
    return _noted(database, name) or found


_MARKED = (
    sa.select(Response.id)
    .join(Campaign, Campaign.id == Response.campaign_id)
    .where(Campaign.code == sa.bindparam("code"), Response.network_mark.is_not(None))
    .limit(1)
)
_NOTED = sa.select(_FINGERPRINT.c.fingerprint).where(_FINGERPRINT.c.name == sa.bindparam("name"))


def _noted(database: Database, name: str) -> str | None:
    with database.reading() as session:
        return session.connection().scalar(_NOTED, {"name": name})


def _is_filled(session: Session) -> bool:
    return any(session.scalar(sa.select(table.id).limit(1)) for table in (Campaign, Account))


def _identity_in(home: Path) -> str:
    path = home / IDENTITY_FILE
    return path.read_text("utf-8").strip() if path.is_file() else ""


def _differing(keys: Keys, noted: dict[str, str]) -> Iterator[Problem]:
    for name, expected in sorted(noted.items()):
        if keys.is_destroyed(name):
            continue
        content = keys.content(name)
        if content is None:
            yield _missing(name)
        elif fingerprint(name, content) != expected:
            yield _other(name)


def _missing(name: str) -> Problem:
    return Problem(
        file=f"keys/{name}",
        zh="密钥文件缺失，而数据库中的数据要用它；请从备份恢复这个文件，切勿新建",
        en="the key file is missing and the data in the database need it; restore the file from "
        "the backup, never make a new one",
    )


def _other(name: str) -> Problem:
    return Problem(
        file=f"keys/{name}",
        zh="不是建立数据库时所用的密钥（指纹不符）；请从备份恢复原来的文件，"
        "或核对 SURVEY_HOME 和 SURVEY_DATABASE 是否配对",
        en="is not the key the database was made with (its fingerprint differs); restore the "
        "former file from the backup, or check that SURVEY_HOME and SURVEY_DATABASE go together",
    )
