"""Makes the screenshots of the documents from the demonstration county.

Example: .venv/bin/python docs/make_screenshots.py docs/screenshots
"""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from survey.app import create_app
from survey.demo.seeding import SeedReport, seed
from survey.site import prepare_site

PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
OFFICE_PAGES = ("", "progress", "scores", "posters")


@contextmanager
def demonstration() -> Iterator[SeedReport]:
    """Serve a freshly seeded installation."""
    with tempfile.TemporaryDirectory() as home:
        site = prepare_site({"SURVEY_HOME": home, "SURVEY_BASE_URL": "http://127.0.0.1:8123"})
        report = seed(site)
        server = make_server("127.0.0.1", 8123, create_app(site), threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield report
        finally:
            server.shutdown()
            thread.join()
            site.database.close()


def resident(browser: Browser, url: str, out: Path) -> None:
    """Answer as a resident would and shoot what he sees."""
    for lang, mode in (("zh", "normal"), ("zh", "elder"), ("en", "normal")):
        page = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
        name = f"resident-{lang}-{mode}"
        page.goto(f"{url}?lang={lang}&mode={mode}")
        page.screenshot(path=out / f"{name}-1-start.png")
        page.tap("#start")
        page.wait_for_timeout(200)
        page.screenshot(path=out / f"{name}-2-item.png")
        page.context.close()


def office(browser: Browser, report: SeedReport, out: Path) -> None:
    """Sign in and shoot the pages of the open and of the released campaign."""
    for name, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
        page = browser.new_context(viewport=viewport, locale="zh-CN").new_page()
        sign_in(page, report)
        page.screenshot(path=out / f"office-{name}-campaigns.png", full_page=False)
        found = re.findall(r"/office/campaigns/([\w-]+)", page.content())
        for code in sorted(set(found)):
            for part in OFFICE_PAGES:
                page.goto(f"{report.office_url}campaigns/{code}/{part}".rstrip("/"))
                label = f"office-{name}-{code.split('-')[1]}-{part or 'overview'}"
                page.screenshot(path=out / f"{label}.png", full_page=False)
        page.context.close()


def sign_in(page: Page, report: SeedReport) -> None:
    """Sign in with the demonstration's one-time password."""
    page.goto(report.office_url)
    page.fill("input[name=username]", report.username)
    page.fill("input[name=password]", report.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()


def main() -> None:
    """Make all of them."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with demonstration() as report, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        resident(browser, report.resident_url, out)
        office(browser, report, out)
        browser.close()


if __name__ == "__main__":
    main()
