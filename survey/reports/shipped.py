"""The templates as they are shipped, in `templates/documents`."""

from functools import cache

from survey.reports.kinds import Kind
from survey.site.resources import folder


@cache
def shipped(kind: Kind, lang: str) -> bytes:
    """Return the shipped template of a document in a language."""
    return (folder("templates") / "documents" / f"{kind}.{lang}.docx").read_bytes()
