"""Feedback letters of a released county, as many as asked for, against a minute for two hundred.

python -m bench.letters SCORES.json [LETTERS]
"""

import hashlib
import json
import sys
import time
from pathlib import Path

from survey.appraisal.record import ScoreDocument
from survey.reports.drawing import About, draw
from survey.reports.kinds import shipped

LIMIT = 60 / 200  # seconds a letter


def main(scores: Path, n: int) -> bool:
    """Draw letters of the units in turn; tell whether they kept to the limit."""
    document = ScoreDocument.from_dict(json.loads(scores.read_text("utf-8")))
    template = shipped("letter", "zh")
    units = [unit.unit_code for unit in document.units]
    begun, worked = time.perf_counter(), time.process_time()
    size = 0
    for number in range(n):
        about = About(
            kind="letter",
            unit_code=units[number % len(units)],
            lang="zh",
            release=document.release.id,
            template=hashlib.sha256(template).hexdigest(),
        )
        size += len(draw(template, document, about))
    seconds, processor = time.perf_counter() - begun, time.process_time() - worked
    print(f"{n} letters {seconds:.1f} s, {processor:.1f} s of a processor, {size / 1e6:.1f} MB")
    return processor <= LIMIT * n  # of others on the machine nothing is told


if __name__ == "__main__":
    given = sys.argv[1:]
    kept = main(Path(given[0]), int(given[1]) if len(given) > 1 else 200)
    sys.exit(0 if kept else "200 letters must not take more than 60 s")
