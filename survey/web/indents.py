"""Templates are indented for whoever reads them; what is served need not carry that."""

import re

from jinja2.ext import Extension

_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


class Unindented(Extension):
    """Drop what a line of a template begins with before the template is compiled.

    A newline stays where it was, as white space between words and in a tag, and so do line numbers.
    No template writes text of several lines into a textarea or a literal: values are put in later.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the source without its indents."""
        del name, filename
        return _INDENT.sub("", source)
