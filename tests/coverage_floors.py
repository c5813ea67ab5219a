"""What of each package the tests must have run: lines and branches, in percent.

`python3 start.py cover` and `test` hold what they ran against this table. A floor is the figure
of `cover` when it was set, rounded down: raise it when you cover more, never lower it.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from coverage import Coverage

FLOORS = {
    "(modules)": 60,
    "access": 70,
    "appraisal": 70,
    "demo": 50,
    "exchange": 70,
    "feedback": 70,
    "fieldwork": 70,
    "forms": 70,
    "ledger": 70,
    "model": 70,
    "respond": 70,
    "scheme": 70,
    "simulate": 40,
    "site": 70,
    "stats": 95,
    "web": 70,
    "weigh": 70,
    "wording": 70,
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


def main() -> int:
    """Print the table; 1 where a floor is not reached."""
    found = shares()
    below = [name for name in FLOORS if found.get(name, 0) < FLOORS[name]]
    for name, share in found.items():
        floor = f"{FLOORS[name]:>4}" if name in FLOORS else "none"
        mark = "  below its floor" if name in below else ""
        sys.stdout.write(f"{name:<12} {share:6.2f} %   floor {floor}{mark}\n")
    unfloored = sorted(set(found) - set(FLOORS))
    if unfloored:
        sys.stdout.write(f"no floor in {__file__}: {', '.join(unfloored)}\n")
    return 1 if below or unfloored else 0


if __name__ == "__main__":
    sys.exit(main())
