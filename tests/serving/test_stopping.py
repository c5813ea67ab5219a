"""A server that is told to stop has stopped within five seconds, whoever is being answered."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from survey.site.installation import Site
from tests.journeys.test_load import serving, workers_of
from tests.journeys.test_one_server import HEAD
from tests.serving.crowd import Crowd, lives, open_today, posting, until

pytestmark = pytest.mark.server

SECONDS = 5.0


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_all_processes_end_under_load_and_beside_half_sent_bodies(
    site: Site, told: signal.Signals
) -> None:
    posts = open_today(site)
    code = posts[0][0].removeprefix("/q/")
    with serving(site) as (port, pid), Crowd(port, posting(posts)) as crowd:
        until(lambda: crowd.asked > 20)
        half = [socket.create_connection(("127.0.0.1", port)) for _ in range(8)]
        for sender in half:
            sender.sendall(HEAD.format(code=code).encode())
        everybody = [pid, *workers_of(pid)]
        begun = time.monotonic()
        os.kill(pid, told)
        until(lambda: not any(map(lives, everybody)), 60)
        took = time.monotonic() - begun
        for sender in half:
            sender.close()
    assert took < SECONDS
    assert crowd.answers[200] > 20


def test_what_does_a_job_ends_with_whoever_started_it() -> None:
    waits = (
        "import subprocess, sys; from threading import Thread; from survey.serving import aside;"
        "Thread(target=aside._end_with_parent, daemon=True).start();"
        "import time; print('at work', flush=True); time.sleep(60)"
    )
    starts = (
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', sys.argv[1]], "
        "stdin=subprocess.PIPE); print(p.pid, flush=True); p.wait()"
    )

    worker = subprocess.Popen([sys.executable, "-c", starts, waits], stdout=subprocess.PIPE)
    assert worker.stdout is not None
    job = int(worker.stdout.readline())
    assert worker.stdout.readline() == b"at work\n"
    worker.kill()
    worker.wait(10)
    until(lambda: not lives(job), SECONDS)
    worker.stdout.close()
    assert not lives(job)
