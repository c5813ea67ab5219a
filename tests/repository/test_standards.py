"""The page of standards names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/standards.md").read_text("utf-8")


def test_every_test_named_on_the_page_of_standards_is_there() -> None:
    files = {path.name: path for path in ROOT.glob("tests/**/test_*.py")}
    named = re.findall(r"`(?:tests/[\w/]+/)?(test_\w+\.py)(?:::(test_\w+)…)?`", PAGE)
    assert len(named) > 30
    missing = [
        f"{file}::{start}"
        for file, start in named
        if file not in files or f"def {start}" not in files[file].read_text("utf-8")
    ]
    assert missing == []
