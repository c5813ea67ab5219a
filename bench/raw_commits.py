"""Single rows put in and committed one after another: what the database and the disk can do.

python -m bench.raw_commits DATABASE SECONDS
"""

import sys
from time import perf_counter
from typing import Any

from survey.site.database import Database

_LARGE = "x" * 240  # as long as an answer's row


def main(url: str, seconds: float) -> None:
    """Print the commits of a second, of one connection as durable as ours."""
    database = Database(url)
    driver: Any = database.engine.raw_connection().driver_connection
    driver.execute("CREATE TABLE raw_commit (said TEXT)")
    driver.commit()
    place = "?" if database.is_sqlite else "%s"
    n, begun = 0, perf_counter()
    while perf_counter() - begun < seconds:
        if database.is_sqlite:
            driver.execute("BEGIN IMMEDIATE")
        driver.execute(f"INSERT INTO raw_commit VALUES ({place})", (_LARGE,))
        driver.commit()
        n += 1
    print(n / (perf_counter() - begun))
    driver.execute("DROP TABLE raw_commit")
    driver.commit()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
