"""Compiles the translations when the package is built; .mo files are not kept in git."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface[Any]):
    """Writes a .mo beside every .po."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before files are collected; called for wheels and for editable installs."""
        for source in Path(self.root, "survey", "translations").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po))
