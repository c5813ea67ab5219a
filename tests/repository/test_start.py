"""`start.py` answers in words before it installs anything."""

import subprocess
import sys
from pathlib import Path

START = Path(__file__).resolve().parents[2] / "start.py"
WORDS = ("test", "fast", "cover", "lint", "types", "bom")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, START, *words], capture_output=True, text=True, check=False
    )


def test_an_unknown_word_is_answered_with_the_known_ones() -> None:
    done = run("tests")
    assert done.returncode == 1
    assert "tests" in done.stderr
    assert all(word in done.stderr.split() for word in WORDS)


def test_help_names_every_word() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert [word for word in WORDS if f"start.py {word} " not in done.stdout] == []
    assert "start.py --empty" in done.stdout
