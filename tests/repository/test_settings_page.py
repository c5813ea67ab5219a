"""The list of settings in the documents is the one the code reads by."""

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_settings_is_current() -> None:
    script = runpy.run_path(str(DOCS / "write_settings.py"))
    assert script["page"]() == (DOCS / "methods" / "plan.md").read_text("utf-8"), (
        "run `python docs/write_settings.py`"
    )
