"""How a resident's page looks: the language and the size he chose, and the headers it goes with."""

import gzip
from dataclasses import dataclass

from flask import Response, request

from survey.respond.inline import inline
from survey.web.request import language, use_language

MODES = ("normal", "elder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """The language and the size a resident chose."""

    lang: str
    mode: str

    @property
    def query(self) -> str:
        """Return the choice as it stands in an address."""
        return f"lang={self.lang}&mode={self.mode}"


def presentation() -> Presentation:
    """Return what this request asks for, by its address or by a switch in the form it sends."""
    lang, mode = language(), request.values.get("mode", "")
    switched, _dash, wanted = request.form.get("do", "").partition("-")
    if switched == "lang":
        lang = wanted
    if switched == "mode":
        mode = wanted
    use_language(lang)
    return Presentation(lang=language(), mode=mode if mode in MODES else MODES[0])


def show(content: str | bytes, status: int = 200, *, policy: str = "") -> Response:
    """Return a page that no cache keeps, with the policy of its scripts or the plain one.

    A text goes compressed to whoever takes that; bytes are sent as they are.
    """
    encoding = ""
    if isinstance(content, str) and request.accept_encodings["gzip"]:
        content, encoding = gzip.compress(content.encode(), mtime=0), "gzip"
    response = Response(content, status, mimetype="text/html")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Content-Security-Policy"] = policy or inline().policy
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Encoding"
    # An address typed with a code or a receipt in it is told to no other page, nor to its log.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
