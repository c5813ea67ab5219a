"""The files of the microdata as others read them: R's haven and LibreOffice.

What is not on a machine is skipped, and pytest says so: `apt-get install r-cran-haven
libreoffice-calc-nogui` brings them.
"""

import csv
import io
import shutil
import subprocess
from functools import cache
from pathlib import Path

import openpyxl
import pyreadstat
import pytest
from click.testing import CliRunner

from survey.cli import survey
from survey.site.installation import Site
from tests.demonstrated import CODE, released

pytestmark = pytest.mark.slow

# A line for each column: name, label, values with their labels, what is missing, the cells.
READ_BY_HAVEN = """
data <- haven::read_sav(commandArgs(TRUE)[1], user_na = TRUE)
said <- vapply(names(data), function(name) {
  column <- data[[name]]
  labels <- attr(column, "labels")
  told <- c(attr(column, "label"), paste(unname(labels), names(labels), sep = "=", collapse = "|"),
            paste(attr(column, "na_values"), collapse = "|"),
            paste(as.character(unclass(column)), collapse = "|"))
  paste(c(name, told), collapse = "\\t")
}, "")
writeLines(enc2utf8(said), commandArgs(TRUE)[2], useBytes = TRUE)
"""


@cache
def has_haven() -> bool:
    if not shutil.which("Rscript"):
        return False
    asked = ("Rscript", "-e", 'quit(status = !requireNamespace("haven", quietly = TRUE))')
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def once() -> dict[str, bytes]:
    """What the first test of this process wrote."""
    return {}


@pytest.fixture
def written(site: Site, tmp_path: Path, once: dict[str, bytes]) -> tuple[Path, Path]:
    """The answers of a release as .sav, and their codebook as .xlsx."""
    data, codes = tmp_path / "answers.sav", tmp_path / "codes.xlsx"
    if not once:
        released(site, n=900)
        words = ("microdata", CODE, "--format", "sav", "--out", str(data), "--codebook", str(codes))
        done = CliRunner().invoke(survey, words, env={"SURVEY_HOME": str(site.settings.home)})
        assert done.exit_code == 0, done.output
        once |= {path.name: path.read_bytes() for path in (data, codes)}
    for path in (data, codes):
        path.write_bytes(once[path.name])
    return data, codes


def plain(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def by_pyreadstat(data: Path) -> list[list[str]]:
    frame, meta = pyreadstat.read_sav(str(data), user_missing=True)
    lines = []
    for name in meta.column_names:
        labels = meta.variable_value_labels.get(name, {}).items()
        missing = (plain(each["lo"]) for each in meta.missing_ranges.get(name, []))
        lines.append(
            [
                name,
                meta.column_names_to_labels[name],
                "|".join(f"{plain(code)}={words}" for code, words in labels),
                "|".join(missing),
                "|".join(map(plain, frame[name])),
            ]
        )
    return lines


@pytest.mark.skipif(not has_haven(), reason="R 的 haven 没有安装 / R's haven is not installed")
def test_haven_reads_what_pyreadstat_does(written: tuple[Path, Path], tmp_path: Path) -> None:
    data, _codes = written
    out = tmp_path / "haven.txt"
    asked = ("Rscript", "-e", READ_BY_HAVEN, str(data), str(out))
    ran = subprocess.run(asked, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    read = [line.split("\t") for line in out.read_text("utf-8").splitlines()]
    assert read == by_pyreadstat(data)
    assert any("5=非常满意" in line[2] for line in read)


@pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice 没有安装 / LibreOffice is not installed"
)
def test_libreoffice_reads_the_codebook(written: tuple[Path, Path], tmp_path: Path) -> None:
    _data, codes = written
    as_csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"
    place = f"-env:UserInstallation=file://{tmp_path}/profile"
    asked = ("soffice", place, "--headless", "--convert-to", as_csv, "--outdir", tmp_path, codes)
    ran = subprocess.run(asked, check=False, capture_output=True, text=True)
    [made] = tmp_path.glob("codes*.csv")
    text = made.read_text("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))
    sheet = openpyxl.load_workbook(codes).worksheets[0]
    kept = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert read == kept, ran.stderr
    assert len(read) > 60
