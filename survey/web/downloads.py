"""Files offered for download, under names that may be Chinese."""

from collections.abc import Iterable
from typing import IO
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile


def attachment(name: str) -> str:
    """Return the header that offers a file under a name, which may be Chinese (RFC 6266)."""
    plain = "".join(sign if sign.isascii() and sign != '"' else "_" for sign in name)
    whole = "" if plain == name else f"; filename*=UTF-8''{quote(name)}"
    return f'attachment; filename="{plain}"{whole}'


def pack(file: IO[bytes], papers: Iterable[tuple[str, bytes]]) -> None:
    """Write files into one archive, each before the next is made; PDF is packed already."""
    with ZipFile(file, "w") as archive:
        for name, content in papers:
            packed = ZIP_STORED if name.endswith(".pdf") else ZIP_DEFLATED
            archive.writestr(name, content, compress_type=packed)
