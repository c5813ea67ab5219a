"""SPSS syntax that reads the CSV of the microdata and gives it labels: SPSS itself writes .sav."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from survey.exchange.microdata.variables import Code, Dataset, Value, Variable

_LABEL_BYTES, _VALUE_BYTES, _FILE_BYTES = 255, 120, 64
_LEVELS = {"nominal": "NOMINAL", "ordinal": "ORDINAL", "scale": "SCALE"}
_ABOUT = {
    "zh": "把 FILE HANDLE 的路径改为数据文件（.raw.csv）所在位置，再运行全部",
    "en": "Set the path of FILE HANDLE to where the data file (.raw.csv) lies, then run all",
}


def syntax(data: Dataset, *, lang: str, csv_name: str) -> bytes:
    """Return the syntax, its labels in a language; marked as UTF-8, as SPSS wants it."""
    lines = [
        f"* {data.name}. {_ABOUT[lang]}.",
        f"FILE HANDLE microdata /NAME={_quoted(csv_name)}.",
        "GET DATA /TYPE=TXT /FILE=microdata /ENCODING='UTF8' /ARRANGEMENT=DELIMITED",
        '  /DELCASE=LINE /DELIMITERS="," /QUALIFIER=\'"\' /FIRSTCASE=2 /VARIABLES=',
        *(f"    {variable.name} {_format(variable)}" for variable in data.variables),
        "  .",
        "DATASET NAME microdata WINDOW=FRONT.",
        f"FILE LABEL {_quoted(file_label(data, lang))}.",
        "VARIABLE LABELS",
        *(f"  {one.name} {_quoted(label_of(one, lang))}" for one in data.variables),
        "  .",
        "VALUE LABELS",
        *_value_labels(data.variables, lang),
        "  .",
        *(
            f"MISSING VALUES {one.name} ({', '.join(_literal(code) for code in one.missing)})."
            for one in data.variables
            if one.missing
        ),
        *(f"VARIABLE LEVEL {one.name} ({_LEVELS[one.measure]})." for one in data.variables),
        "EXECUTE.",
    ]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def label_of(variable: Variable, lang: str) -> str:
    """Return a variable's label as long as SPSS takes it."""
    return cut(variable.words.text(lang), _LABEL_BYTES)


def value_label(value: Value, lang: str) -> str:
    """Return a code's label as long as SPSS takes it."""
    return cut(value.words.text(lang), _VALUE_BYTES)


def file_label(data: Dataset, lang: str) -> str:
    """Return the label of the file; of invented answers it says so first."""
    simulated = {"zh": "模拟数据 ", "en": "SIMULATED "}[lang] if data.simulated else ""
    return cut(f"{simulated}{data.release_code} {data.title.text(lang)}", _FILE_BYTES)


def cut(text: str, most: int) -> str:
    """Return text on one line that has no more bytes than this in UTF-8."""
    return " ".join(text.split()).encode()[:most].decode(errors="ignore")


def _value_labels(variables: Iterable[Variable], lang: str) -> Iterator[str]:
    labelled = [variable for variable in variables if variable.values]
    for place, variable in enumerate(labelled):
        yield f"  {'/' if place else ''}{variable.name}"
        for value in variable.values:
            yield f"    {_literal(value.code)} {_quoted(value_label(value, lang))}"


def _format(variable: Variable) -> str:
    return f"A{max(8, variable.width)}" if variable.text else f"F{max(2, variable.width)}.0"


def _literal(code: Code) -> str:
    return str(code) if isinstance(code, int) else _quoted(code)


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
