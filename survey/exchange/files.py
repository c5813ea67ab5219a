"""The files a release is given out as; the same release always gives the same bytes."""

from collections.abc import Callable
from dataclasses import dataclass

from survey.exchange.document import FrozenDocument
from survey.exchange.on_site import SHEET, on_site_table
from survey.exchange.tables import csv_bytes, csv_of
from survey.exchange.workbook import xlsx_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """A file format: its ending, media type and writer."""

    ending: str
    media_type: str
    write: Callable[[FrozenDocument], bytes]


def _workbook(document: FrozenDocument) -> bytes:
    beside = [(SHEET, on_site_table(document))] if document.content.on_site else []
    return xlsx_bytes(document, *beside)


FORMATS: dict[str, FileFormat] = {
    "json": FileFormat(
        ending="json",
        media_type="application/json",
        write=lambda document: document.text.encode(),
    ),
    "csv": FileFormat(
        ending="csv",
        media_type="text/csv; charset=utf-8",
        write=lambda document: csv_bytes(document, encoding="utf-8-sig"),
    ),
    "gb18030": FileFormat(
        ending="gb18030.csv",
        media_type="text/csv; charset=gb18030",
        write=lambda document: csv_bytes(document, encoding="gb18030"),
    ),
    # Beside the scores, never among them: the same lines as the workbook's own sheet.
    "on-site": FileFormat(
        ending="on-site.csv",
        media_type="text/csv; charset=utf-8",
        write=lambda document: csv_of(on_site_table(document), encoding="utf-8-sig"),
    ),
    "xlsx": FileFormat(
        ending="xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write=_workbook,
    ),
}


def file_name(document: FrozenDocument, name: str) -> str:
    """Return what a release's file is called; a simulated one says so in its name too."""
    label = "-SIMULATED" if document.simulated else ""
    return f"{document.release_code}{label}.{FORMATS[name].ending}"
