"""The words of a page's language: hundreds of them stand on a page, and each is found once."""

from functools import lru_cache
from typing import Any

from flask import Flask, g
from flask_babel import get_locale, get_translations
from markupsafe import Markup

_MOST_KEPT = 16_384  # more than all templates have in both languages
_READ: dict[str, Any] = {}


def install(app: Flask) -> None:
    """Let templates take their words from catalogues that a process reads once."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of its extension
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, n: _catalogue().ungettext(one, many, n),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, n: _catalogue().unpgettext(context, one, many, n),
    )
    # A table says the same word in each of its cells, and the extension works it out each time.
    app.jinja_env.globals["_"] = _word


def _word(text: str, **values: object) -> Markup:
    """Return words in the page's language; values are escaped where they have a place for them."""
    language = _language()
    return _marked(language, text) % values if values else _alone(language, text)


@lru_cache(maxsize=_MOST_KEPT)
def _alone(language: str, text: str) -> Markup:
    return _marked(language, text) % {}


@lru_cache(maxsize=_MOST_KEPT)
def _marked(language: str, text: str) -> Markup:
    return Markup(_READ[language].ugettext(text))  # noqa: S704 - our own words


def _catalogue() -> Any:
    return _READ[_language()]


def _language() -> str:
    if "words_in" not in g:
        language = get_locale().language
        if language not in _READ:
            _READ[language] = get_translations()
        g.words_in = language
    return str(g.words_in)
