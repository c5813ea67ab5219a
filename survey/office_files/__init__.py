"""Files as offices have them: tables, workbooks, YAML and JSON, within limits, in any encoding."""

__all__ = ["given", "signs", "tables", "times", "yaml_json"]
