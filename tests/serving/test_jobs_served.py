"""A server that starts finds the work that another, now dead, left undone."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from survey.appraisal.many.scoring_job import SCORE
from survey.clock import now
from survey.fieldwork.campaigns import find_campaign
from survey.jobs.asking import ask
from survey.model import Job
from survey.site.installation import Site
from tests.demonstrated import CODE, closed
from tests.serving.test_start import started

pytestmark = pytest.mark.server


def test_what_a_dead_server_left_undone_is_done_by_the_next(site: Site, tmp_path: Path) -> None:
    closed(site, n=300)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        job = ask(session, kind=SCORE, campaign=campaign, arguments={}, by="admin", clock=now)
        job.state, job.claim, job.tries = "running", "dead", 1
        job.claimed_until = now() - timedelta(seconds=1)
    with started(tmp_path, "--host", "127.0.0.1"):
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and _job(site, job.id).ended_at is None:
            time.sleep(0.3)
    ended = _job(site, job.id)
    assert (ended.state, ended.tries) == ("done", 2)
    with site.database.reading() as session:
        assert find_campaign(session, CODE).state == "scored"


def _job(site: Site, number: int) -> Job:
    with site.database.reading() as session:
        return session.get_one(Job, number)
