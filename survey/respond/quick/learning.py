"""Headers are those of the framework: taken from what it answered to a usual request before."""

from collections.abc import Callable, Mapping
from typing import Any

from survey.respond import page
from survey.respond.questionnaire import Questionnaire
from survey.respond.quick.asking import asked_by

Headers = list[tuple[str, str]]

_OF_ONE_ANSWER = {"content-length", "set-cookie"}


class Learned:
    """The headers of pages by their policy, and of the answer to a form that was taken."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, bool], Headers] = {}
        self._thanks: Headers | None = None

    @property
    def of_thanks(self) -> Headers | None:
        """The headers that a page's script is answered with; None before there was one."""
        return self._thanks

    def of_page(self, asked: Questionnaire, *, gzipped: bool) -> Headers | None:
        """Return the headers of a questionnaire's page; None before there was one."""
        return self._pages.get((page.policy(asked), gzipped))

    def watching(self, environ: Mapping[str, Any], start_response: Any) -> Callable[..., Any]:
        """Return what the framework is to call: it looks at the headers of usual requests."""
        method = environ.get("REQUEST_METHOD")
        if method not in {"GET", "POST"} or asked_by(environ) is None:
            started: Callable[..., Any] = start_response
            return started

        def start(status: str, headers: Headers, *rest: Any) -> Any:
            if status.startswith("200 "):
                self._learn(method, headers)
            return start_response(status, headers, *rest)

        return start

    def _learn(self, method: str, headers: Headers) -> None:
        said = {name.lower(): value for name, value in headers}
        kept = [(name, value) for name, value in headers if name.lower() not in _OF_ONE_ANSWER]
        if "set-cookie" in said:
            return
        if method == "GET" and said.get("content-type", "").startswith("text/html"):
            policy = said.get("content-security-policy", "")
            self._pages[policy, said.get("content-encoding") == "gzip"] = kept
        elif method == "POST" and said.get("content-type") == "application/json":
            self._thanks = kept
