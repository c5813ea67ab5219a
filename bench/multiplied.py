"""A campaign of a few answers made one of millions, for benches that read pages and sizes.

Each answer, code, comment and case is there as often as wanted, with a code, receipt, marks and
leaf of its own, and what was counted is that of so many. Leaves made up so prove nothing: whoever
verifies records fills a campaign by `bench.office_pages` alone. SQLite alone.
"""

from typing import Any

from survey.site.installation import Site

# What a copy has of its own, by table; all else is as in the first. `:id` is by how much rows of
# answers move from one copy to the next, `:code` codes, `:k` which copy it is.
_OWN = {
    "entrance": {
        "id": "id + :k * :code",
        "code_hash": "randomblob(32)",
        "issued_at": "strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', issued_at, -:k || ' hours')",
    },
    "code_batch": {
        "first_code": "first_code + :k * :code",
        "issued_at": "strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', issued_at, -:k || ' hours')",
    },
    "response": {
        "id": "id + :k * :id",
        "receipt": "randomblob(10)",
        "entrance_id": "entrance_id + CASE WHEN invitation_id IS NULL THEN 0 ELSE :k * :code END",
        "invitation_id": "invitation_id + :k * :code",
        "code_opening": "CASE WHEN code_opening IS NOT NULL THEN randomblob(32) END",
        "device_mark": "CASE WHEN id % 100 THEN randomblob(8) ELSE device_mark END",
        "network_mark": "randomblob(8)",
        "leaf_index": "leaf_index + :k * :id",
        "leaf": "randomblob(32)",
    },
    "comment": {"response_id": "response_id + :k * :id"},
    "feedback_case": {
        "id": "NULL",
        "code": "printf('B%09d', response_id + :k * :id)",
        "ticket": "randomblob(16)",
        "response_id": "response_id + :k * :id",
    },
    "comment_matter": {
        "response_id": "response_id + :k * :id",
        "matter": "matter + :k * :id",
        "source": "randomblob(8)",
    },
    "answer_tally": {"of": '"of" + :k * :code'},
}
_ONLY = {
    "entrance": "kind = 'invitation' AND id <= :code",
    "code_batch": "first_code <= :code",
    "response": "id <= :id",
    "comment": "response_id <= :id",
    "feedback_case": "response_id <= :id",
    "comment_matter": "response_id <= :id",
    "answer_tally": "kind IN ('batch', 'batch_time') AND \"of\" <= :code",
}
_COUNTED = (
    "UPDATE progress_counter SET received = received * :n, valid = valid * :n",
    "UPDATE progress_counter SET sources = sources * :n",
    "UPDATE page_counter SET counted = counted * :n",
    "UPDATE answer_tally SET counted = counted * :n WHERE kind NOT IN ('batch', 'batch_time')",
    "UPDATE tally_place SET size = size * :n",
    "UPDATE matter_place SET size = size * :n",
)
_FAST = ("synchronous = OFF", "cache_size = -400000", "foreign_keys = OFF")


def multiply(site: Site, times: int) -> None:
    """Make of an installation's only campaign, read on to its last answer, one of so many."""
    pooled = site.database.engine.raw_connection()
    database: Any = pooled.driver_connection  # another SQLite in a process would break its locks
    for pragma in _FAST:
        database.execute(f"PRAGMA {pragma}")
    size, answers, codes = database.execute(
        "SELECT size, (SELECT max(id) FROM response), (SELECT max(id) FROM entrance) FROM ledger"
    ).fetchone()
    if size != answers:
        raise ValueError("answers were taken out, or there is more than one campaign")
    for copy in range(1, times):
        database.execute("BEGIN")
        for table in _OWN:
            moved = {"k": copy, "id": answers, "code": codes}
            database.execute(_copied(table, _columns(database, table)), moved)
        database.execute("COMMIT")
    _count(database, answers, times)
    pooled.invalidate()  # it is hasty for good


def _columns(database: Any, table: str) -> list[str]:
    return [f'"{row[1]}"' for row in database.execute(f"PRAGMA table_info({table})")]


def _copied(table: str, columns: list[str]) -> str:
    values = ", ".join(_OWN[table].get(name.strip('"'), name) for name in columns)
    listed = ", ".join(columns)
    return f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table} WHERE {_ONLY[table]}"


def _count(database: Any, answers: int, times: int) -> None:
    database.execute("BEGIN")
    for statement in _COUNTED:
        database.execute(statement, {"n": times})
    size = answers * times
    edge = b"\0" * 32 * size.bit_count()  # of trees that nobody looks into
    database.execute("UPDATE ledger SET size = ?, frontier = ?", (size, edge))
    database.execute("COMMIT")
