"""A disk whose syncs take longer: `fsync` and `fdatasync` wait first, in every process begun then.

By a library put before the system's own, compiled when it is asked for.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void rest(void) {
    long ms = atol(getenv("BENCH_SYNC_MS") ? getenv("BENCH_SYNC_MS") : "0");
    struct timespec wait = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&wait, 0);
}
#define SLOWED(name) int name(int file) { \
    int (*own)(int) = dlsym(RTLD_NEXT, #name); rest(); return own(file); }
SLOWED(fsync)
SLOWED(fdatasync)
"""


@contextmanager
def slowed(milliseconds: int) -> Iterator[None]:
    """Let syncs take so much longer in the processes that are begun meanwhile."""
    if not milliseconds:
        yield
        return
    compiler = shutil.which("cc")
    if compiler is None:
        raise SystemExit("no C compiler (cc): a slower disk cannot be had here")
    with TemporaryDirectory(prefix="bench-slow-disk-") as folder:
        source, library = Path(folder) / "slow.c", Path(folder) / "slow.so"
        source.write_text(_SOURCE, encoding="ascii")
        command = [compiler, "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
        subprocess.run(command, check=True)
        os.environ |= {"LD_PRELOAD": str(library), "BENCH_SYNC_MS": str(milliseconds)}
        try:
            yield
        finally:
            del os.environ["LD_PRELOAD"], os.environ["BENCH_SYNC_MS"]
