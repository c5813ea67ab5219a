"""A backup is made: all rows as of one moment, while residents go on answering.

Rows are read in one transaction that sees one moment on both databases. Nobody waits for it: on
SQLite readers and the writer do not meet (WAL), on PostgreSQL neither.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import __version__, audit
from survey.backup import container, home_files, rows, words
from survey.ledger.book import read_frontier
from survey.ledger.head import newest_head, public_key, published
from survey.ledger.heads_file import HEADS_FILE
from survey.ledger.standing import ReadOnly
from survey.model import Campaign
from survey.site import identity, schema
from survey.site.installation import Site
from survey.site.telling import counting

DATA = "data/"
FILES = "files"
KEYS = "keys"

_README = """公评 Gongping 备份 backup

制作时间 made at: {made_at}
内容已用口令加密；恢复：survey restore 本文件
What is in here is sealed by a passphrase. To restore it: survey restore THIS-FILE
清单 manifest.json 不含答卷和个人信息。The manifest holds no answer and nothing about a person.
"""


def make_backup(
    site: Site, *, path: Path, passphrase: Callable[[], str], with_keys: bool, force: bool, by: str
) -> dict[str, Any]:
    """Write a backup and put it on record; returns its manifest's figures.

    Raises Refused where the file is there already and `force` does not say to replace it.
    """
    if path.exists() and not force:
        raise words.file_there(path)
    at = site.clock()
    home = site.settings.home
    with container.writing(path, passphrase()) as backup, site.database.snapshot() as session:
        # Before the first query, which is the moment of the rows: a head is in the database before
        # it is marked in the file, so that they hold all heads that the copy says were kept.
        heads = _content(home / HEADS_FILE)
        backup.open_words(_README.format(made_at=at.isoformat(timespec="seconds")))
        told = _told(session, site) | {"made_at": at.isoformat(timespec="seconds")}
        told["tables"] = _write_rows(backup, session)
        with backup.part(FILES) as out:
            database = sa.make_url(site.settings.database_url).database or ""
            packed = home_files.files_of(home, leave=[Path(database)])
            home_files.pack(_with_heads(heads, packed), cast(IO[bytes], out))
        told["keys"] = with_keys
        if with_keys:
            with backup.part(KEYS) as out:
                found = home_files.keys_of(home)
                home_files.pack(_read(found), cast(IO[bytes], out))
        backup.close(told)
    return told | {"on_record": _put_on_record(site, told, by=by)}


def _told(session: Session, site: Site) -> dict[str, Any]:
    """Return what the manifest says of the moment: schema, ledger and newest head of each."""
    return {
        "code_version": __version__,
        "schema": schema.revision_now(),
        "database": "sqlite" if site.database.is_sqlite else "postgresql",
        "installation": identity.identity(session),
        "public_keys": [public_key(site.keys.signing()), *site.settings.former_keys],
        "campaigns": _campaigns(session),
    }


def _campaigns(session: Session) -> list[dict[str, Any]]:
    campaigns = []
    for campaign in session.scalars(sa.select(Campaign).order_by(Campaign.id)):
        head = newest_head(session, campaign=campaign)
        campaigns.append(
            {
                "id": campaign.code,
                "state": campaign.state,
                "answers": read_frontier(session, campaign_id=campaign.id).size,
                "head": published(head, campaign) if head else None,
            }
        )
    return campaigns


def _write_rows(backup: container.Writing, session: Session) -> dict[str, int]:
    connection, written = session.connection(), {}
    tables = rows.tables()
    n = sum(_count(connection, table) for table in tables)
    with counting(max(n, 1), "行 rows") as advance:
        for table in tables:
            with backup.part(DATA + table.name) as out, _packed(out) as lines:
                written[table.name] = rows.write_table(connection, table, lines)
            advance(written[table.name])
    return written


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@contextmanager
def _packed(out: IO[bytes] | Any) -> Iterator[Callable[[bytes], object]]:
    packer = zlib.compressobj(6)
    yield lambda content: out.write(packer.compress(content))
    out.write(packer.flush())


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _with_heads(heads: bytes, packed: Iterator[tuple[str, Path]]) -> Iterator[tuple[str, bytes]]:
    if heads:
        yield HEADS_FILE, heads
    yield from _read(packed)


def _read(files: Iterator[tuple[str, Path]]) -> Iterator[tuple[str, bytes]]:
    return ((name, file.read_bytes()) for name, file in files)


def _put_on_record(site: Site, told: dict[str, Any], *, by: str) -> bool:
    """Note that a backup was made; returns False where the database is served read-only.

    Such a one is backed up all the same: it is evidence.
    """
    try:
        with site.database.writing() as session:
            _record(session, site, told, by=by)
    except ReadOnly:
        return False
    return True


def _record(session: Session, site: Site, told: dict[str, Any], *, by: str) -> None:
    audit.record(
        session,
        by=by,
        at=site.clock(),
        action="backup.make",
        subject=told["installation"],
        made_at=told["made_at"],
        rows=sum(told["tables"].values()),
        answers=sum(each["answers"] for each in told["campaigns"]),
        keys=told["keys"],
    )
