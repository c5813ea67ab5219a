"""An operator who holds database and keys makes up, drops and changes answers: who is named?

    python -m bench.forging [INVITED [ALTERED [ANSWERS]]]

Of 安澜县, answered through the real intake (by ANSWERS people, all without): INVITED answers made
up as of invited people in six ways, a tenth of that as of passers-by, ALTERED dropped and ALTERED
changed; all of it sealed and signed anew, on the heads that others have seen. Both programs must
name every made-up invited, dropped and changed one, and no honest one. Nobody can tell passers-by,
nor, of two that show one code, the later one where the earlier one was dropped: the drop is named.
"""

import sys
import tempfile
import time
from pathlib import Path

from survey.site.installation import upgrade_site
from tests.exchange.package.forged import forge, leaves_named
from tests.exchange.package.programs import ours, theirs
from tests.quickened import quicken


def main(invited: int, altered: int, answers: int | None) -> int:
    """Forge it; return 1 where one was not named or an honest one was."""
    quicken()
    with (
        tempfile.TemporaryDirectory() as home,
        upgrade_site({"SURVEY_HOME": home}) as site,
    ):
        began, path = time.monotonic(), Path(home) / "package.zip"
        made = forge(site, Path(home), answers=answers, invited=invited, altered=altered)
        path.write_bytes(made.package)
        forged = f"{len(made.forged.invited)} invited, {len(made.forged.open)} open made up"
        print(f"{forged}, {altered} dropped, {altered} changed: {time.monotonic() - began:.0f} s")
        print(f"{len(made.in_their_place)} of them show the code of an answer that was dropped")
        failed = 0
        for program in (ours, theirs):
            began = time.monotonic()
            code, told = program(path, made.key, "--printed", made.seen)
            named = leaves_named(told)
            missed, accused = len(made.wrong - named), len(named - made.wrong)
            failed += code != 1 or missed > 0 or accused > 0
            print(
                f"{program.__name__}: {len(named)} named, {missed} missed, {accused} honest accused"
                f" in {time.monotonic() - began:.0f} s"
            )
    return int(failed > 0)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:4]]
    invited, altered = given[:2] + [10_000, 100][len(given[:2]) :]
    sys.exit(main(invited, altered, given[2] if given[2:] else None))
