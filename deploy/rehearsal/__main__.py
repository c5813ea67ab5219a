"""Set the installation up on this machine and let it stand until Enter is pressed, or Ctrl-C.

    python -m deploy.rehearsal [FOLDER]

To look around: `nsenter -t PID --net --mount --uts bash` on the machine whose PID it tells.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp

from deploy.rehearsal.installation import PROGRAMS, clear, rehearsed
from deploy.rehearsal.machines import missing, run_inside


def main(words: list[str]) -> int:
    """Set everything up and wait; returns the exit code."""
    if lacking := missing(PROGRAMS):
        return _fail(f"not installed: {' '.join(lacking)}")
    folder = Path(words[0] if words else mkdtemp(prefix="gongping-rehearsal-"))
    ended = run_inside("deploy.rehearsal", [str(folder)])
    if ended is not None:
        clear(folder)
        return ended
    with rehearsed(folder, say=_say) as rehearsal:
        for name, machine in rehearsal.machines.items():
            _say(f"{name} {machine.address} process {machine.holder}")
        _say(f"https://{rehearsal.address}{rehearsal.addresses[0]}; Enter ends it")
        sys.stdin.readline()
    return 0


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def _fail(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
