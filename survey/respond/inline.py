"""Style and script of the resident's page, written into it so that one request is enough."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from survey.respond import stripped
from survey.site import resources

# One function of several files, each what the resident does; the first has what all of them share.
_PAGE = ("page.js", "draft.js", "answers.js", "steps.js", "outbox.js", "start.js")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """The texts between the tags, and the policy that lets the browser run exactly these."""

    style: Markup
    early: Markup
    script: Markup
    policy: str

    @property
    def policy_with_files(self) -> str:
        """The same for a page that also asks for a script of ours by its address."""
        return self.policy.replace("script-src ", "script-src 'self' ")


@cache
def inline(*, asks: bool = False, more: bool = False, several: bool = False) -> Inline:
    """Return style and scripts as they are sent.

    `asks` for a page with questions, `more` for a questionnaire with unscored items or varied
    orders, `several` for several units.
    """
    styles, before = ["page.css", *([] if asks else ["told.css"])], list[str]()
    if more:
        before += ["relevance.js", "more.js"]
    if several:
        styles.append("sitting.css")
        before.append("sitting.js")
    style = "\n".join(stripped.style(_read(name)) for name in styles)
    early = stripped.script(_read("early.js"))
    page = "\n".join(_read(name) for name in _PAGE)
    whole = [*(_read(name) for name in before), f"(function(){{'use strict';\n{page}}}());"]
    script = stripped.script("\n".join(whole))
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
    return (resources.folder("static") / "respond" / name).read_text("utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
