"""What became of a table of collected answers: a row each, with its receipt or why it has none."""

import csv
import io

from survey import codes
from survey.collecting.entry import Stored
from survey.office_files.tables import csv_bytes

_HEADING = ("row", "response_id", "unit_code", "receipt", "ticket", "refused_zh", "refused_en")


def receipts_of(stored: Stored) -> bytes:
    """Return the table as CSV; the ticket opens what became of a comment."""
    rows: list[tuple[int, tuple[str, ...]]] = [
        (
            entry.row or 0,
            (
                entry.serial,
                entry.unit_code,
                codes.from_bytes(entry.sheet.source.receipt),
                codes.from_bytes(entry.sheet.source.ticket) if entry.sheet.rated[0].comment else "",
                *("", ""),
            ),
        )
        for entry in stored.entries
    ]
    rows += [
        (problem.row or 0, ("", "", "", "", problem.text("zh"), problem.text("en")))
        for problem in stored.problems
    ]
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(_HEADING)
    writer.writerows((row, *rest) for row, rest in sorted(rows))
    return csv_bytes(lines.getvalue())
