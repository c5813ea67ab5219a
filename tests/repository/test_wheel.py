"""The wheel holds all it needs and works from any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the built wheel, and nothing else of the project, is installed."""
    built, target = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", built, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def test_the_wheel_holds_what_is_not_code(installed: Path) -> None:
    for wanted in (
        "templates/errors/error.html",
        "static/error.css",
        "migrations/versions/0001_first_tables.py",
        "translations/en/LC_MESSAGES/messages.mo",
        "demo/anlan/scheme.yaml",
        "docs/zh/01-accounts.md",
        "docs/en/01-accounts.md",
        "docs/screenshots/office-desktop-2026-posters.png",
    ):
        assert (installed / "survey" / wanted).is_file(), wanted


def test_the_wheel_holds_no_test_and_no_truth(installed: Path) -> None:
    assert not list(installed.rglob("truth*"))
    assert not (installed / "tests").exists()


def test_the_installed_command_works_from_another_folder(installed: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "SURVEY_HOME": str(tmp_path / "home"),
    }
    code = (
        "import survey, sys; assert survey.__file__.startswith(sys.argv[1]), survey.__file__;"
        "from survey.cli import main; sys.argv = ['survey', 'init']; main()"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(installed)], cwd=tmp_path, env=environment, check=True
    )
    assert (tmp_path / "home" / "survey.db").is_file()
