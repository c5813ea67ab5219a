"""Posters in number are drawn beside the request: the same file, kept until a poster changes."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.app import create_app
from survey.fieldwork.papers import views
from survey.jobs import waiting
from survey.model import AuditEntry, Entrance, Job
from survey.site.installation import Site
from tests.factories import CODE, open_anlan, poster
from tests.officials import add_officials, signed_in

ADDRESS = f"/office/campaigns/{CODE}/posters.pdf"


@pytest.fixture
def admin(site: Site) -> FlaskClient:
    open_anlan(site)
    add_officials(site)
    with site.database.writing() as session:
        poster(session)
    return signed_in(create_app(site), "admin")


def printed(site: Site) -> int:
    with site.database.reading() as session:
        query = sa.select(sa.func.count()).where(AuditEntry.action == "poster.print")
        return session.scalar(query) or 0


def ended(site: Site) -> bool:
    with site.database.reading() as session:
        return session.scalars(sa.select(Job.ended_at)).one() is not None


def test_many_posters_are_the_file_that_few_are_and_led_to_once_drawn(
    admin: FlaskClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = admin.get(f"{ADDRESS}?size=a3&words=en&unit=A01")
    monkeypatch.setattr(views, "AT_ONCE", 0)
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.0)
    led = admin.get(f"{ADDRESS}?size=a3&words=en&unit=A01")
    assert led.headers["Location"] == "/office/jobs/1"
    while not ended(site):
        pass
    page = admin.get("/office/jobs/1").text
    link = f"{ADDRESS}?size=a3&words=en&unit=A01&job=1"
    assert f'href="{link.replace("&", "&amp;")}"' in page
    many = admin.get(link)
    assert (many.data, many.mimetype) == (few.data, "application/pdf")
    assert many.headers["Content-Disposition"] == few.headers["Content-Disposition"]
    assert printed(site) == 2  # as often as somebody took them, not as a job drew them
    with site.database.writing() as session:
        session.execute(sa.update(Entrance).values(place="另一处"))
    assert admin.get(link).status_code == 404  # these posters hang there no more
