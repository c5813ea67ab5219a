"""A city's keys and releases, on SQLite and on PostgreSQL."""

from dataclasses import replace

import sqlalchemy as sa

from survey.city.keys import confirm_key, name_key, revoke_key
from survey.city.shown import read_year
from survey.city.taking import take_releases
from survey.model import CountyRelease
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.city.counties import document, mark, offered, public
from tests.factories import FIELDWORK


def test_what_two_let_in_is_kept_shown_and_verified(each_site: Site) -> None:
    site = replace(each_site, clock=lambda: FIELDWORK)
    with site.database.writing() as session:
        for county in ("安澜县", "临水县"):
            given = {"county": county, "key": public(county)}
            number = name_key(session, **given, by="zhang", clock=site.clock).id
            confirm_key(session, number=number, mark=mark(county), by="li", clock=site.clock)
        files = [
            *(offered(document("安澜县", number=number)) for number in (1, 2)),
            offered(document("临水县")),
        ]
        taken = take_releases(session, offered=files, by="zhang", clock=site.clock)
        assert [each.is_new for each in taken] == [True] * 3
        revoke_key(session, number=1, by="li", clock=site.clock)
    with site.database.reading() as session:
        found = read_year(session, year=2026)
    assert found is not None
    assert [each.release.number for each in found.releases] == [1, 2]
    assert all(each.city is not None for each in found.classes)
    assert verify(site) == []
    with site.database.writing() as session:
        session.execute(sa.update(CountyRelease).values(taken_by="wang"))
    assert len(verify(site)) == 3
