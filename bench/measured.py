"""What a command takes: seconds of the clock and of processors, memory with all it starts."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_LOOK_S = 0.2


@dataclass(frozen=True)
class Measured:
    """Of a command and its children: MiB together at the most, and of the largest of them."""

    status: int
    wall: float
    cpu: float
    mib: float
    largest_mib: float


def run(
    command: list[str], home: Path, *, quiet: bool = False, out: Path | None = None
) -> Measured:
    """Run a command in an installation; what they share counts once (Linux)."""
    begun, most, largest = time.monotonic(), 0.0, 0.0
    silent = subprocess.DEVNULL if quiet else None
    with (out or Path(os.devnull)).open("w") as told:
        process = subprocess.Popen(
            command,
            env={**os.environ, "SURVEY_HOME": str(home)},
            stdout=told if out or quiet else None,
            stderr=silent,
        )
        ended, status, used = 0, 0, None
        while not ended:
            time.sleep(_LOOK_S)
            each = list(memory_of(process.pid))
            most, largest = max(most, sum(each)), max(largest, *each, 0.0)
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
    return Measured(
        status=os.waitstatus_to_exitcode(status),
        wall=time.monotonic() - begun,
        cpu=used.ru_utime + used.ru_stime,
        mib=most,
        largest_mib=largest,
    )


def memory_of(number: int) -> list[float]:
    """Return the MiB of a process and of each that it started."""
    try:
        told = Path(f"/proc/{number}/smaps_rollup").read_text()
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except OSError:  # it has ended
        return []
    [kib] = [line.split()[1] for line in told.splitlines() if line.startswith("Pss:")]
    return [int(kib) / 1024, *(each for child in children for each in memory_of(int(child)))]
