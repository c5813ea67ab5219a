"""The ledger's cost per answer, a proof's, the audit's and a head's as it grows (SQLite).

python -m bench.ledger [ANSWERS]
"""

import sys
import tempfile
import time
from random import Random
from statistics import median
from typing import Any

import sqlalchemy as sa

from survey.fieldwork.sealing import seal_ledger
from survey.ledger.book import Shelf, lock_tail, read_frontier
from survey.ledger.checker import included
from survey.ledger.inspection import inspect
from survey.ledger.leaf import row_leaf
from survey.ledger.tree import inclusion_path
from survey.ledger.watch import HeadsWatch
from survey.model import Campaign, Response
from survey.site.installation import Site, upgrade_site
from tests.factories import CODE, open_anlan
from tests.respond.factories import hand_in, opened, poster_code

BATCH = 5000
_HEADS = 500


def main(n: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = upgrade_site({"SURVEY_HOME": folder})
        campaign = open_anlan(site)
        template = first_answer(site)
        hashing = fill(site, template, n)
        print(f"{n} leaves; tree and nodes {hashing / n * 1e6:.1f} us an answer")
        prove(site, campaign.id, n)
        with site.database.reading() as session:
            begun = time.process_time()
            problems = inspect(
                session,
                campaign=campaign,
                heads=[],
                keys={},
            )
            print(f"audit {(time.process_time() - begun) / n * 1e6:.1f} us a leaf, {problems}")
        sign(site, campaign, _HEADS)


def first_answer(site: Site) -> dict[str, Any]:
    code = poster_code(site)
    with site.database.writing() as session:
        entrance = opened(session, site, code)
        hand_in(session, entrance, receipt=bytes(10))
    with site.database.reading() as session:
        return dict(session.execute(sa.select(Response.__table__)).mappings().one())


def sign(site: Site, campaign: Campaign, n: int) -> None:
    """Sign many heads, as residents do who look at their proofs all day, then look at them all."""
    spent = []
    for _ in range(n):
        begun = time.perf_counter()
        with site.database.writing() as session:
            seal_ledger(site, session, campaign, "command")
        spent.append((time.perf_counter() - begun) * 1e3)
    print(f"head 1-100 {median(spent[:100]):.1f} ms, last 100 of {n} {median(spent[-100:]):.1f} ms")
    watch, looks = HeadsWatch(site), []
    for _ in range(5):
        begun = time.process_time()
        watch.look()
        looks.append((time.process_time() - begun) * 1e3)
    print(f"first look at {n} heads {looks[0]:.0f} ms, later {median(looks[1:]):.0f} ms of CPU")


def fill(site: Site, template: dict[str, Any], n: int) -> float:
    hashing = 0.0
    for start in range(1, n, BATCH):
        with site.database.writing() as session:
            tail = lock_tail(session, campaign_id=template["campaign_id"])
            rows = []
            for index in range(start, min(start + BATCH, n)):
                row = template | {"leaf_index": index, "receipt": index.to_bytes(10, "big")}
                del row["id"]
                row["leaf"] = row_leaf(row, campaign_code=CODE)
                begun = time.process_time()
                tail.append(row["leaf"])
                hashing += time.process_time() - begun
                rows.append(row)
            session.connection().execute(sa.insert(Response.__table__), rows)  # type: ignore[arg-type]
            tail.save(session)
    return hashing


def prove(site: Site, campaign_id: int, n: int) -> None:
    chosen = [Random(1).randrange(n) for _ in range(200)]
    steps, begun = 0, time.process_time()
    with site.database.reading() as session:
        top = read_frontier(session, campaign_id=campaign_id).root()
        for index in chosen:
            shelf = Shelf(session, campaign_id=campaign_id)
            path = inclusion_path(shelf.perfect, index=index, size=n)
            query = sa.select(Response.leaf).where(Response.campaign_id == campaign_id)
            leaf = session.scalar(query.where(Response.leaf_index == index))
            assert leaf is not None
            assert included(leaf=leaf, index=index, size=n, path=path, root=top)
            steps = max(steps, len(path))
    spent = (time.process_time() - begun) / len(chosen)
    print(f"proof {spent * 1e3:.2f} ms, at most {steps} hashes = {steps * 32} bytes")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
