"""Whatever the office looks at, no answer is read that is tallied already."""

from survey.site.installation import Site
from survey.tallies.keeping import Tallies
from survey.web.alterations import Alterations
from tests.factories import CODE
from tests.officials import office, signed_in
from tests.respond.factories import hand_in, invitation_codes, opened, poster_code

HERE = f"/office/campaigns/{CODE}"
PAGES = (
    *("/office/", HERE, f"/office/reminders?code={CODE}"),
    *(f"{HERE}/{page}" for page in ("calendar", "progress", "progress/A01", "bulletins", "close")),
    *(f"{HERE}/{page}" for page in ("invitations", "invitations/plan", "posters")),
    *(f"{HERE}/watch/{page}" for page in ("", "remedy", "who", "posters", "townships", "funnel")),
)


def test_no_page_reads_answers_that_are_tallied(site: Site, statements: list[str]) -> None:
    app = office(site)
    # Records are looked over beside the pages, which reads them all.
    app.extensions["alterations"] = Alterations(site.database, list)
    admin = signed_in(app, "admin")
    for number, code in enumerate([poster_code(site), *invitation_codes(site, 12)[:3]]):
        with site.database.writing() as session:
            hand_in(session, opened(session, site, code), receipt=str(number).zfill(10).encode())
    Tallies(site.database).write()
    statements.clear()
    reading = {}
    for page in PAGES:
        assert admin.get(page).status_code == 200, page
        # Whether somebody who was called answered is asked call by call, by an index.
        reading[page] = [
            said for said in statements if "FROM response" in said and "contact_attempt" not in said
        ]
        statements.clear()
    assert {page: said for page, said in reading.items() if said} == {}
