"""A page that many watch is computed once for each version of the data."""

import threading

from survey.site.installation import Site
from tests.factories import CODE, in_fieldwork
from tests.officials import office, signed_in
from tests.respond.factories import hand_in, opened, poster_code

WATCHING = 12
PAGE = f"/office/campaigns/{CODE}/progress"


def of_counters(statements: list[str]) -> list[str]:
    """Return those that read the counters."""
    read = [said for said in statements if said.startswith("SELECT")]
    return [said for said in read if "progress_counter.valid" in said]


def test_a_stampede_computes_once_and_a_new_answer_is_seen_at_once(
    site: Site, statements: list[str]
) -> None:
    app = office(site)
    code = poster_code(site)
    watchers = [signed_in(app, "admin") for _ in range(WATCHING)]
    statements.clear()
    watchers[0].get(PAGE)
    once = len(of_counters(statements))
    answer(site, code, b"answer0001")
    statements.clear()
    started, pages = threading.Barrier(WATCHING), list[str]()

    def look(number: int) -> None:
        started.wait()
        pages.append(watchers[number].get(PAGE).text)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(WATCHING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert once > 0
    assert (
        len(of_counters(statements)) <= 2 * once
    )  # the first, and one for whoever came while it computed
    assert len(pages) == WATCHING
    before = watchers[0].get(PAGE).text
    answer(site, code, b"answer0002")
    assert watchers[0].get(PAGE).text != before
    statements.clear()
    watchers[1].get(PAGE)
    assert of_counters(statements) == []


def answer(site: Site, code: str, receipt: bytes) -> None:
    with site.database.writing() as session:
        hand_in(session, opened(session, site, code), receipt=receipt, at=in_fieldwork())
