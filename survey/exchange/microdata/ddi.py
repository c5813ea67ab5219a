"""The codebook as DDI-Codebook 2.5 (XML), as data archives and catalogues take it."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

from survey.exchange.microdata.readme import readme
from survey.exchange.microdata.variables import Code, Dataset, Value, Variable
from survey.wording import Words

NAMESPACE = "ddi:codebook:2_5"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SIMULATED = Words("模拟数据", "simulated data")


def ddi(data: Dataset) -> bytes:
    """Return the codebook as an XML document; the same release gives the same bytes."""
    ET.register_namespace("", NAMESPACE)
    root = _new("codeBook", version="2.5", ID=_identifier(data.release_code))
    root.set(_LANG, "zh")
    _study(root, data)
    _file(root, data)
    described = _within(root, "dataDscr")
    for place, variable in enumerate(data.variables, start=1):
        _variable(described, place, variable, Counter(row[place - 1] for row in data.rows))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _study(root: ET.Element, data: Dataset) -> None:
    study = _within(root, "stdyDscr")
    citation = _within(study, "citation")
    titles = _within(citation, "titlStmt")
    mark = _SIMULATED if data.simulated else Words("", "")
    _within(titles, "titl", f"{data.title.zh} {mark.zh}".strip(), lang="zh")
    _within(titles, "parTitl", f"{data.title.en} {mark.en}".strip(), lang="en")
    _within(titles, "IDNo", data.release_code)
    _within(_within(citation, "rspStmt"), "AuthEnty", data.organiser)
    produced = _within(_within(citation, "prodStmt"), "prodDate", data.frozen_on)
    produced.set("date", data.frozen_on)
    info = _within(study, "stdyInfo")
    for lang in ("zh", "en"):
        _within(info, "abstract", readme(data, lang=lang), lang=lang)


def _file(root: ET.Element, data: Dataset) -> None:
    described = _within(root, "fileDscr")
    described.set("ID", "F1")
    text = _within(described, "fileTxt")
    _within(text, "fileName", f"{data.name}.raw.csv")
    sizes = _within(text, "dimensns")
    _within(sizes, "caseQnty", str(len(data.rows)))
    _within(sizes, "varQnty", str(len(data.variables)))
    _within(text, "fileType", "CSV, UTF-8")


def _variable(
    described: ET.Element, place: int, variable: Variable, counted: Counter[Code]
) -> None:
    element = _within(described, "var")
    element.set("ID", f"V{place}")
    element.set("name", variable.name)
    element.set("files", "F1")
    element.set("intrvl", "contin" if variable.measure == "scale" else "discrete")
    element.set("nature", {"scale": "ratio"}.get(variable.measure, variable.measure))
    _labels(element, variable.words)
    for value in variable.values:
        _category(element, value, counted[value.code])
    _within(element, "varFormat").set("type", "character" if variable.text else "numeric")


def _category(element: ET.Element, value: Value, n: int) -> None:
    category = _within(element, "catgry")
    if value.missing:
        category.set("missing", "Y")
    _within(category, "catValu", str(value.code))
    _labels(category, value.words)
    _within(category, "catStat", str(n)).set("type", "freq")


def _labels(element: ET.Element, words: Words) -> None:
    for lang in ("zh", "en"):
        _within(element, "labl", words.text(lang), lang=lang)


def _identifier(text: str) -> str:
    """Return text as an XML identifier, which begins with a letter."""
    return "R-" + "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in text)


def _new(name: str, **attributes: str) -> ET.Element:
    return ET.Element(f"{{{NAMESPACE}}}{name}", attributes)


def _within(parent: ET.Element, name: str, text: str = "", *, lang: str = "") -> ET.Element:
    element = ET.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    element.text = text or None
    if lang:
        element.set(_LANG, lang)
    return element
