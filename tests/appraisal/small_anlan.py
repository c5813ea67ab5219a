"""安澜县 with nine of its units: what the golden records of every format were made of.

`python -m tests.appraisal.small_anlan OUT SOURCE` writes it from the county's folder of any
version; `survey appraise` of that version then makes the record.
"""

import re
import shutil
import sys
from pathlib import Path

from tests.factories import ANLAN

UNITS = ("A01", "A02", "A08", "A12", "B01", "B02", "B03", "B05", "C05")


def write_small_anlan(out: Path, source: Path = ANLAN) -> Path:
    """Write the county with nine units to a folder, and return it."""
    shutil.copytree(source, out, ignore=shutil.ignore_patterns("main_system*"))
    for name, column in (("units.csv", 0), ("responses_demo.csv", 1)):
        lines = (source / name).read_text("utf-8-sig").splitlines(keepends=True)
        kept = [line for line in lines[1:] if line.split(",")[column] in UNITS]
        (out / name).write_text("".join([lines[0], *kept]), "utf-8")
    scheme = out / "scheme.yaml"
    text = scheme.read_text("utf-8")
    for class_code in "ABC":  # a scheme says how many units its classes have
        number = sum(unit.startswith(class_code) for unit in UNITS)
        text = re.sub(rf"(?m)^(  {class_code}: .*units: )\d+", rf"\g<1>{number}", text)
    scheme.write_text(text, "utf-8")
    return out


if __name__ == "__main__":
    write_small_anlan(*map(Path, sys.argv[1:]))
