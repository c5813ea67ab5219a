"""Two minutes of whole visits, as `bench/visits.py` makes an hour of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(900)]


def test_two_minutes_with_two_kills_and_a_journal_written_back_lose_nothing() -> None:
    command = [sys.executable, "-m", "bench.visits", "--seconds", "120", "--stretch", "10"]
    environment = {name: os.environ[name] for name in os.environ if "SLIPCOVER" not in name}
    ran = subprocess.run(
        command,
        cwd=Path(__file__).resolve().parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "nothing was lost, the ledger holds, the memory did not grow" in ran.stdout
    for event in ("a worker is killed", "the journal is written back", "everything is killed"):
        assert event in ran.stdout
