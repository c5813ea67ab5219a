"""Style and script of the resident's page, written into it so that one request is enough."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from survey.site import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """The texts between the tags, and the policy that lets the browser run exactly these."""

    style: Markup
    early: Markup
    script: Markup
    policy: str


@cache
def inline(*, more: bool = False, several: bool = False) -> Inline:
    """Return style and scripts without their indents and comments.

    `more` for a questionnaire with unscored items or varied orders, `several` for several units.
    """
    style, early, script = (_read(name) for name in ("page.css", "early.js", "page.js"))
    if more:
        script = "\n".join([_read("relevance.js"), _read("more.js"), script])
    if several:
        style = "\n".join([style, _read("sitting.css")])
        script = "\n".join([_read("sitting.js"), script])
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(early)} {_hash(script)}; "
        "connect-src 'self'; worker-src 'self'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    # Markup: our own files, whose every byte the policy names.
    return Inline(
        style=Markup(style),  # noqa: S704
        early=Markup(early),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=policy,
    )


def _read(name: str) -> str:
    text = (resources.folder("static") / "respond" / name).read_text("utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
