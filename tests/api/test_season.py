"""The sample client of a scoring system goes through a season at a server that really serves."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey.appraisal.release import compose, freeze
from survey.appraisal.run import score_campaign
from survey.clock import now
from survey.demo.campaigns import stage_result
from survey.fieldwork.campaigns import find_campaign
from survey.model import Acknowledgement, Release
from survey.receivers.tokens import RIGHTS, Asked, make_token
from survey.site.installation import Site
from tests.demonstrated import CODE, answered
from tests.journeys.test_load import serving

pytestmark = [pytest.mark.server, pytest.mark.slow]

CLIENT = Path(__file__).parents[2] / "docs/examples/scoring_system.py"


def test_the_sample_client_is_short_and_goes_through_a_season(site: Site, tmp_path: Path) -> None:
    assert len(CLIENT.read_text("utf-8").splitlines()) <= 60
    answered(site, n=900)
    asked = Asked(
        name="考核主系统", rights=RIGHTS, campaigns=[CODE], until=(now() + timedelta(60)).date()
    )
    with site.database.writing() as session:
        _number, secret = make_token(session, asked=asked, by="admin", clock=now)
    folder = tmp_path / "taken"
    folder.mkdir()
    with serving(site) as (port, _pid):
        words = (f"http://127.0.0.1:{port}", CODE, str(folder), _key_id(site))
        said = [_client(secret, *words)]
        stage_result(site, code=CODE)
        said += [_client(secret, *words), _client(secret, *words)]
        _supersede(site)
        said += [_client(secret, *words), _client(secret, *words[:3], "0" * 16)]
        (folder / "etag").unlink()
        said.append(_client(secret, *words[:3], "0" * 16))
    assert said == [
        "404 No scores have been released",
        f"{CODE}-R1 imported, signature good",
        "unchanged",
        f"{CODE}-R2 imported, signature good",
        "unchanged",
        f"{CODE}-R2 rejected, signature bad",
    ]
    with site.database.reading() as session:
        for release in session.scalars(sa.select(Release)):
            taken = folder / f"{CODE}-R{release.number}.good.json"
            assert taken.read_text("utf-8") == release.document
        outcomes = session.scalars(sa.select(Acknowledgement.outcome).order_by(Acknowledgement.id))
        assert outcomes.all() == ["imported", "imported", "rejected"]


def _client(secret: str, *words: str) -> str:
    ran = subprocess.run(
        [sys.executable, str(CLIENT), *words],
        env=os.environ | {"TOKEN": secret},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def _key_id(site: Site) -> str:
    return hashlib.sha256(site.keys.signing().public_key().public_bytes_raw()).hexdigest()[:16]


def _supersede(site: Site) -> None:
    with site.database.reading() as session:
        frozen_at = session.scalars(sa.select(Release.frozen_at)).one()
    later = replace(site, clock=lambda: frozen_at + timedelta(days=1))
    score_campaign(later, campaign_code=CODE, by="tests")
    with later.database.reading() as session:
        campaign, key = find_campaign(session, CODE), site.keys.signing()
        composed = compose(session, campaign=campaign, at=later.clock(), signing_key=key)
    with later.database.writing() as session:
        freeze(session, composed, campaign=find_campaign(session, CODE), by="tests")
