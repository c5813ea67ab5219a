"""Scoring a campaign of a million answers from the database: seconds and memory, step by step.

python -m bench.scoring [ANSWERS] [FOLDER]

The answers are those of `bench.office_pages`, whose FOLDER may be used: it is closed and scored. A
loop of bare additions in the same run tells how fast the machine is just then.
"""

import resource
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import sqlalchemy as sa

from bench.office_pages import fill
from survey.appraisal.run import score_campaign
from survey.fieldwork.campaigns import find_campaign
from survey.jobs.steps import STEPS
from survey.model import Response
from survey.site.installation import upgrade_site
from tests.factories import CODE

LIMIT_SECONDS = 15.0  # for a million answers, as much as the share of them is
LIMIT_MIB = 500
LOOP = 10_000_000
LOOP_SECONDS = 0.55  # of the loop, on the machine the limit was set on


def main(answers: int, home: Path) -> None:
    site = upgrade_site({"SURVEY_HOME": str(home)})
    with site.database.reading() as session:
        is_there = session.scalar(sa.select(Response.id).limit(1))
    if not is_there:
        fill(site, answers)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        campaign.state = "closed" if campaign.state == "open" else campaign.state
    slower = loop() / LOOP_SECONDS
    begun, at = time.process_time(), [("", time.process_time())]
    score_campaign(
        site,
        campaign_code=CODE,
        by="bench",
        tell=lambda step: at.append((step, time.process_time())),
    )
    at.append(("", time.process_time()))
    for (step, since), (_next, until) in pairwise(at[1:]):
        print(f"{STEPS[step].en:30} {until - since:7.1f} s of CPU time")
    took = at[-1][1] - begun
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    limit = LIMIT_SECONDS * max(answers, 100_000) / 1_000_000
    print(f"a loop of {LOOP:,} took {slower:.1f} times what it took where the limit was set")
    pace = took / slower
    print(f"{took:.1f} s, {pace:.1f} s at that pace: {pace / limit:.2f} of {limit} s")
    print(f"{mib:.0f} MiB: {mib / LIMIT_MIB:.2f} of {LIMIT_MIB}")


def loop() -> float:
    """Return the seconds that additions in a loop take."""
    begun, total = time.process_time(), 0
    for number in range(LOOP):
        total += number
    return time.process_time() - begun


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        main(number, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(number, Path(folder))
