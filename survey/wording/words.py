"""The same words in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Lang: TypeAlias = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """Chinese and English; as a template with the same ``{placeholders}`` in both."""

    zh: str
    en: str

    def text(self, lang: str) -> str:
        """Return one of the two."""
        return self.en if lang == "en" else self.zh


Names: TypeAlias = Mapping[str, Words]
