"""Pictures of a result that is reviewed, called back, released, contested and published.

`docs/make_screenshots.py --contested OUT` takes them, from the county the tests' journey begins in.
"""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page

from survey.app import create_app
from survey.appraisal.release import RELEASE
from survey.appraisal.run import score_campaign
from survey.publication.publishing import PUBLISH
from survey.site.installation import Site, upgrade_site
from survey.two_persons.both import done_by_both
from tests.appraisal.appeals.contested import APPEAL, OWN, answered, decide, file
from tests.appraisal.callbacks.calling import HERE, draw, fill_in, upload
from tests.appraisal.review.attacked import STUFFED, case_numbers, press, say
from tests.browser.official import DESK, PHONE, Watch
from tests.demonstrated import CODE, close
from tests.officials import PASSWORD, approved, signed_in

CALLING = datetime(2026, 12, 23, 2, tzinfo=UTC)
RELEASING = datetime(2026, 12, 29, 2, tzinfo=UTC)
CONTESTING = datetime(2026, 12, 30, 2, tzinfo=UTC)


@contextmanager
def closed() -> Iterator[tuple[Site, Watch]]:
    """Make the county, answered and closed, with a clock of its own."""
    with tempfile.TemporaryDirectory() as home:
        watch = Watch(CALLING)
        with upgrade_site({"SURVEY_HOME": home}) as site:
            answered(site)
            close(site)
            yield replace(site, clock=watch), watch


def take(browser: Browser, out: Path, site: Site, watch: Watch, url: str) -> None:
    """Do what the office does, and shoot each page where it is of use."""
    app = create_app(site)
    score_campaign(site, campaign_code=CODE, by="admin")
    desk = sign_in(browser, url, "admin")
    reviewed(app, site, desk, url, out)
    called(app, desk, url, out)
    watch.now = RELEASING
    words = {"proposer": "admin", "approver": "review", "code": CODE}
    done_by_both(site, deed=RELEASE, reason="复核和回访已经办完", **words)
    watch.now = CONTESTING
    pages = sign_in(browser, url, "admin"), sign_in(browser, url, "own")
    contested(app, site, pages, url, out)
    done_by_both(site, deed=PUBLISH, reason="公示五个工作日", **words)
    phone = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
    phone.goto(f"{url}/p/{CODE}")
    phone.get_by_role("heading", name="行政执法").scroll_into_view_if_needed()
    phone.screenshot(path=out / "contested-phone-public.png")


def reviewed(app: Flask, site: Site, desk: Page, url: str, out: Path) -> None:
    """Decide on every finding by two; shoot the list, a case, and the runs."""
    first, *rest = case_numbers(site, "shared_network", "quarantined", "coaching")
    clients = [signed_in(app, name) for name in ("admin", "review")]
    press(clients[0], f"{HERE}/review/{first}/weigh")
    shoot(desk, f"{url}{HERE}/review/", out / "contested-desktop-cases.png")
    shoot(desk, f"{url}{HERE}/review/{first}", out / "contested-desktop-case.png")
    kept = case_numbers(site, "quarantined", "coaching")  # the networks' cases are stricter
    for number in (first, *rest):
        for client in clients:
            say(client, number, "keep" if number in kept else "exclude")
    press(clients[0], f"{HERE}/score")
    shoot(desk, f"{url}{HERE}/runs", out / "contested-desktop-runs.png")


def called(app: Flask, desk: Page, url: str, out: Path) -> None:
    """Draw a round, call everybody, enter what came of it."""
    admin = signed_in(app, "admin")
    draw(admin, "B", 40)
    book = load_workbook(io.BytesIO(admin.get(f"{HERE}/callbacks/B.xlsx").data))
    upload(admin, fill_in(book, lambda number, _row: ("本人所答", "未联系上")[number % 9 == 0]))
    shoot(desk, f"{url}/office/callbacks?code={CODE}", out / "contested-desktop-calls.png")
    press(admin, f"{HERE}/score")


def contested(app: Flask, site: Site, pages: tuple[Page, Page], url: str, out: Path) -> None:
    """Let the unit appeal and the office decide anew, by two."""
    desk, phone = pages
    shoot(desk, f"{url}{HERE}/documents", out / "contested-desktop-documents.png")
    phone.set_viewport_size(PHONE)
    shoot(phone, f"{url}{HERE}/results/{STUFFED}", out / "contested-phone-result.png")
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    file(signed_in(app, "own"), OWN)
    press(admin, f"{APPEAL}/receive")
    for client in (admin, review):
        say(client, case_numbers(site, "shared_network")[0], "keep", "排队记录属实")
    press(admin, f"{APPEAL}/weigh")
    shoot(desk, f"{url}{APPEAL}", out / "contested-desktop-appeal.png", full=True)
    approved(review, decide(admin, "upheld", "排队记录属实，恢复计入"))


def sign_in(browser: Browser, url: str, username: str) -> Page:
    """Sign an official in at a desk."""
    page = browser.new_context(viewport=DESK, locale="zh-CN").new_page()
    page.goto(f"{url}/office/sign-in")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_load_state()
    return page


def shoot(page: Page, address: str, path: Path, *, full: bool = False) -> None:
    """Open a page and keep what is seen of it."""
    page.goto(address)
    page.wait_for_load_state()
    page.screenshot(path=path, full_page=full)
