"""Start a migration: `.venv/bin/python migrations/new_revision.py "a sentence that says what"`.

Writes the next number's file with what the models have and the migrations do not, and the number
into `.current-head`. Read what it wrote: checks and moved rows are for people to write.
"""

import re
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

from survey.model import Base
from survey.site import schema
from survey.site.database import Database

HERE = Path(__file__).resolve().parent


def start(message: str) -> Path:
    """Write the next version and the new head; return the version's file."""
    head = HERE / ".current-head"
    number = f"{int(head.read_text('utf-8')) + 1:04}"
    slug = re.sub(r"\W+", "_", message.lower()).strip("_")[:60]
    scratch = Database("sqlite://")
    with scratch.engine.connect() as connection:
        schema.upgrade(scratch)
        config = Config()
        config.set_main_option("script_location", str(HERE).replace("%", "%%"))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        config.attributes |= {"connection": connection, "metadata": Base.metadata}
        config.set_main_option("truncate_slug_length", "60")
        command.revision(config, message, autogenerate=True, rev_id=number)
    scratch.close()
    head.write_text(f"{number}\n", "utf-8")
    return HERE / "versions" / f"{number}_{slug}.py"


if __name__ == "__main__":
    sys.stdout.write(f"{start(sys.argv[1].rstrip('.'))}\n")
