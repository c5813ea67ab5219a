"""The catalogue of a page's language, found once for a page: hundreds of its words ask for it."""

from typing import Any

from flask import Flask, g
from flask_babel import get_locale, get_translations

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


def _catalogue() -> Any:
    if "catalogue" not in g:
        language = get_locale().language
        if language not in _READ:
            _READ[language] = get_translations()
        g.catalogue = _READ[language]
    return g.catalogue
