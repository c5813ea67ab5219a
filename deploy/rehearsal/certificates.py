"""An authority of the installation's own, and a certificate for each machine, by openssl."""

from __future__ import annotations

import subprocess
from pathlib import Path

_DAYS = "3"  # of a rehearsal; a real one renews them
_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def make_authority(folder: Path) -> None:
    """Make the authority's key and certificate: its key never leaves the folder."""
    folder.mkdir(parents=True)
    made = ["-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.crt")]
    openssl("req", "-x509", *_KEY, *made, "-days", _DAYS, "-subj", "/CN=gongping rehearsal")


def certify(authority: Path, folder: Path, *, name: str, names: str) -> None:
    """Write `ca.crt`, `machine.crt`, `machine.key` and both in one, `machine.pem`.

    `names` are those that the certificate is good for, as openssl writes them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key, request, made = (folder / f"machine.{end}" for end in ("key", "csr", "crt"))
    openssl("req", *_KEY, "-keyout", str(key), "-out", str(request), "-subj", f"/CN={name}")
    said = folder / "names"
    said.write_text(f"subjectAltName={names}\n")
    by = ["-CA", str(authority / "ca.crt"), "-CAkey", str(authority / "ca.key"), "-CAcreateserial"]
    into = ["-in", str(request), "-out", str(made), "-days", _DAYS, "-extfile", str(said)]
    openssl("x509", "-req", *into, *by)
    (folder / "ca.crt").write_bytes((authority / "ca.crt").read_bytes())
    (folder / "machine.pem").write_bytes(made.read_bytes() + key.read_bytes())
    for path in (request, said):
        path.unlink()


def openssl(*words: str) -> None:
    """Run openssl, silently."""
    subprocess.run(["openssl", *words], check=True, capture_output=True)
