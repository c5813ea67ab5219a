"""Where a county's tables and documents are read from: a folder, or one workbook."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from survey.office_files.given import given, read_table, told_as_given, unread
from survey.office_files.tables import Table, bounded, decoded
from survey.office_files.yaml_json import Beyond, parse_json, parse_yaml
from survey.problems import Problem, Refused

TEXTS = ("texts.yaml", "notices.yaml")  # the second is the contract's name for it
DOCUMENTS = ("scheme.yaml", "questionnaire.json", *TEXTS)
TABLES = (
    *("units.csv", "townships.csv", "respondent_groups.csv", "class_group_weights.csv"),
    *("population_cells.csv", "population_margins_18plus.csv"),
)


class Source(Protocol):
    """Gives tables and documents by the names they have as files of a folder."""

    def holds(self, name: str) -> bool:
        """Say whether there is one of this name."""

    def table(self, name: str) -> Table:
        """Return a table; raises Refused where it is missing or cannot be read."""

    def document(self, name: str) -> Any:
        """Return what a document holds; raises Refused as `table` does."""

    def passed_over(self) -> Iterator[Problem]:
        """Yield what would be passed over in silence."""

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of every file that is read, by name."""

    def told(self) -> AbstractContextManager[None]:
        """Name in what is refused the places that whoever gave this knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource:
    """A folder of files; any table of it may be a workbook of the same name."""

    path: Path

    def holds(self, name: str) -> bool:
        """Say whether there is a file of this name."""
        return given(self.path / name).exists()

    def table(self, name: str) -> Table:
        """Return a table; raises Refused where it is missing or cannot be read."""
        self._need(name)
        return read_table(given(self.path / name))

    def document(self, name: str) -> Any:
        """Return what a document holds; raises Refused as `table` does."""
        self._need(name)
        text = decoded(bounded(self.path / name), name)
        try:
            return parse_json(text) if name.endswith(".json") else parse_yaml(text)
        except Beyond as beyond:
            raise Refused([beyond.problem(name)]) from beyond

    def _need(self, name: str) -> None:
        if not self.holds(name):
            raise Refused.of(
                zh="文件不存在，请放入该文件夹",
                en="the file is missing; put it into the folder",
                file=name,
            )

    def passed_over(self) -> Iterator[Problem]:
        """Yield tables that are there twice, or as what would be passed over in silence."""
        return unread(self.path, TABLES)

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of every file that is read, by name."""
        files = [self.path / name for name in DOCUMENTS]
        files += [given(self.path / name) for name in TABLES]
        return {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in files
            if file.exists()
        }

    def told(self) -> AbstractContextManager[None]:
        """Name the workbooks of the folder in what is refused of it."""
        return told_as_given(self.path)
