"""Homes of one small campaign at each of its stages, copied for each attack on them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from survey.demo.campaigns import stage_result
from tests.demonstrated import CODE, answered, close
from tests.officials import add_officials
from tests.once import once
from tests.verification.homes import N, opened, run, whole_in_one_file


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> dict[str, Path]:
    """Homes of one small campaign: open, closed, scored and released."""

    def make(folder: Path) -> None:
        home = folder / "open"
        home.mkdir(parents=True)
        shutil.copy(migrated_file, home / "survey.db")
        site = opened(home)
        answered(site, n=N)
        add_officials(site)
        whole_in_one_file(site)
        for stage in ("closed", "released"):
            shutil.copytree(home, folder / stage)
        site = opened(folder / "closed")
        close(site)
        whole_in_one_file(site)
        assert run(folder / "closed", "ledger", "head", CODE).exit_code == 0
        site = opened(folder / "released")
        stage_result(site, code=CODE)
        whole_in_one_file(site)
        shutil.copytree(folder / "closed", folder / "scored")
        assert run(folder / "scored", "score", CODE).exit_code == 0

    folder = once(tmp_path_factory, "stages", make)
    return {name: folder / name for name in ("open", "closed", "scored", "released")}


@pytest.fixture
def home_of(stages: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    def copied(stage: str) -> Path:
        return Path(shutil.copytree(stages[stage], tmp_path / stage))

    return copied
