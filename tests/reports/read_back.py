"""Documents of a release taken as an official takes them, opened again, held against it."""

import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from tests.appraisal.appeals.test_deciding import check
from tests.demonstrated import CODE
from tests.reports.test_documents import text_of

HERE = f"/office/campaigns/{CODE}"
_WHOLE = ("ranking", "result", "notice", "quality", "budget", "cadre")


def all_read_back(
    client: FlaskClient, released: dict[str, Any], *, unit_code: str, folder: Path
) -> None:
    """Open all kinds in every form, one letter on its own and all in their archives.

    Each Word file goes through `survey check-document`; of the archives those of units with a
    score, and one without.
    """
    unit = next(one for one in released["units"] if one["unit_code"] == unit_code)
    for name in (f"letters/{unit_code}", *(f"documents/{kind}" for kind in _WHOLE)):
        chinese, english = (taken(client, f"{name}.{lang}.docx") for lang in ("zh", "en"))
        for word in (chinese, english):
            holds(folder, word, released)
        pdf = words_of(taken(client, f"{name}.zh.pdf"))
        assert (unit["score"] in pdf) == (unit["score"] in text_of(chinese)), name
    for path in ("letters.zh.zip", "use.zh.zip"):
        _archive(taken(client, path), released, folder=folder)
    for kind, figure in (("budget", unit["points"]), ("cadre", unit["score"])):
        book = load_workbook(io.BytesIO(taken(client, f"use/{kind}.xlsx")))
        assert float(figure) in [cell.value for sheet in book for row in sheet for cell in row]
    assert "整改" in text_of(taken(client, "register.zh.docx"))


def _archive(content: bytes, released: dict[str, Any], *, folder: Path) -> None:
    with ZipFile(io.BytesIO(content)) as archive:
        files = archive.namelist()
        assert len(files) == len(released["units"])
        for unit in released["units"]:
            [name] = [one for one in files if f"-{unit['unit_code']}-" in one]
            word = archive.read(name)
            assert (unit["score"] or unit["name"]) in text_of(word)
            if unit["score"] or unit is released["units"][0]:
                holds(folder, word, released)


def words_of(pdf: bytes) -> str:
    """Return what stands on the pages of a PDF."""
    return "".join(page.get_textpage().get_text_bounded() for page in PdfDocument(pdf))


def taken(client: FlaskClient, path: str) -> bytes:
    """Return a file of the campaign as it is downloaded."""
    answer = client.get(f"{HERE}/{path}")
    assert answer.status_code == 200, (path, answer.text)
    return answer.data


def holds(folder: Path, word: bytes, released: dict[str, Any]) -> None:
    """Hold a Word file against its release by the command everybody has."""
    code, said = check(folder, word, released)
    assert code == 0, said
    assert "都与发布一致" in said
