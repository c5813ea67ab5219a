"""The project's own rules, checked by the tools that know them."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

CHECKS = {
    "style": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "types": ["mypy"],
    "import contracts": ["lint-imports"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_check(check: str) -> None:
    tool, *words = CHECKS[check]
    done = subprocess.run(
        [BIN / tool, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
