"""Answers an operator made up, dropped or changed: every one is named, and no honest one accused.

The whole size is in `bench.forging`.
"""

from pathlib import Path

import pytest

from survey.site.installation import Site
from tests.exchange.package.forged import forge, leaves_named, spoil_rows
from tests.exchange.package.made import command
from tests.exchange.package.programs import ours, theirs

pytestmark = pytest.mark.slow


def test_every_forged_invited_dropped_or_edited_answer_is_named_and_no_honest_one(
    site: Site, tmp_path: Path
) -> None:
    made = forge(site, tmp_path, answers=900, invited=240, altered=25)
    path, key = tmp_path / "package.zip", made.key
    assert len(made.wrong | made.in_their_place) == 240 + 50
    assert len(made.in_their_place) <= 3
    path.write_bytes(made.package)
    for program in (ours, theirs):
        # The tree grew out of the head that others have seen: nothing but the answers tells.
        code, told = program(path, key, "--printed", made.seen)
        assert code == 1
        assert leaves_named(told) == made.wrong, (program, told[:2000])
    # Before anything was dropped or changed: those made up, and of these all but the open ones.
    path.write_bytes(made.honest)
    for program in (ours, theirs):
        code, told = program(path, key, "--printed", made.seen)
        assert code == 1
        assert leaves_named(told) == set(made.forged.invited), (program, told[:2000])
    spoil_rows(site, dropped=made.dropped, edited=made.edited)
    for words in (("verify",), ("ledger", "audit", made.campaign)):
        done = command(site, *words)
        assert done.exit_code == 1
        said = done.output + str(done.exception or "")
        assert leaves_named(said) == made.wrong, said[:3000]
