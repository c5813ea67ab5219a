"""Scored items as they stand in an XLSForm, for conditions to name."""

from collections.abc import Mapping
from typing import Any

from survey.scheme.xlsform.columns import LANGUAGES

# Longer than the code of an item may be, so that none has the same name.
SCALE = "satisfaction_scale"

Cells = dict[str, str]


def scored_cells(item: Mapping[str, Any]) -> Cells:
    """Return the row of a scored item."""
    return {
        "type": f"select_one {SCALE}",
        "name": item["id"],
        **words_cells("label", item),
        **words_cells("hint", item.get("hint")),
        "required": "yes",
    }


def scale_cells(questionnaire: Mapping[str, Any]) -> list[Cells]:
    """Return the options of scored items."""
    return [
        {"list_name": SCALE, "name": str(level["value"]), **words_cells("label", level)}
        for level in questionnaire["scale"]
    ]


def words_cells(column: str, said: Mapping[str, Any] | None) -> Cells:
    """Return words in both languages, each in the column of its own."""
    return {f"{column}::{lang}": said[lang] for lang in LANGUAGES if lang in said} if said else {}
