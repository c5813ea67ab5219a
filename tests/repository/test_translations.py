"""Chinese is the source; English is complete."""

import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[一-鿿]")


def english() -> Catalog:
    with (ROOT / "survey/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


@cache
def used() -> set[str]:
    found: set[str] = set()
    for folder, methods in (
        ("survey", [("**.py", "python")]),
        ("templates", [("**.html", "jinja2.ext.babel_extract")]),
    ):
        options = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
        for entry in extract_from_dir(ROOT / folder, methods, options):
            message = entry[2]
            found.update([message] if isinstance(message, str) else message[:1])
    return found


def test_every_word_of_the_program_has_an_english_one() -> None:
    catalogue = english()
    missing = [text for text in used() if not _translated(catalogue, text)]
    assert sorted(missing) == []


def test_no_english_is_left_over_from_words_that_are_gone() -> None:
    kept = {_first(message.id) for message in english() if message.id}
    assert sorted(kept - used()) == []


def test_english_is_english() -> None:
    wrong = [m.id for m in english() if m.id and CHINESE.search(str(m.string)) and m.id != "中文"]
    assert wrong == []


def test_placeholders_agree() -> None:
    pattern = re.compile(r"%\(\w+\)[sd]")
    wrong = [
        message.id
        for message in english()
        if isinstance(message.id, str)
        and set(pattern.findall(message.id)) != set(pattern.findall(str(message.string)))
    ]
    assert wrong == []


def _translated(catalogue: Catalog, text: str) -> bool:
    message = catalogue.get(text)
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def _first(identity: str | tuple[str, ...]) -> str:
    return identity if isinstance(identity, str) else identity[0]
