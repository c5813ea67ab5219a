"""Files as offices have them: tables, and YAML and JSON, within limits and in any encoding."""

__all__ = ["signs", "tables", "times", "yaml_json"]
