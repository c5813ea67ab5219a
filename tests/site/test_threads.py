"""A figure does not hang on how many processors a machine has."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.second

# Long enough to be spread over threads, which then add their parts up in another order.
SUM = (
    "import survey, numpy; x = numpy.random.default_rng(1).random(3_000_001); print((x @ x).hex())"
)


def summed(threads: str) -> str:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
    ran = subprocess.run(
        (sys.executable, "-c", SUM), env=environment, capture_output=True, text=True, check=True
    )
    return ran.stdout


def test_a_long_sum_is_the_same_whatever_a_machine_would_do() -> None:
    assert len({summed(threads) for threads in ("1", "2", "3", "5")}) == 1
