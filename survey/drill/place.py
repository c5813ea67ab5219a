"""Where a drill happens: an installation of its own with an open campaign, gone at the end.

Nothing of the installation that the environment names is read or written: of its settings none is
taken over.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from pkgutil import resolve_name
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from flask import Flask

from survey import codes
from survey.clock import now
from survey.demo.campaigns import stage_open
from survey.demo.seeding import today
from survey.drill.timetable import require
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import posters_of
from survey.model import Response
from survey.rehearsal.visitors import Visit, Visitors
from survey.site.installation import Site, open_site, prepare_site

CODE = "DRILL-GZPY"
FORMER_HOST, NEW_HOST = "https://pingyi.example.gov.cn", "https://pingyi2.example.gov.cn"
_OPEN_DAYS = 3
_AGO = timedelta(seconds=120)  # when visitors come, so that what they send is not of the future


class Place:
    """A scratch installation, its backup and what somebody else keeps of its ledger."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.backup = folder / "county.backup"
        self.kept = folder / "ledger.json"
        self.aside = folder / "aside"
        self.pdf = folder / "poster.pdf"
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text(secrets.token_urlsafe(24), "utf-8")
        self.passphrase.chmod(0o600)
        self.environment = _without_settings(os.environ) | {
            "SURVEY_HOME": str(self.home),
            "SURVEY_BASE_URL": FORMER_HOST,
            "SURVEY_TRUSTED_PROXIES": "1",
        }

    @contextmanager
    def site(self, **changed: str) -> Iterator[Site]:
        """Open the installation, with some settings changed."""
        with open_site(self.environment | changed) as site:
            yield site

    def command(
        self, *words: str, fails: bool = False, changed: Mapping[str, str] | None = None
    ) -> str:
        """Give a `survey` command and return what it says; raises where it ends otherwise."""
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "survey", *words],
            env=self.environment | dict(changed or {}),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        said = done.stdout + done.stderr
        require((done.returncode != 0) is fails, f"survey {words[0]}: {said.strip()[-400:]}")
        return said

    def make(self, answers: int) -> None:
        """Open a campaign on its fourth day and let so many people answer it."""
        with prepare_site(self.environment) as site:
            starts_on = today(site) - timedelta(days=_OPEN_DAYS)
            stage_open(site, starts_on=starts_on, code=CODE, respondents=())
        self.let_answer(answers)

    def let_answer(self, n: int) -> None:
        """Let people answer by the posters that hang, through the real pages."""
        with self.site() as site:
            with site.database.reading() as session:
                campaign = find_campaign(session, CODE)
                hung = posters_of(session, campaign=campaign, withdrawn=False)
                doors = [(row.unit.code, row.poster.group_code, row.poster.code) for row in hung]
                seed = secrets.randbits(32)
                visitors = Visitors(site, campaign, make_app=_make_app, seed=seed)
            visits = [
                Visit(unit_code=unit, group_code=group, code=code or "", at=now() - _AGO)
                for unit, group, code in (doors[number % len(doors)] for number in range(n))
            ]
            failures = tuple(visitors.visit(visits))
        require(not failures, f"{len(failures)} answers were not taken: {failures[:1]}")

    def receipts(self) -> Sequence[str]:
        """Return the receipts of all answers there are."""
        with self.site() as site, site.database.reading() as session:
            kept = session.scalars(sa.select(Response.receipt).order_by(Response.id)).all()
        return [codes.from_bytes(receipt) for receipt in kept if receipt is not None]

    def knows(self, receipt: str) -> bool:
        """Say whether the page for receipts finds one."""
        return self.status_of(f"/r/{receipt}") == 200

    def status_of(self, path: str, *, host: str = FORMER_HOST, **changed: str) -> int:
        """Return what a page answers that somebody opens under an address."""
        with self.site(**changed) as site:
            return _make_app(site).test_client().get(path, base_url=host).status_code

    def text_of(self, path: str) -> str:
        """Return a page as somebody elsewhere keeps it."""
        with self.site() as site:
            return _make_app(site).test_client().get(path, base_url=FORMER_HOST).text


def _make_app(site: Site) -> Flask:
    app: Flask = resolve_name("survey.app:create_app")(site)
    return app


@contextmanager
def place_of_its_own(answers: int) -> Iterator[Place]:
    """Yield a place with an open campaign that so many have answered; it is deleted afterwards."""
    with TemporaryDirectory(prefix="survey-drill-") as folder:
        place = Place(Path(folder))
        place.make(answers)
        yield place


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("SURVEY_")}
