"""What of each package the tests must have run: lines and branches, in percent.

`python3 start.py cover` tells it, `test` holds it against this table. A floor is the figure when it
was set, rounded down by half a point at least (threads differ a little): raise it when you cover
more, never lower it.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path, PurePath

FLOORS = {
    "(modules)": 92,
    "access": 97,
    "airgap": 93,
    "api": 97,
    "appraisal": 98,
    "approvals": 95,
    "auditing": 97,
    "backup": 95,
    "city": 95,
    "collecting": 97,
    "delivery": 97,
    "demo": 98,
    "drafting": 96,
    "draw": 95,
    "drill": 90,
    "exchange": 99,
    "feedback": 98,
    "fieldwork": 97,
    "forms": 99,
    "jobs": 95,
    "ledger": 94,
    "manual": 99,
    "model": 99,
    "office_files": 97,
    "publication": 95,
    "receivers": 97,
    "rehearsal": 99,
    "reports": 95,
    "respond": 97,
    "schedule": 99,
    "scheme": 98,
    "service_ratings": 90,
    "serving": 70,
    "simulate": 93,
    "site": 92,
    "stats": 98,
    "tallies": 96,
    "two_persons": 98,
    "verification": 94,
    "watching": 99,
    "web": 97,
    "weigh": 98,
    "witness": 90,
    "wording": 99,
}


def main() -> int:
    """Print what of each package ran; with `--floors` fail where it is too little."""
    found = shares(Path(sys.argv[1]))
    judged = "--floors" in sys.argv
    for name, share in found.items():
        sys.stdout.write(f"{name:<12} {share:6.2f} %{_floor(name, share) if judged else ''}\n")
    too_little = any(share < FLOORS.get(name, 101) for name, share in found.items())
    return int(judged and too_little)


def shares(file: Path) -> dict[str, float]:
    """Percent of lines and branches run, by package."""
    ran: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, told in json.loads(file.read_text("utf-8"))["files"].items():
        of = told["summary"]
        tally = ran[package_of(PurePath(name))]
        done = of["covered_lines"] + of["covered_branches"]
        tally[0] += done
        tally[1] += done + of["missing_lines"] + of["missing_branches"]
    return {name: 100 * done / max(of, 1) for name, (done, of) in sorted(ran.items())}


def package_of(file: PurePath) -> str:
    """The room a file is in; the modules beside the rooms are told together."""
    parts = file.parts[len(file.parts) - file.parts[::-1].index("survey") :]
    return parts[0] if len(parts) > 1 else "(modules)"


def _floor(name: str, share: float) -> str:
    if name not in FLOORS:
        return "   has no floor in tests/coverage_floors.py"
    return f"   floor {FLOORS[name]:>4}{'  below its floor' if share < FLOORS[name] else ''}"


if __name__ == "__main__":
    sys.exit(main())
