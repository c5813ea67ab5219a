"""What of each package the fast tests must have run: lines and branches, in percent.

A plugin of pytest: `python3 start.py cover` and `test` hold what they ran against this table; the
other tests of a run are not counted (conftest.py: `no_cover`). A floor is the figure when it was
set, rounded down by half a point at least (threads differ a little): raise it when you cover more,
never lower it.
"""

import json
from collections import defaultdict
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import pytest
from _pytest.terminal import TerminalReporter
from coverage import Coverage

_TABLE = pytest.StashKey[list[str]]()

FLOORS = {
    "(modules)": 92,
    "access": 96,
    "appraisal": 85,
    "approvals": 93,
    "auditing": 96,
    "collecting": 95,
    "demo": 67,
    "drafting": 90,
    "exchange": 77,
    "feedback": 98,
    "fieldwork": 97,
    "forms": 99,
    "ledger": 94,
    "manual": 94,
    "model": 99,
    "office_files": 97,
    "rehearsal": 90,
    "respond": 95,
    "schedule": 90,
    "scheme": 98,
    "serving": 70,
    "simulate": 86,
    "site": 90,
    "stats": 96,
    "two_persons": 96,
    "verification": 93,
    "watching": 90,
    "web": 96,
    "weigh": 98,
    "wording": 99,
}


def shares() -> dict[str, float]:
    """Percent of lines and branches run, by package, from the data in `.coverage`."""
    ran: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    with TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        data = Coverage()
        data.load()
        data.json_report(outfile=str(report))
        for file, told in json.loads(report.read_text("utf-8"))["files"].items():
            of = told["summary"]
            tally = ran[package_of(PurePath(file))]
            tally[0] += of["covered_lines"] + of["covered_branches"]
            tally[1] += of["num_statements"] + of["num_branches"]
    return {name: 100 * done / max(of, 1) for name, (done, of) in sorted(ran.items())}


def package_of(file: PurePath) -> str:
    """The room a file is in; the modules beside the rooms are told together."""
    parts = file.parts[len(file.parts) - file.parts[::-1].index("survey") :]
    return parts[0] if len(parts) > 1 else "(modules)"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where a package is below its floor or has none."""
    if hasattr(session.config, "workerinput") or session.exitstatus != pytest.ExitCode.OK:
        return
    found = shares()
    below = [name for name in FLOORS if found.get(name, 0) < FLOORS[name]]
    if below or set(found) - set(FLOORS):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    session.config.stash[_TABLE] = [_line(name, share) for name, share in found.items()]


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Print what of each package ran."""
    lines = config.stash.get(_TABLE, [])
    if lines:
        terminalreporter.section("coverage of each package")
    for line in lines:
        terminalreporter.write_line(line)


def _line(name: str, share: float) -> str:
    if name not in FLOORS:
        return f"{name:<12} {share:6.2f} %   has no floor in tests/coverage_floors.py"
    below = "  below its floor" if share < FLOORS[name] else ""
    return f"{name:<12} {share:6.2f} %   floor {FLOORS[name]:>4}{below}"
