"""What pages ask of the rules below them."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import abort

from survey.problems import Refused

Asked = ParamSpec("Asked")
Found = TypeVar("Found")


def found_or_404(
    find: Callable[Asked, Found], /, *asked: Asked.args, **named: Asked.kwargs
) -> Found:
    """Return what a rule finds; the page does not exist where it refuses."""
    try:
        return find(*asked, **named)
    except Refused:
        abort(404)
