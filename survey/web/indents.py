"""Templates are indented for whoever reads them; what is served need not carry that."""

import re

from jinja2.ext import Extension

# The newline after a block is Jinja's own (trim_blocks): a word behind it, say an attribute, keeps
# one blank, or it would join the word before the block.
_INDENT = re.compile(r"(?<=%\}\n)[ \t]*(?P<blank>[ \t])(?=\w)|^[ \t]+", re.MULTILINE)


class Unindented(Extension):
    """Drop what a line of a template begins with before the template is compiled.

    A newline stays where it was, as white space between words and in a tag, and so do line numbers.
    No template writes text of several lines into a textarea or a literal: values are put in later.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the source without its indents."""
        del name, filename
        return _INDENT.sub(lambda found: found["blank"] or "", source)
