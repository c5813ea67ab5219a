"""What a request says for itself: the installation it runs in and the language it speaks."""

from pathlib import PureWindowsPath
from typing import cast

from flask import current_app, g, request, session

from survey.site.installation import Site

LANGUAGES = ("zh", "en")


def site() -> Site:
    """Return the installation this request runs in."""
    return cast(Site, current_app.extensions["survey"])


def language() -> str:
    """Return `zh` or `en`: what this request asks for, else what the official chose, else zh."""
    asked = g.get("language") or request.values.get("lang") or session.get("lang")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def use_language(lang: str) -> None:
    """Let the rest of this request speak a language."""
    g.language = lang if lang in LANGUAGES else LANGUAGES[0]


def file_name(given: str | None) -> str:
    """Return the name of a file for what is said of it, without the folders some browsers tell."""
    return PureWindowsPath(given or "").name[:100]
