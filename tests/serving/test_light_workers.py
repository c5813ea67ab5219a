"""A worker that only takes answers holds nothing of what computes scores or writes documents."""

from pathlib import Path

import pytest

from survey.site.installation import Site
from tests.journeys.test_load import serving, workers_of
from tests.serving.crowd import Crowd, open_today, posting, until

pytestmark = pytest.mark.server

HEAVY = ("/scipy/", "/lxml/", "/PIL/", "/pandas/")
LIMIT_KB = 90_000


def test_workers_that_take_answers_have_loaded_neither_statistics_nor_documents(
    site: Site,
) -> None:
    posts = open_today(site)
    with serving(site) as (port, pid), Crowd(port, posting(posts)) as crowd:
        until(lambda: crowd.asked > 60)
        workers = [Path(f"/proc/{worker}") for worker in workers_of(pid)]
        maps = [(worker / "maps").read_text("utf-8") for worker in workers]
        shares = [_share(worker) for worker in workers]
    assert set(crowd.answers) == {200}, crowd.answers
    assert all("/numpy/" in each for each in maps)  # so that libraries are told by such a name
    assert [name for name in HEAVY if any(name in each for each in maps)] == []
    assert max(shares) <= LIMIT_KB, shares


def _share(worker: Path) -> int:
    """Return the memory of a process, what it shares divided among those that do, in KB."""
    lines = (worker / "smaps_rollup").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
