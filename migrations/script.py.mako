## Rules; docs/adr/0011-migrations.md says why.
## - Numbered one after the other; `.current-head` names the newest. Once merged, a version is never
##   edited: whoever has a database of it would not get the change.
## - Versions never import survey: the model moves on, a migration does not.
## - Name every constraint and index; both databases know them by that name alone.
## - Alter a table in `op.batch_alter_table`: SQLite makes the table anew, with its rows, and what
##   refers to it holds. No BEGIN, COMMIT or PRAGMA: all versions run in one transaction.
## - Remove a column in two steps: a program that no longer uses it, later the migration that drops
##   it. Rename one in three: add, copy, drop.
## - Rows that a new rule would refuse are put right first, in the same version.
## - On PostgreSQL a lock is waited for 10 seconds and a statement ends after 15 minutes (env.py).
## - Keep a filled database of the new revision: `python -m tests.migrations.keeping`.
"""${message}.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "${up_revision}"
down_revision = "${down_revision}"


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
