import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.papers.poster_register import move_poster, reissue_poster
from survey.model import AuditEntry, Entrance
from survey.problems import Refused
from survey.respond.door.opening import Closed, EntranceClosed
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, in_fieldwork, open_anlan, poster
from tests.officials import approved, office, signed_in, token
from tests.respond.factories import opened


def test_a_new_version_hangs_at_the_same_place_and_the_old_code_is_shut(each_site: Site) -> None:
    open_anlan(each_site)
    told = {"by": "tests", "clock": in_fieldwork}
    with each_site.database.writing() as session:
        campaign, old = find_campaign(session, CODE), poster(session)
        fresh = reissue_poster(session, poster=old, campaign=campaign, **told)
        with pytest.raises(Refused, match="withdrawn"):
            reissue_poster(session, poster=old, campaign=campaign, **told)
    assert (fresh.place, fresh.version, old.version) == (old.place, 2, 1)
    assert fresh.code != old.code
    assert old.withdrawn_at == FIELDWORK
    with each_site.database.reading() as session:
        assert opened(session, each_site, fresh.code or "").entrance_id == fresh.id
        with pytest.raises(EntranceClosed) as closed:
            opened(session, each_site, old.code or "")
    assert closed.value.reason is Closed.WITHDRAWN


def test_a_poster_that_moves_keeps_its_code_and_the_audit_both_places(each_site: Site) -> None:
    open_anlan(each_site)
    with each_site.database.writing() as session:
        campaign, hung = find_campaign(session, CODE), poster(session)
        told = {"poster": hung, "campaign": campaign, "by": "tests", "clock": in_fieldwork}
        before = hung.code
        move_poster(session, place=" 城关  菜市场 ", **told)
        with pytest.raises(Refused, match="60"):
            move_poster(session, place="长" * 61, **told)
    with each_site.database.reading() as session:
        kept = session.scalars(sa.select(Entrance)).one()
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "poster.move"))
        detail = entry.one().detail
    assert (kept.place, kept.code) == ("城关 菜市场", before)
    assert (detail["before"], detail["after"]) == ("测试", "城关 菜市场")


def test_the_office_reissues_and_moves_on_its_page(site: Site) -> None:
    app = office(site)
    with site.database.writing() as session:
        first = poster(session).id
    client: FlaskClient = signed_in(app, "admin")
    here = f"/office/campaigns/{CODE}/posters"
    page = client.get(f"{here}/{first}/withdraw")
    sent = {"csrf_token": token(page)}
    moved = client.post(f"{here}/{first}/move", data=sent | {"place": "新车站"})
    assert moved.status_code == 302
    sent["reason"] = "被覆盖"
    asked = client.post(f"{here}/{first}/reissue", data=sent)
    assert approved(signed_in(app, "review"), asked).status_code == 302
    listed = client.get(here).text
    assert "新车站" in listed
    assert "第2张" in listed
    assert client.post(f"{here}/{first}/reissue", data=sent).status_code == 422
    assert client.post(f"{here}/999/reissue", data=sent).status_code == 404
