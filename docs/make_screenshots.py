"""Makes the screenshots of the documents from the demonstration county, or of every state.

Example: .venv/bin/python docs/make_screenshots.py docs/screenshots
Example: .venv/bin/python docs/make_screenshots.py --contested docs/screenshots
Example: .venv/bin/python docs/make_screenshots.py --every /tmp/screens   # then see its index.html
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the states the tests look at

from docs import contested_pictures
from survey.demo.seeding import SeedReport, seed
from survey.site.installation import upgrade_site
from tests.browser import server
from tests.browser.conftest import find_chromium
from tests.browser.states import FURTHER, OTHERS, PLAIN, SITTING, STEPS, Stage, State
from tests.factories import LOCAL_ITEMS, in_fieldwork, open_anlan

PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
OFFICE_PAGES = ("", "progress", "scores", "posters")
EVERY_OFFICE_PAGE = (
    *OFFICE_PAGES,
    *("progress/A01", "invitations", "items"),
    *("cases", "cases?state=closed", "coaching"),
    *("open", "close", "score", "release"),
)
LOOKS = [(lang, mode) for lang in ("zh", "en") for mode in ("normal", "elder")]
SIZES = {"phone": PHONE, "desktop": DESKTOP}


@contextmanager
def demonstration() -> Iterator[SeedReport]:
    """Serve a freshly seeded installation."""
    with tempfile.TemporaryDirectory() as home:
        site = upgrade_site({"SURVEY_HOME": home, "SURVEY_BASE_URL": "http://127.0.0.1:8123"})
        report = seed(site)
        with contextmanager(server.served)(site, 8123):
            yield report
        site.database.close()


def every_state(browser: Browser, out: Path) -> dict[str, list[str]]:
    """Shoot every state of the resident's pages in every look; return the files by state."""
    plain = states_of(browser, out, {False: PLAIN, True: (*STEPS, *SITTING, *OTHERS)})
    return plain | states_of(browser, out, {True: FURTHER}, local_items=LOCAL_ITEMS)


def states_of(
    browser: Browser, out: Path, shown: dict[bool, tuple[State, ...]], **asked: list[dict[str, str]]
) -> dict[str, list[str]]:
    """Shoot the states of one installation, with script (True) and without."""
    taken: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as home:
        site = replace(upgrade_site({"SURVEY_HOME": home}), clock=in_fieldwork)
        open_anlan(site, **asked)
        stage = Stage(site)
        with contextmanager(server.served)(stage.site) as stage.url:
            for script, states in shown.items():
                page = browser.new_context(java_script_enabled=script, has_touch=True).new_page()
                for state in states:
                    state.prepare(stage)
                    taken[state.name] = [
                        name for look in LOOKS for name in shoot(page, state, stage, look, out)
                    ]
        site.database.close()
    return taken


def shoot(
    page: Page, state: State, stage: Stage, look: tuple[str, str], out: Path
) -> Iterator[str]:
    """Bring a page into a state and shoot it on telephone, telephone at night, and desktop."""
    page.set_viewport_size(PHONE)
    state.show(page, stage, f"lang={look[0]}&mode={look[1]}")
    for size, night in (("phone", False), ("phone", True), ("desktop", False)):
        if night and look != LOOKS[0]:
            continue
        page.emulate_media(color_scheme="dark" if night else "light")
        page.set_viewport_size(SIZES[size])
        name = f"{state.name}-{look[0]}-{look[1]}-{size}{'-dark' if night else ''}.png"
        page.screenshot(path=out / name, full_page=True)
        yield name
    page.emulate_media(color_scheme="light")


def every_office_page(browser: Browser, report: SeedReport, out: Path) -> dict[str, list[str]]:
    """Shoot the office's pages of both campaigns in both languages and sizes."""
    taken: dict[str, list[str]] = {}
    page = browser.new_context(viewport=DESKTOP, locale="zh-CN").new_page()
    sign_in(page, report)
    codes = sorted(set(re.findall(r"/office/campaigns/([\w-]+)", page.content())))
    paths = [f"campaigns/{code}/{part}".rstrip("/") for code in codes for part in EVERY_OFFICE_PAGE]
    for lang in ("zh", "en"):
        page.goto(f"{report.office_url}language/{lang}")
        for path in ("", "password", "own/sessions", "own/second-factor", *paths):
            answer = page.goto(report.office_url + path)
            if answer is None or answer.status != 200:
                continue  # a campaign that is released can no longer be closed
            label = "office-" + (re.sub(r"\W+", "-", path) or "campaigns")
            for size, viewport in SIZES.items():
                page.set_viewport_size(viewport)
                name = f"{label}-{lang}-{size}.png"
                page.screenshot(path=out / name, full_page=True)
                taken.setdefault(label, []).append(name)
    return taken


def write_index(taken: dict[str, list[str]], out: Path) -> None:
    """Write a sheet with all of them beside each other."""
    rows = "".join(
        f"<h2>{escape(state)}</h2><p>"
        + "".join(
            f'<a href="{name}"><img src="{name}" loading="lazy" title="{name}"></a>'
            for name in names
        )
        + "</p>"
        for state, names in taken.items()
    )
    style = "img{height:420px;max-width:640px;object-fit:contain;object-position:top;margin:4px}"
    (out / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>Every state</title><style>{style}</style>'
        f"<h1>Every state</h1>{rows}",
        encoding="utf-8",
    )


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
    username, password = next(iter(report.passwords.items()))
    page.goto(report.office_url)
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()


def main() -> None:
    """Make all of them."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("out", type=Path)
    words.add_argument("--every", action="store_true", help="every state, with an index.html")
    words.add_argument("--contested", action="store_true", help="those of a contested result alone")
    asked = words.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        if asked.contested:
            with (
                contested_pictures.closed() as (site, watch),
                contextmanager(server.served)(site) as url,
            ):
                contested_pictures.take(browser, asked.out, site, watch, url)
            browser.close()
            return
        taken = every_state(browser, asked.out) if asked.every else {}
        with demonstration() as report:
            if asked.every:
                taken |= every_office_page(browser, report, asked.out)
                write_index(taken, asked.out)
            else:
                resident(browser, report.resident_url, asked.out)
                office(browser, report, asked.out)
        browser.close()


if __name__ == "__main__":
    main()
