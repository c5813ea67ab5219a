"""The words a comment says something by: cut from its redacted text, what names a person left out.

Cut by the dictionary of jieba-rs alone, without its guessing of unknown words: what no dictionary
has (most names, slips of the pen) falls into single signs, and those are dropped.
"""

import re
import unicodedata
from pathlib import Path

from survey.feedback.redact import redact

_TAKEN_OUT = re.compile(r"〔[^〕]*〕")  # what the redaction put in place of a number or a name
_HAN = re.compile(r"[一-鿿㐀-䶿]{2,}")
_NUMERALS = re.compile(r"[〇零一二三四五六七八九十百千万亿两几半第]+")
# By the dictionary: nouns, verbs, adjectives, idioms, short forms, places; not particles, pronouns,
# adverbs, measures, days, numbers.
_SAYING = tuple("nvaliljbsz")
_PERSON = "nr"

# They stand in any comment and say nothing of the matter.
STOP_WORDS = frozenset(Path(__file__).with_name("stop_words.txt").read_text("utf-8").split())


def words_said(text: str) -> frozenset[str]:
    """Return the words of a comment, each once; none that is a number, a single sign or a name."""
    # Loads a dictionary of 33 MB, which only a release needs.
    import rjieba  # noqa: PLC0415

    plain = unicodedata.normalize("NFKC", _TAKEN_OUT.sub(" ", redact(text)))
    said, before = set[str](), ""
    for word, tag in rjieba.tag(plain, hmm=False):
        if not before and _says_something(word, tag):
            said.add(word)
        # What follows a surname is the rest of a name.
        before = word if len(word) == 1 and tag.startswith(_PERSON) else ""
    return frozenset(said)


def _says_something(word: str, tag: str) -> bool:
    return (
        tag.startswith(_SAYING)
        and not tag.startswith(_PERSON)
        and word not in STOP_WORDS
        and _HAN.fullmatch(word) is not None
        and _NUMERALS.fullmatch(word) is None
    )
