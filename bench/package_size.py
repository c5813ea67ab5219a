"""The package of a release of a million answers: seconds and memory to make it and to check it.

    python -m bench.package_size [ANSWERS] [FOLDER]

The answers are those of `bench.office_pages`, closed, scored and released; then `survey export
--format package --openings`, `survey verify` and `docs/verify/verify.py` run on it as commands,
each by itself. Memory is that of a command and all it starts, together (Linux). A FOLDER keeps
the installation and the package.
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from bench.measured import run
from bench.office_pages import AT, fill
from survey.demo.campaigns import stage_result
from survey.ledger.head import public_key
from survey.model import Release, Response
from survey.site.installation import Site, upgrade_site
from tests.factories import CODE

MAKING_S, CHECKING_S, MIB = 60, 90, 1536  # limits for a million answers
_VERIFIER = Path(__file__).resolve().parents[1] / "docs" / "verify" / "verify.py"
_EXPORT = ("export", CODE, "--format", "package", "--openings", "--by", "admin")


def main(answers: int, home: Path) -> int:
    """Make and check; return 1 where a limit does not hold."""
    with upgrade_site({"SURVEY_HOME": str(home)}) as site:
        _prepare(replace(site, clock=lambda: AT), answers)
        key = public_key(site.keys.signing())
    zipped = home / "package.zip"
    zipped.unlink(missing_ok=True)
    ours, theirs = [sys.executable, "-m", "survey"], [sys.executable, str(_VERIFIER)]
    held = [
        _run("export", [*ours, *_EXPORT, "--out", str(zipped)], home, MAKING_S),
        _run("verify", [*ours, "verify", str(zipped), "--key", key], home, CHECKING_S),
        _run("verify.py", [*theirs, str(zipped), "--key", key], home, CHECKING_S),
    ]
    print(f"{zipped.stat().st_size / 2**20:.0f} MiB")
    return int(not all(held))


def _prepare(site: Site, answers: int) -> None:
    with site.database.reading() as session:
        filled = session.scalar(sa.select(Response.id).limit(1)) is not None
        released = session.scalar(sa.select(Release.id).limit(1)) is not None
    if not filled:
        fill(site, answers)
    if not released:
        stage_result(site, code=CODE)


def _run(name: str, command: list[str], home: Path, seconds: int) -> bool:
    """Run a command; return whether it ended well, in time and within the memory."""
    told = run(command, home)
    ratios = f"{told.wall / seconds:.2f} and {told.mib / MIB:.2f} of the limits"
    used = f"{told.wall:.0f} s, {told.cpu:.0f} s of processors, {told.mib:.0f} MiB"
    print(f"{name}: exit {told.status}, {used}: {ratios}")
    return told.status == 0 and told.wall <= seconds and told.mib <= MIB


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        sys.exit(main(wanted, Path(sys.argv[2])))
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(main(wanted, Path(folder)))
