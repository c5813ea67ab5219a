"""Files that jobs make: kept a day, by the digest of what is in them.

They lie beside the database, readable by the installation's own user alone, and in no backup.
"""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from survey.site.installation import Site

FOLDER = "made"
KEPT = timedelta(days=1)


def keep_file(site: Site, content: bytes, *, name: str) -> dict[str, str]:
    """Keep a file for a day and return by what it is found: part of a job's result."""
    digest = hashlib.sha256(content).hexdigest()
    folder = site.settings.home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path, unfinished = folder / digest, folder / f"{digest}.{os.getpid()}"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    unfinished.replace(path)
    return {"file": digest, "name": name}


def kept_file(site: Site, result: Mapping[str, Any]) -> bytes | None:
    """Return a file that is kept still and is what was made; None where it is not."""
    try:
        content = _path(site, result).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == result["file"] else None


def sweep_files(site: Site) -> None:
    """Delete what was made longer ago than files are kept."""
    before = site.clock().timestamp() - KEPT.total_seconds()
    with suppress(OSError):  # there is no such folder yet, or another process sweeps too
        for path in sorted((site.settings.home / FOLDER).iterdir()):
            if path.stat().st_mtime < before:
                path.unlink()


def _path(site: Site, result: Mapping[str, Any]) -> Path:
    return site.settings.home / FOLDER / str(result["file"])
