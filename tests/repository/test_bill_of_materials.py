"""The bill of materials holds what is locked, and nothing else."""

import json
import re
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
LOCKED = re.compile(r"^([a-z][\w.-]*)(?:\[[\w,]+\])?==(\S+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def test_every_locked_package_and_each_of_its_hashes_is_in_the_bill_of_materials() -> None:
    locks = "\n".join((REQUIREMENTS / name).read_text() for name in ("main.txt", "font.txt"))
    bill = json.loads((REQUIREMENTS / "bom.cdx.json").read_text("utf-8"))
    listed = {(part["name"], part["version"]) for part in bill["components"]}
    hashes = {
        digest["content"]
        for part in bill["components"]
        for place in part["externalReferences"]
        for digest in place["hashes"]
    }
    assert listed == set(LOCKED.findall(locks)), "run `python3 start.py bom`"
    assert hashes == set(HASH.findall(locks)), "run `python3 start.py bom`"
    assert len(listed) > 40


def test_the_bill_of_materials_tells_neither_when_nor_where_it_was_made() -> None:
    bill = json.loads((REQUIREMENTS / "bom.cdx.json").read_text("utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    assert "timestamp" not in bill["metadata"]
    assert "serialNumber" not in bill
    assert bill["metadata"]["component"]["licenses"][0]["license"]["id"] == "MulanPSL-2.0"


def test_the_lock_names_the_extras_that_hashes_require() -> None:
    """pip, asked for hashes, refuses `psycopg` where the project asks for `psycopg[binary]`."""
    assert "psycopg[binary]==" in (REQUIREMENTS / "main.txt").read_text("utf-8")
