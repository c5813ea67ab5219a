"""A real server in a thread and a real Chromium before it."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from survey.site.installation import Site, upgrade_site
from tests.browser.server import served
from tests.factories import LOCAL_ITEMS, in_fieldwork, open_anlan

Visit = Callable[..., Page]

# A page that is slow on a busy machine is not wrong: how fast one is, is measured elsewhere.
_PATIENCE = 20_000
expect.set_options(timeout=_PATIENCE)

PLAIN_HOST = "plain.test"  # no browser takes this for a secure address, as it does 127.0.0.1


def find_chromium() -> str:
    """Return the browser to drive; skips where there is none, unless one is required."""
    named = os.environ.get("SURVEY_CHROMIUM")
    known = ("chromium-headless-shell", "chromium", "chromium-browser")
    found = named or next(filter(None, map(shutil.which, known)), None)
    if found is None:
        why = "no Chromium: apt-get install chromium fonts-noto-cjk, or set SURVEY_CHROMIUM"
        if os.environ.get("SURVEY_REQUIRE_BROWSER"):
            pytest.fail(why)
        pytest.skip(why)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1"],
        )
        yield started
        started.close()


@pytest.fixture
def live_site(tmp_path: Path, empty_home: Path) -> Iterator[Site]:
    """An installation in the middle of 安澜县's campaign."""
    yield from _installation(tmp_path, empty_home)


@pytest.fixture
def live_url(live_site: Site) -> Iterator[str]:
    """The address of that installation's server."""
    yield from served(live_site)


@pytest.fixture(scope="session")
def shown_site(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Iterator[Site]:
    """The same for tests that only look and submit nothing: made once."""
    yield from _installation(tmp_path_factory.mktemp("shown"), empty_home)


@pytest.fixture(scope="session")
def shown_url(shown_site: Site) -> Iterator[str]:
    yield from served(shown_site)


@pytest.fixture(scope="session")
def asking_site(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Iterator[Site]:
    """An installation whose campaign asks the example's local items, in varied orders."""
    arranged = {"item_order": "random", "scale_direction": "random"}
    home = tmp_path_factory.mktemp("asking")
    yield from _installation(home, empty_home, local_items=LOCAL_ITEMS, arranged=arranged)


@pytest.fixture(scope="session")
def asking_url(asking_site: Site) -> Iterator[str]:
    yield from served(asking_site)


def _installation(home: Path, empty_home: Path, **changed: Any) -> Iterator[Site]:
    shutil.copytree(empty_home, home, dirs_exist_ok=True)
    environment = {"SURVEY_HOME": str(home), "SURVEY_HOSTS": PLAIN_HOST}
    site = replace(upgrade_site(environment), clock=in_fieldwork)
    open_anlan(site, **changed)
    yield site
    site.database.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens pages in a browser of its own, with any of Playwright's context options."""
    contexts = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(**{"locale": "zh-CN", **options})
        context.set_default_timeout(_PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page_360(visit: Visit) -> Page:
    """A phone with touch."""
    return visit(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)


@pytest.fixture
def page_desktop(visit: Visit) -> Page:
    return visit(viewport={"width": 1280, "height": 800})


@pytest.fixture
def keep() -> Callable[[Page, str], None]:
    """Keeps what was seen of a page where somebody wants to see it: in `SURVEY_SCREENSHOTS`."""
    folder = os.environ.get("SURVEY_SCREENSHOTS")
    if folder is None:
        return lambda _page, _name: None
    Path(folder).mkdir(exist_ok=True)

    def shot(page: Page, name: str) -> None:
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)

    return shot


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Returns the accessibility violations of what a page shows, as lines."""
    engine = Axe()

    def check(page: Page) -> list[str]:
        results = engine.run(
            page,
            options={
                "runOnly": [
                    "wcag2a",
                    "wcag2aa",
                    "wcag21a",
                    "wcag21aa",
                    "wcag22aa",
                    "best-practice",
                ],
                "resultTypes": ["violations"],  # what passed is a long list nobody reads
            },
        )
        return [
            f"{found['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:300]}"
            for found in results.response["violations"]
            for node in found["nodes"]
        ]

    return check
