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
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from tempfile import TemporaryFile
from time import monotonic

HANDED = "SURVEY_HANDED_OVER"
_CHECK_SECONDS = 60
_LOOK_SECONDS = 0.2  # whoever stops the server waits so long at most
# Not what happens to lie in the folder it was started from.
_PROGRAM = (sys.executable, "-P", "-m", "survey")
_log = logging.getLogger("survey.serving")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Open files and workers of the program that ran before in this process."""

    listening: int
    locks: tuple[int, ...]
    pipes: tuple[int, ...]  # what workers speak into: they end where nobody has the other end
    workers: tuple[int, ...]


def taken(environment: MutableMapping[str, str]) -> Handed | None:
    """Take what the program before handed over; nothing where a server starts by itself."""
    told = environment.pop(HANDED, "")
    if not told:
        return None
    handed = json.loads(told)
    lists = {name: tuple(handed[name]) for name in ("locks", "pipes", "workers")}
    return Handed(listening=handed["listening"], **lists)


def could_start(told_to_stop: Callable[[], bool]) -> bool:
    """Ask the program as it is on the disk now whether it could serve; the log says why not.

    It is asked no longer once this one is `told_to_stop`: then it could not.
    """
    command = [*_PROGRAM, *sys.argv[1:], "--check"]
    with TemporaryFile() as words:
        try:
            asked = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=words)  # noqa: S603
            code = _answer(asked, told_to_stop)
        except (OSError, subprocess.TimeoutExpired) as error:
            kind = type(error).__name__
            _log.error("the new program did not answer, the old one goes on: %s", kind)
            return False
        if code not in (0, None):
            words.seek(0)
            said = words.read().decode(errors="replace").strip()
            _log.error("the new program could not start, the old one goes on\n%s", said)
    return code == 0


def _answer(asked: subprocess.Popen[bytes], told_to_stop: Callable[[], bool]) -> int | None:
    """Wait for the code it ends with, none where there is no time any more; it has ended then."""
    deadline = monotonic() + _CHECK_SECONDS
    try:
        while not told_to_stop():
            with suppress(subprocess.TimeoutExpired):
                return asked.wait(_LOOK_SECONDS)
            if monotonic() > deadline:
                raise subprocess.TimeoutExpired(asked.args, _CHECK_SECONDS)
        return None
    finally:
        asked.kill()
        asked.wait()


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
    for descriptor in (handed.listening, *handed.pipes, *handed.locks):
        os.set_inheritable(descriptor, inherited)
