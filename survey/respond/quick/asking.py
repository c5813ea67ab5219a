"""What a request asks for, where it is of the usual kind; whatever is unusual is left alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.http import parse_accept_header

from survey import codes
from survey.respond.presentation import MODES, Presentation
from survey.respond.quick.filling import Given, given_in
from survey.web.request import LANGUAGES

RECEIPTS = "/r"
_PATH = "/q/"
_LENGTHS = (codes.POSTER_LENGTH, codes.PERSONAL_LENGTH)
_RECEIPT_LENGTH = codes.PERSONAL_LENGTH  # ten bytes are as long
_SIGNS = frozenset(codes.ALPHABET)
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_COPY = "*/*"  # a service worker takes it to keep: nobody looks at it
_LOOKS = {(lang, mode): Presentation(lang=lang, mode=mode) for lang in LANGUAGES for mode in MODES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A usual request for a questionnaire: its code as it is printed, and the look by its address.

    `lang` and `mode` are empty where the address does not say them.
    """

    code: str
    lang: str
    mode: str
    host: str
    gzipped: bool
    copied: bool
    user_agent: str
    address: str | None

    @property
    def look(self) -> Presentation:
        """Return the look of a page without a form that could say more."""
        return Presentation(lang=self.lang or LANGUAGES[0], mode=self.mode or MODES[0])

    def look_with(self, lang: str | None, mode: str | None) -> Presentation | None:
        """Return the look of a form's answer that says these; None for one we do not have."""
        return _LOOKS.get((self.lang or lang or "", self.mode or mode or ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedReceipt:
    """A usual request of who has just handed in: for the page, or, with a `code`, for the thanks.

    `lang` and `mode` are empty where an address does not say them.
    """

    lang: str
    mode: str
    host: str
    gzipped: bool
    code: str = ""


def receipt_asked_by(environ: dict[str, Any], *, largest: int) -> AskedReceipt | None:
    """Return what a request asks for; None where it is not a usual one for a receipt."""
    if environ.get("PATH_INFO") != RECEIPTS or "HTTP_COOKIE" in environ:
        return None
    asked, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
    if asked == "POST" and environ.get("HTTP_X_PARTIAL") == "1" and not query:
        body = _form_in(environ, largest=largest)
        look, code = _sent_by_page(given_in(body) or Given()) if body else (None, "")
    elif asked == "GET":
        look, code = _look_in(query), ""
    else:
        return None
    return look and AskedReceipt(
        lang=look[0],
        mode=look[1],
        host=environ.get("HTTP_HOST", ""),
        gzipped=_takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")),
        code=code,
    )


def _sent_by_page(given: Given) -> tuple[tuple[str, str] | None, str]:
    """Return look and receipt as the page's script sends them after an answer without a comment."""
    said = {name: values[0] for name, values in given.items() if len(values) == 1}
    code, look = said.pop("code", ""), (said.pop("lang", ""), said.pop("mode", ""))
    usual = len(said) == len(given) - 3 and said in ({"new": "1"}, {"new": "1", "ticket": ""})
    known = look[0] in LANGUAGES and look[1] in MODES
    is_receipt = len(code) == _RECEIPT_LENGTH and _SIGNS.issuperset(code)
    return (look, code) if usual and known and is_receipt else (None, "")


def asked_by(environ: Mapping[str, Any]) -> Asked | None:
    """Return what a request asks for; None where it is not a usual one for a questionnaire."""
    path = environ.get("PATH_INFO", "")
    if not path.startswith(_PATH) or "HTTP_COOKIE" in environ or environ.get("SCRIPT_NAME"):
        return None
    code, look = path[len(_PATH) :], _look_in(environ.get("QUERY_STRING", ""))
    if len(code) not in _LENGTHS or not _SIGNS.issuperset(code) or look is None:
        return None
    return Asked(
        code=code,
        lang=look[0],
        mode=look[1],
        host=environ.get("HTTP_HOST", ""),
        gzipped=_takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")),
        copied=environ.get("HTTP_ACCEPT") == _COPY,
        user_agent=environ.get("HTTP_USER_AGENT", ""),
        address=environ.get("REMOTE_ADDR"),
    )


def body_of(environ: dict[str, Any], *, largest: int) -> bytes | None:
    """Return the form that a page's script sends, leaving it to be read again; None if unusual."""
    return _form_in(environ, largest=largest) if environ.get("HTTP_ACCEPT") == _JSON else None


def _form_in(environ: dict[str, Any], *, largest: int) -> bytes | None:
    if environ.get("CONTENT_TYPE") != _FORM:
        return None
    length = environ.get("CONTENT_LENGTH", "")
    if not length.isdecimal() or not 0 < int(length) <= largest:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == int(length) else None


@lru_cache(maxsize=256)
def _look_in(query: str) -> tuple[str, str] | None:
    """Return language and mode of an address, '' for what it does not say; None if unusual."""
    pairs = parse_qsl(query, keep_blank_values=True)
    said = dict(pairs)
    lang, mode = said.pop("lang", ""), said.pop("mode", "")
    usual = len(pairs) == bool(lang) + bool(mode) and not said
    known = lang in {"", *LANGUAGES} and mode in {"", *MODES}
    return (lang, mode) if usual and known else None


@lru_cache(maxsize=256)
def _takes_gzip(header: str) -> bool:
    return bool(parse_accept_header(header)["gzip"])
