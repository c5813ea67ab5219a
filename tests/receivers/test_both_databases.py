"""Tokens, their minutes and acknowledgements, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from survey.app import create_app
from survey.model import Acknowledgement, ReceiverToken, ReceiverUse, Release
from survey.receivers import tokens
from survey.receivers.tokens import RIGHTS, Asked
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.demonstrated import CODE, released

AT_ONCE = 6


def test_many_at_once_are_counted_each_and_kept_once(each_site: Site) -> None:
    released(each_site, n=60)
    with each_site.database.reading() as session:
        frozen_at = session.scalars(sa.select(Release.frozen_at)).one()
    site = replace(each_site, clock=lambda: frozen_at + timedelta(hours=1))
    asked = Asked(name="主系统", rights=RIGHTS, campaigns=[CODE], until=frozen_at.date())
    with site.database.writing() as session:
        number, secret = tokens.make_token(session, asked=asked, by="admin", clock=site.clock)
    app = create_app(site)

    def say(_turn: int) -> int:
        return (
            app.test_client()
            .post(
                f"/api/v1/releases/{CODE}-R1/acknowledgement",
                json={"outcome": "received"},
                headers={"Authorization": f"Bearer {secret}"},
            )
            .status_code
        )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        said = sorted(pool.map(say, range(AT_ONCE)))
    assert said == [200] * (AT_ONCE - 1) + [201]
    with site.database.reading() as session:
        assert session.scalars(sa.select(ReceiverUse.n)).one() == AT_ONCE
        assert len(session.scalars(sa.select(Acknowledgement)).all()) == 1
        assert session.get_one(ReceiverToken, number).rights == list(RIGHTS)
    assert verify(site) == []
    with site.database.writing() as session:
        session.execute(sa.update(Acknowledgement).values(note="换过"))
    assert verify(site) != []
