"""The fast way of a form and the framework's way on random submissions: do they ever differ?

    python -m bench.agreeing [SUBMISSIONS [SEED]]

One unit, one with unscored items under conditions, and three units at once, in both languages;
every field's data and message, every verdict and the sheet read are compared, and what is read
without a form with what the form reads.
"""

import os
import sys
from collections.abc import Sequence
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, process_time
from typing import Any

from flask_babel import force_locale

from survey.app import create_app
from survey.respond.door.opening import Memory, open_entrance
from survey.respond.questionnaire import Questionnaire
from survey.respond.quick.filling import Blank, Given
from survey.respond.quick.ordinary import Ordinary
from survey.site.installation import Site, prepare_site
from tests.factories import FIELDWORK, LOCAL_ITEMS, open_anlan
from tests.respond.factories import poster_code, sitting_codes
from tests.respond.quick.submissions import looked_up, submission, verdicts


def main(submissions: int = 100_000, seed: int = 1) -> None:
    """Compare, and end with an error at the first difference."""
    each, begun = -(-submissions // 6), process_time()
    found = [
        *_of_site((), ("",), each, seed),
        *_of_site(LOCAL_ITEMS, ("", "A01,A02,A03"), each, seed),
    ]
    took, fine, short = process_time() - begun, *map(sum, zip(*found, strict=True))
    print(
        f"{6 * each} submissions, {fine} in order, {short} of them looked up: no difference"
        f" ({took:.0f} s of a processor)"
    )


def _of_site(
    local_items: Sequence[Any], units: Sequence[str], each: int, seed: int
) -> list[tuple[int, int]]:
    """Compare so many of each questionnaire in each language: of a poster, or a code for units."""
    with (
        TemporaryDirectory(prefix="bench-agreeing-") as folder,
        prepare_site(os.environ | {"SURVEY_HOME": folder}) as site,
    ):
        open_anlan(site, local_items=local_items)
        codes = [sitting_codes(site, units=of)[0] if of else poster_code(site) for of in units]
        asked = [_asked(site, code) for code in codes]
        with create_app(site).test_request_context():
            return [
                _compared(of, lang, each, Random(f"{seed} {place} {lang} {len(local_items)}"))
                for place, of in enumerate(asked)
                for lang in ("zh", "en")
            ]


def _asked(site: Site, code: str) -> Questionnaire:
    with site.database.reading() as session:
        words = {"key": site.keys.intake(), "memory": Memory(monotonic)}
        return open_entrance(session, code=code, at=FIELDWORK, **words).questionnaire


def _compared(asked: Questionnaire, lang: str, n: int, draw: Random) -> tuple[int, int]:
    """Return how many were in order, and how many of those were looked up."""
    with force_locale(lang):
        form_class = asked.form_class(lang)
        blank, fine, n_short = Blank(form_class), 0, 0
        ordinary, empty = Ordinary(blank), blank.filled(Given())
        for _number in range(n):
            pairs = submission(empty, draw)
            slow, fast = verdicts(form_class, blank, pairs)
            short = looked_up(ordinary, pairs)
            if slow != fast or short not in (None, slow[-1]):  # type: ignore[index]
                raise SystemExit(f"{pairs}\n{slow}\n{fast}\n{short}")
            fine += bool(slow[2])  # type: ignore[index]
            n_short += short is not None
    return fine, n_short


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
