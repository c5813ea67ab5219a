"""The small databases kept of each revision: their rows as text, loadable into either engine.

`.venv/bin/python -m tests.migrations.keeping` keeps one of the newest revision: run it in the
change that adds a migration, and never again for that revision.
"""

import json
import lzma
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from survey.site.installation import upgrade_site
from tests.migrations.filling import fill

HERE = Path(__file__).parent
MIGRATIONS = HERE.parents[1] / "migrations"
HEAD = (MIGRATIONS / ".current-head").read_text("utf-8").strip()
_TYPES = {
    "sqlite": "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    "postgresql": """
        SELECT table_name, column_name, data_type, udt_name FROM information_schema.columns
        WHERE table_schema = current_schema() ORDER BY table_name, column_name
    """,
}
_known: dict[tuple[Any, ...], Mapping[str, sa.Table]] = {}
KEPT = sorted(path.name.partition(".")[0] for path in HERE.glob("*.json.xz"))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDatabase:
    """All rows by table, and the installation's keys that belong to them."""

    tables: dict[str, list[dict[str, Any]]]
    keys: dict[str, str]

    @classmethod
    @cache
    def read(cls, revision: str) -> "KeptDatabase":
        """Read the database kept of a revision, unpacked once; whoever asks only looks at it."""
        whole = json.loads(lzma.decompress((HERE / f"{revision}.json.xz").read_bytes()))
        return cls(tables=whole["tables"], keys=whole["keys"])

    def load(self, connection: sa.Connection) -> None:
        """Write the rows into the empty tables of the revision."""
        metadata = sa.MetaData()
        metadata.reflect(connection, only=list(self.tables))
        for table in metadata.sorted_tables:
            rows = self.tables[table.name]
            connection.execute(sa.insert(table), [_typed(table, row) for row in rows])

        if connection.dialect.name == "postgresql":
            for name, rows in self.tables.items():
                if "id" in rows[0]:
                    numbers = f"pg_get_serial_sequence('{name}', 'id')"
                    connection.exec_driver_sql(f"SELECT setval({numbers}, max(id)) FROM {name}")

    def write_keys(self, home: Path) -> None:
        """Write the keys into the home folder, as private as the program demands."""
        folder = home / "keys"
        folder.mkdir(mode=0o700, parents=True)
        for name, content in self.keys.items():
            (folder / name).touch(mode=0o600)
            (folder / name).write_bytes(bytes.fromhex(content))


def _typed(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(table.c[name].type, value) for name, value in row.items()}


def _value(type_: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(type_, sa.LargeBinary):
        return bytes.fromhex(value)
    if isinstance(type_, sa.DateTime):
        return datetime.fromisoformat(value)
    return bool(value) if isinstance(type_, sa.Boolean) else value


def rows_in(connection: sa.Connection, kept: KeptDatabase) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the tables and columns that were kept, in the order they were."""
    tables = _reflected(connection)
    return {
        name: [
            _plain_row(row)
            for row in connection.execute(
                sa.select(*(tables[name].c[column] for column in rows[0]))
            ).mappings()
        ]
        for name, rows in kept.tables.items()
    }


def _reflected(connection: sa.Connection) -> Mapping[str, sa.Table]:
    """Return the tables with the types they have, asked once of databases that say the same."""
    said = tuple(map(tuple, connection.exec_driver_sql(_TYPES[connection.dialect.name])))
    if said not in _known:
        metadata = sa.MetaData()
        metadata.reflect(connection, resolve_fks=False)
        _known[said] = metadata.tables
    return _known[said]


def keep(target: Path) -> None:
    """Fill a new installation and write all its rows."""
    with TemporaryDirectory() as folder, upgrade_site({"SURVEY_HOME": folder}) as site:
        fill(site)
        with site.database.engine.connect() as connection:
            metadata = sa.MetaData()
            metadata.reflect(connection)
            tables = {
                table.name: [
                    _plain_row(row) for row in connection.execute(sa.select(table)).mappings()
                ]
                for table in metadata.sorted_tables
                if table.name != "alembic_version"
            }
        keys = {path.name: path.read_bytes().hex() for path in Path(folder, "keys").iterdir()}
    empty = [name for name, rows in tables.items() if not rows]
    assert not empty, empty
    whole = json.dumps({"keys": keys, "tables": tables}, ensure_ascii=False, indent=0)
    target.write_bytes(lzma.compress(whole.encode(), preset=9 | lzma.PRESET_EXTREME))


def _plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bool):
        return int(value)
    return value.hex() if isinstance(value, bytes) else value


if __name__ == "__main__":
    if HEAD in KEPT:
        sys.exit(f"a database of {HEAD} is kept already")
    keep(HERE / f"{HEAD}.json.xz")
