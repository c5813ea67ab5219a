"""What a server says of itself goes to a file; the terminal keeps what people are told."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOG_FILE = "server.log"
_LARGEST = 8 * 1024 * 1024  # one that has grown so large is kept beside as server.log.1


@contextmanager
def logging_to(home: Path) -> Iterator[Path]:
    """Let this process, and the workers it makes, write to the log of a home instead.

    By the file descriptors, so that what is not said by Python goes there too.
    """
    path = home / LOG_FILE
    if path.exists() and path.stat().st_size > _LARGEST:
        path.replace(path.with_name(f"{LOG_FILE}.1"))
    sys.stdout.flush()
    sys.stderr.flush()
    terminal = [os.dup(stream) for stream in (1, 2)]
    with path.open("ab", buffering=0) as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
        try:
            yield path
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for stream, kept in zip((1, 2), terminal, strict=True):
                os.dup2(kept, stream)
                os.close(kept)
