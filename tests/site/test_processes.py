"""Work begun in a process of its own: what it gives, what it raises, and that it is gone."""

import os
import signal
import time
from multiprocessing import active_children, get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from survey.problems import Problem, Refused
from survey.site.processes import beside

_PROBLEM = Problem(zh="不行", en="no", file="a.csv", row=2, field="unit")


def number_and_process(number: int) -> tuple[int, int]:
    return number, os.getpid()


def refused() -> None:
    raise Refused([_PROBLEM, _PROBLEM])


def killed_elsewhere(tester: int) -> str:
    if os.getpid() != tester:
        os.kill(os.getpid(), signal.SIGKILL)
    return "done here"


def for_ever() -> None:
    time.sleep(600)


def test_work_is_done_beside() -> None:
    with beside(number_and_process, 7) as result:
        number, process = result()
    assert number == 7
    assert process != os.getpid()


def test_what_is_refused_there_is_refused_here() -> None:
    with pytest.raises(Refused) as told, beside(refused) as result:
        result()
    assert told.value.problems == (_PROBLEM, _PROBLEM)


def test_a_process_that_dies_leaves_its_work_to_whoever_waits() -> None:
    with beside(killed_elsewhere, os.getpid()) as result:
        assert result() == "done here"


def test_nobody_waits_for_what_is_asked_for_no_more() -> None:
    begun = time.monotonic()
    with pytest.raises(ValueError, match="something else"), beside(for_ever):
        raise ValueError("something else")
    assert not active_children()
    assert time.monotonic() - begun < 300


def begin_and_tell(there: Connection) -> None:
    with beside(for_ever):
        there.send(active_children()[0].pid)
        for_ever()


def test_what_works_beside_ends_with_a_process_that_is_killed() -> None:
    start = get_context("spawn")
    here, there = start.Pipe(duplex=False)
    beginner = start.Process(target=begin_and_tell, args=(there,))
    beginner.start()
    worker = here.recv()
    beginner.kill()
    beginner.join()
    until = time.monotonic() + 120
    while time.monotonic() < until and Path(f"/proc/{worker}").exists():
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()
