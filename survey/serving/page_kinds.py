"""What kind of page an address is of, for figures that name nobody and no code."""

_BY_FIRST = {
    "q": "questionnaire",
    "r": "receipt",
    "receipt": "receipt",
    "ledger": "ledger",
    "p": "public",
    "office": "office",
    "api": "api",
    "static": "static",
    "healthz": "health",
    "readyz": "health",
    "metrics": "health",
}


def kind_of(method: str, path: str) -> str:
    """Return the kind by what an address begins with; all that is none of ours is `other`."""
    kind = _BY_FIRST.get(path[1:].partition("/")[0], "other")
    return "answer" if kind == "questionnaire" and method == "POST" else kind
