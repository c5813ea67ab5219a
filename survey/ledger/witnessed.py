"""Heads that came back from outside: files of the drop folder, of mail, of an auditor."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey.ledger.checker import Head, heads_in
from survey.ledger.heads_file import read_heads_file
from survey.problems import Problem

_ENDINGS = {".json", ".jsonl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """Heads with the file each stands in, and what could not be read."""

    heads: tuple[tuple[str, Head], ...]
    problems: tuple[Problem, ...]


def read_witnessed(folder: Path | None, files: Sequence[Path] = ()) -> Witnessed:
    """Read all heads in a folder and in further files."""
    heads: list[tuple[str, Head]] = []
    problems: list[Problem] = []
    if folder is not None and not folder.is_dir():
        problems.append(_no_folder(folder))
    for path in [*_in_folder(folder), *files]:
        try:
            heads += [(path.name, head) for head in _read(path)]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            problems.append(_unreadable(path, error))
    return Witnessed(heads=tuple(heads), problems=tuple(problems))


def _in_folder(folder: Path | None) -> Iterable[Path]:
    if folder is None or not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix in _ENDINGS and not path.name.startswith(".")
    )


def _read(path: Path) -> list[Head]:
    if path.suffix == ".jsonl":
        return list(read_heads_file(path).kept.values())
    file: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return heads_in(file)


def _no_folder(folder: Path) -> Problem:
    return Problem(
        field="SURVEY_HEADS_WITNESSED",
        zh=f"没有 {folder.name} 这个文件夹，外部保存的总校验码未能核对；请接好存储介质或改正设置",
        en=f"there is no folder {folder.name}, so no head from outside was compared; connect the "
        "medium or correct the setting",
    )


def _unreadable(path: Path, error: Exception) -> Problem:
    return Problem(
        file=path.name,
        zh=f"读不懂，其中的总校验码未能核对（{type(error).__name__}）；请换用完好的文件，或将其移出",
        en=f"cannot be read, its heads were not compared ({type(error).__name__}); put a sound "
        "copy in its place, or take it away",
    )
