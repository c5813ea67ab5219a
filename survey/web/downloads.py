"""Files offered for download, under names that may be Chinese."""

from urllib.parse import quote


def attachment(name: str) -> str:
    """Return the header that offers a file under a name, which may be Chinese (RFC 6266)."""
    plain = "".join(sign if sign.isascii() and sign != '"' else "_" for sign in name)
    whole = "" if plain == name else f"; filename*=UTF-8''{quote(name)}"
    return f'attachment; filename="{plain}"{whole}'
