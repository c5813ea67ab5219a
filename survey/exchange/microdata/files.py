"""The files of the microdata: one alone, and all of them in one archive."""

from __future__ import annotations

import io
from collections.abc import Callable

from survey.exchange.microdata.codebook import codebook_csv, codebook_xlsx
from survey.exchange.microdata.csv_file import csv_for_spreadsheets, raw_csv
from survey.exchange.microdata.ddi import ddi
from survey.exchange.microdata.parquet import can_write_parquet, parquet
from survey.exchange.microdata.readme import readme
from survey.exchange.microdata.sav import can_write_sav, sav
from survey.exchange.microdata.syntax import syntax
from survey.exchange.microdata.variables import Dataset
from survey.office_files.packed import packed_alike
from survey.web.downloads import pack

LANGS = ("zh", "en")

CODEBOOKS: dict[str, Callable[[Dataset], bytes]] = {
    ".gb18030.csv": lambda data: codebook_csv(data, encoding="gb18030"),
    ".csv": lambda data: codebook_csv(data, encoding="utf-8-sig"),
    ".xlsx": codebook_xlsx,
    ".xml": ddi,
}


def archive(data: Dataset) -> bytes:
    """Return data, codebook and what to know of them in both languages, as one zip."""
    name = data.name
    files = [
        *((f"README.{lang}.txt", readme(data, lang=lang).encode("utf-8-sig")) for lang in LANGS),
        (f"{name}.csv", csv_for_spreadsheets(data)),
        (f"{name}.raw.csv", raw_csv(data)),
        *(
            (f"{name}.{lang}.sps", syntax(data, lang=lang, csv_name=f"{name}.raw.csv"))
            for lang in LANGS
        ),
        *((f"codebook{end}", write(data)) for end, write in CODEBOOKS.items() if end != ".xml"),
        ("ddi.xml", ddi(data)),
    ]
    if can_write_parquet():
        files.append((f"{name}.parquet", parquet(data)))
    if can_write_sav():
        files += [(f"{name}.{lang}.sav", sav(data, lang=lang)) for lang in LANGS]
    buffer = io.BytesIO()
    pack(buffer, files)
    return packed_alike(buffer.getvalue())
