"""Files as offices have them: tables, workbooks, YAML and JSON, within limits, in any encoding."""

__all__ = [
    "archives",
    "attached",
    "given",
    "packed",
    "photos",
    "signs",
    "tables",
    "times",
    "word_look",
    "workbook_parts",
    "written",
    "yaml_json",
]
