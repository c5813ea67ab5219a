"""What may be told of a fault: its kind and where in the code it arose, never with which values.

The message of an exception may hold a code, a receipt, an address or a resident's own words:
a database quotes the row it did not take. So no message reaches a log; the lines of code do.
"""

import traceback
from collections.abc import Iterator


def kind_of(error: BaseException) -> str:
    """Return an exception's class, and the state the database gave it a name for."""
    cause = getattr(error, "orig", None)
    if not isinstance(cause, BaseException):
        return _name(error)
    state = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    return " ".join(filter(None, (_name(error), _name(cause), state)))


def where(error: BaseException) -> str:
    """Return an exception and its causes with the lines of code they passed, without messages."""
    return "\n".join(
        "".join(traceback.format_tb(each.__traceback__)) + kind_of(each)
        for each in reversed(list(_chain(error)))
    )


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
