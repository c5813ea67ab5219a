"""Archives whose bytes do not depend on the moment at which they were packed."""

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_NEVER = (1980, 1, 1, 0, 0, 0)  # the same words are the same bytes, whenever they are packed


def packed_alike(content: bytes) -> bytes:
    """Return an archive packed anew, without the moment at which it was."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as given, ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name in given.namelist():
            about = ZipInfo(name, _NEVER)
            about.compress_type = ZIP_DEFLATED
            packed.writestr(about, given.read(name))
    return out.getvalue()
