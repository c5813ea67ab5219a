"""A county as it is given, folder, archive or workbook: read, checked and stored as a draft."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from survey.fieldwork.loading import load_campaign
from survey.fieldwork.openable import checked
from survey.model import Campaign
from survey.office_files.archives import folder_from, folder_in
from survey.office_files.tables import bounded
from survey.scheme.folder import read_county
from survey.scheme.source import FolderSource, Source
from survey.scheme.workbook.reading import WorkbookSource
from survey.site.installation import Site

_BOOKS = frozenset({".xlsx", ".xls", ".xlsm", ".xlsb", ".et"})


@contextmanager
def source_in(path: Path) -> Iterator[Source]:
    """Yield the county that a folder, an archive of one or a workbook holds.

    Raises Refused for what is none of them, or beyond a limit.
    """
    if path.suffix.lower() in _BOOKS and path.is_file():
        yield WorkbookSource.of(bounded(path), path.name)
        return
    with folder_in(path) as folder:
        yield FolderSource(path=folder)


@contextmanager
def source_from(content: bytes, file: str) -> Iterator[Source]:
    """Yield the county that the content of an archive or a workbook holds, as `source_in` does."""
    if Path(file).suffix.lower() in _BOOKS:
        yield WorkbookSource.of(content, file)
        return
    with folder_from(content, file) as folder:
        yield FolderSource(path=folder)


def load(site: Site, *, source: Source, by: str, simulated: bool = False) -> Campaign:
    """Read a county and store it as a draft campaign; raises Refused with all that is wrong."""
    with source.told():
        county = checked(site, read_county(source))
        with site.database.writing() as session:
            return load_campaign(
                session,
                folder=county,
                by=by,
                clock=site.clock,
                simulated=simulated or county.scheme.county.simulated,
            )
