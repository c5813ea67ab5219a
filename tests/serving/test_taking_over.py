"""The program on the disk takes a server's place: nobody who posts meanwhile is turned away."""

import os
import signal
from pathlib import Path

import pytest

from survey.site.installation import Site
from tests.journeys.test_load import serving, workers_of
from tests.serving.crowd import Crowd, lives, open_today, posting, until

pytestmark = pytest.mark.server


def test_nobody_is_refused_while_the_program_on_the_disk_takes_over(site: Site) -> None:
    posts = open_today(site)
    with serving(site) as (port, pid), Crowd(port, posting(posts)) as crowd:
        before = workers_of(pid)
        open_pipes = _pipes(pid)
        for _again in range(2):  # whoever took over can be followed, too
            until(lambda: crowd.asked > 20)
            os.kill(pid, signal.SIGHUP)
            until(lambda former=before: not any(map(lives, former)))
            after = [worker for worker in workers_of(pid) if lives(worker)]
            assert len(after) == 2
            assert not set(after) & set(before)
            before = after
            until(lambda: _pipes(pid) == open_pipes)  # none is left behind, however often
            crowd.answers.subtract({200: crowd.answers[200]})
        until(lambda: crowd.asked > 20)
    assert set(crowd.answers) == {200}, crowd.answers
    assert not any(map(lives, after))


def _pipes(pid: int) -> int:
    """Count the ends of pipes that a process holds open."""
    files = Path(f"/proc/{pid}/fd").iterdir()
    return sum(file.readlink().name.startswith("pipe:") for file in files)


def test_a_program_that_could_not_start_takes_nobodys_place(site: Site) -> None:
    posts = open_today(site)
    log = site.settings.home / "server.log"
    with serving(site) as (port, pid), Crowd(port, posting(posts)) as crowd:
        before = workers_of(pid)
        key = site.settings.home / "keys" / "web.key"
        key.chmod(0o644)
        os.kill(pid, signal.SIGHUP)
        until(lambda: "could not start" in log.read_text("utf-8"))
        key.chmod(0o600)
        asked = crowd.asked
        until(lambda: crowd.asked > asked + 20)
        assert workers_of(pid) == before
    assert set(crowd.answers) == {200}, crowd.answers
    assert str(key) in log.read_text("utf-8") or "web.key" in log.read_text("utf-8")
    assert Path(f"/proc/{pid}").exists() is False
