"""Jobs of large campaigns are done in a process of their own, so that no resident waits for them.

It is a polite one, gives its memory back when it ends, and ends with the worker that started it.
"""

import os
import subprocess
import sys
from threading import Thread

import sqlalchemy as sa

from survey.jobs.claiming import Claimed, let_go
from survey.jobs.running import Doing, do
from survey.kinds import KINDS
from survey.model import Job, Ledger
from survey.site.installation import Site, open_site
from survey.site.processes import LARGE, be_polite
from survey.web import log_lines


def do_aside(site: Site) -> Doing:
    """Return what does a claimed job: here where it is small, else in a process of its own."""

    def doing(claimed: Claimed) -> None:
        if _answers(site, claimed) < LARGE:
            do(site, KINDS, claimed)
        elif _process(claimed) != 0:
            let_go(site, claimed)  # it died, and is begun again at once

    return doing


def main(number: int, claim: str) -> None:
    """Do the job that another process claimed and started this one for."""
    Thread(target=_end_with_parent, daemon=True).start()
    be_polite()
    with open_site(os.environ) as site:
        log_lines.install(as_json=site.settings.log_json)
        with site.database.reading() as session:
            job = session.get_one(Job, number)
            claimed = Claimed(job=job, campaign=job.campaign, claim=claim)
        do(site, KINDS, claimed)


def _process(claimed: Claimed) -> int:
    command = [sys.executable, "-m", "survey.serving.aside", str(claimed.job.id), claimed.claim]
    # What it reads from ends when this process does, however that is.
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603
        return process.wait()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _answers(site: Site, claimed: Claimed) -> int:
    with site.database.reading() as session:
        query = sa.select(Ledger.size).where(Ledger.campaign_id == claimed.campaign.id)
        return session.scalar(query) or 0


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
