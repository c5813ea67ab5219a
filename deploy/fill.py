"""Fill the configuration files of every machine from one table of addresses and passwords.

    python -m deploy.fill MACHINES.toml FOLDER

FOLDER gets a folder for each machine, laid out as its file system: copy each onto its machine.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NGINX = HERE.parent / "docs/deployment/nginx.conf"
EXAMPLE = HERE / "machines.toml"

_ETCD = {"etc/gongping/etcd.yml": HERE / "database/etcd.yml"}
_DATABASE = _ETCD | {"etc/patroni/config.yml": HERE / "database/patroni.yml"}
_NODE = {
    "etc/haproxy/haproxy.cfg": HERE / "node/haproxy.cfg",
    "etc/pgbouncer/pgbouncer.ini": HERE / "node/pgbouncer.ini",
    "etc/pgbouncer/userlist.txt": HERE / "node/userlist.txt",
    "etc/gongping/gongping.env": HERE / "node/gongping.env",
}
_EDGE = _ETCD | {
    "etc/haproxy/haproxy.cfg": HERE / "edge/haproxy.cfg",
    "etc/nginx/conf.d/gongping.conf": NGINX,
}
# Which files a machine gets, by where they lie on it.
MACHINES = {
    "database-1": _DATABASE,
    "database-2": _DATABASE,
    "node-1": _NODE,
    "node-2": _NODE,
    "edge": _EDGE,
}
# Which database a database is the twin of.
_OTHER = {"database-1": "database-2", "database-2": "database-1"}
_PLACE = re.compile(r"@([A-Z][A-Z0-9_]*)@")
_EXAMPLE_HOST = "gongping.example.gov.cn"  # what the file of nginx names


def main(words: list[str]) -> int:
    """Write the files of all machines; returns the exit code."""
    if len(words) != 2:
        sys.stderr.write(str(__doc__))
        return 2
    for path in fill(read(Path(words[0])), Path(words[1])):
        sys.stdout.write(f"{path}\n")
    return 0


def read(path: Path) -> dict[str, Any]:
    """Return a table of machines as it was written."""
    return tomllib.loads(path.read_text("utf-8"))


def fill(table: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write each machine's files, readable by their owner alone, and return where they lie."""
    written = []
    for machine, files in MACHINES.items():
        values = values_of(table, machine)
        for place, template in files.items():
            path = folder / machine / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(filled(template, values), "utf-8")
            written.append(path)
    return written


def values_of(table: Mapping[str, Any], machine: str) -> dict[str, str]:
    """Return what a machine's files are filled with, by the names that stand in them."""
    addresses, passwords = table["addresses"], table["passwords"]
    values = {name.upper(): str(address) for name, address in addresses.items()}
    values |= {f"{name.upper()}_PASSWORD": str(word) for name, word in passwords.items()}
    for name, of in (("SELF", machine), ("OTHER", _OTHER.get(machine, machine))):
        values[name] = values[of.upper().replace("-", "_")]
    return values | {"HOST": str(table["host"]), "SELF_NAME": machine}


def filled(template: Path, values: Mapping[str, str]) -> str:
    """Return a file with its values in place; raises KeyError for one that is not in the table."""
    text = template.read_text("utf-8")
    if template == NGINX:  # a file that is also used by itself, so it names an example
        return text.replace(_EXAMPLE_HOST, values["HOST"])
    return _PLACE.sub(lambda found: values[found[1]], text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
