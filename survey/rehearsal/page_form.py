"""The form of a resident's page, as a browser has it before anybody has touched it."""

from __future__ import annotations

from collections import defaultdict
from html.parser import HTMLParser


class PageForm(HTMLParser):
    """Collects the hidden fields of a page, and what may be chosen in the others."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.choices: defaultdict[str, list[str]] = defaultdict(list)
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field or an option."""
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and value:
            self.choices[self._select].append(value)
        elif tag == "input" and name and given.get("type") == "hidden":
            self.hidden[name] = value
        elif tag == "input" and name and given.get("type") == "radio":
            self.choices[name].append(value)

    def handle_endtag(self, tag: str) -> None:
        """Note where a list of options ends."""
        if tag == "select":
            self._select = ""
