"""Altered packages of a release, each given to both programs that check one.

    python -m bench.packages [N [SEED]]

Of the demonstration's release, answered by 900: N altered by somebody without the key (bytes
flipped, files changed, the list made anew) and N by an office that signs its manifest again
(answers edited, dropped, added, leaves forged, heads removed and forked, scores and figures edited,
and any line of what the ledger holds). Both programs must name every one, and accept the honest
packages. What only computing anew can tell is in tests/exchange/package/test_forgeries.py.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from survey.site.installation import upgrade_site
from tests.exchange.package.forging import cheats, outsiders
from tests.exchange.package.made import made
from tests.exchange.package.programs import ours, theirs
from tests.quickened import quicken


def main(n: int, seed: str) -> int:
    """Try them; return 1 where one was accepted or an honest package was not."""
    quicken()
    tried, missed, spent = Counter[str](), list[str](), Counter[str]()
    with (
        tempfile.TemporaryDirectory() as home,
        upgrade_site({"SURVEY_HOME": home}) as site,
    ):
        path = Path(home) / "package.zip"
        packages = made(site, Path(home))
        for honest in (packages.closed, packages.opened):
            path.write_bytes(honest)
            missed += [f"honest: {told}" for code, told in _both(path, packages.key, spent) if code]
        forged = (
            *outsiders(packages.closed, f"{seed}-closed", n // 6),
            *outsiders(packages.opened, f"{seed}-opened", n // 6),
            *cheats(packages.opened, packages.signing, f"{seed}-cheat", n // 2),
        )
        for name, content in forged:
            path.write_bytes(content)
            tried[name.split()[0]] += 1
            missed += [name for code, _ in _both(path, packages.key, spent) if code != 1]
    took = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in sorted(spent.items()))
    print(f"seed {seed}: {sum(tried.values())} altered {dict(tried)}; not named: {missed}; {took}")
    return int(bool(missed))


def _both(path: Path, key: str, spent: Counter[str]) -> list[tuple[int, str]]:
    told = []
    for program in (ours, theirs):
        began = time.process_time()
        told.append(program(path, key))
        spent[program.__name__] += time.process_time() - began  # type: ignore[assignment]
    return told


if __name__ == "__main__":
    given = sys.argv[1:3] + ["1000", "16"][len(sys.argv[1:3]) :]
    sys.exit(main(int(given[0]), given[1]))
