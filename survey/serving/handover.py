"""A server takes another's place without a pause: the program runs anew, its process stays.

The new program is handed what the old one holds: the listening socket, the locks of home and port,
and the workers, which answer until those of the new one do. Whoever watches the process sees none
end. Before, the new program is asked whether it could start: where not, everything stays.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass

HANDED = "SURVEY_HANDED_OVER"
_CHECK_SECONDS = 60
# Not what happens to lie in the folder it was started from.
_PROGRAM = (sys.executable, "-P", "-m", "survey")
_log = logging.getLogger("survey.serving")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Open files and workers of the program that ran before in this process."""

    listening: int
    locks: tuple[int, ...]
    pipe: int | None  # what its workers speak into: they would end if nobody had the other end
    workers: tuple[int, ...]


def taken(environment: MutableMapping[str, str]) -> Handed | None:
    """Take what the program before handed over; nothing where a server starts by itself."""
    told = environment.pop(HANDED, "")
    if not told:
        return None
    handed = json.loads(told)
    return Handed(**handed | {name: tuple(handed[name]) for name in ("locks", "workers")})


def could_start() -> bool:
    """Ask the program as it is on the disk now whether it could serve; the log says why not."""
    command = [*_PROGRAM, *sys.argv[1:], "--check"]
    try:
        done = subprocess.run(  # noqa: S603
            command, timeout=_CHECK_SECONDS, check=False, capture_output=True
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.error("the new program did not answer, the old one goes on: %s", type(error).__name__)
        return False
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        _log.error("the new program could not start, the old one goes on\n%s", said)
    return done.returncode == 0


def run_anew(handed: Handed) -> None:
    """Run the program on the disk in the place of this one; returns only where that fails."""
    _inherit(handed, inherited=True)
    environment = os.environ | {HANDED: json.dumps(asdict(handed))}
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execve(_PROGRAM[0], [*_PROGRAM, *sys.argv[1:]], environment)  # noqa: S606 - no shell
    except OSError as error:
        _inherit(handed, inherited=False)
        _log.error("the new program could not be run, the old one goes on: %s", error.strerror)


def _inherit(handed: Handed, *, inherited: bool) -> None:
    for descriptor in (handed.listening, handed.pipe, *handed.locks):
        if descriptor is not None:
            os.set_inheritable(descriptor, inherited)
