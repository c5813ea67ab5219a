"""The fast way of a form and the framework's way on random submissions: do they ever differ?

    python -m bench.agreeing [SUBMISSIONS [SEED]]

One unit with unscored items under conditions, and three units at once, in both languages; every
field's data and message, every verdict and the answers read are compared.
"""

import os
import sys
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, process_time

from flask_babel import force_locale

from survey.app import create_app
from survey.respond.door.opening import Memory, open_entrance
from survey.respond.questionnaire import Questionnaire
from survey.respond.quick.filling import Blank, Given
from survey.site.installation import Site, prepare_site
from tests.factories import FIELDWORK, LOCAL_ITEMS, open_anlan
from tests.respond.factories import poster_code, sitting_codes
from tests.respond.quick.submissions import submission, verdicts


def main(submissions: int = 100_000, seed: int = 1) -> None:
    """Compare, and end with an error at the first difference."""
    with TemporaryDirectory(prefix="bench-agreeing-") as folder:
        os.environ |= {"SURVEY_HOME": folder}
        with prepare_site(os.environ) as site:
            open_anlan(site, local_items=LOCAL_ITEMS)
            codes = [poster_code(site), sitting_codes(site, units="A01,A02,A03")[0]]
            asked = [_asked(site, code) for code in codes]
            begun = process_time()
            with create_app(site).test_request_context():
                fine = sum(
                    _compared(each, lang, submissions // 4, Random(f"{seed} {place} {lang}"))
                    for place, each in enumerate(asked)
                    for lang in ("zh", "en")
                )
    took = process_time() - begun
    print(
        f"{submissions} submissions, {fine} in order: no difference ({took:.0f} s of a processor)"
    )


def _asked(site: Site, code: str) -> Questionnaire:
    with site.database.reading() as session:
        words = {"key": site.keys.intake(), "memory": Memory(monotonic)}
        return open_entrance(session, code=code, at=FIELDWORK, **words).questionnaire


def _compared(asked: Questionnaire, lang: str, n: int, draw: Random) -> int:
    """Return how many were in order."""
    with force_locale(lang):
        form_class = asked.form_class(lang)
        blank, fine = Blank(form_class), 0
        empty = blank.filled(Given())
        for _number in range(n):
            pairs = submission(empty, draw)
            slow, fast = verdicts(form_class, blank, pairs)
            if slow != fast:
                raise SystemExit(f"{pairs}\n{slow}\n{fast}")
            fine += bool(slow[2])  # type: ignore[index]
    return fine


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
