"""Let the duration of an answer be unknown: a clock that was set back says nothing of it.

Never edited once merged; the rules are in docs/adr/0011-migrations.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COMMENT = "NULL where it is unknown: the clock was set back meanwhile"


def upgrade() -> None:
    with op.batch_alter_table("response") as response:
        response.alter_column("duration_ms", existing_type=BIG, nullable=True, comment=COMMENT)
