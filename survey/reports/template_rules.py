"""What a template must be before it is used: a Word file of bounded size, of known fields only."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING
from zipfile import ZipFile, ZipInfo, is_zipfile

from jinja2 import TemplateSyntaxError, nodes

from survey.office_files.archives import UNREADABLE
from survey.problems import Refused
from survey.reports.blocks import opened, require_bounded
from survey.reports.drawing import About, environment, filled
from survey.reports.kinds import Kind
from survey.reports.sample import sample_fields

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

LARGEST = 1_000_000
_FORBIDDEN = re.compile(r"vbaProject|\.bin$|activeX|embeddings/|macro", re.IGNORECASE)
_EXTERNAL = re.compile(rb'TargetMode\s*=\s*["\']External["\']', re.IGNORECASE)
_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject|activeX", re.IGNORECASE)
_DEEPEST = 3  # lists within lists: classes, their units
# What a template may do: say fields, choose by them, go through lists of them.
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const),
    *(nodes.For, nodes.If, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand),
)


def require_usable(content: bytes, *, kind: Kind, lang: str, file: str) -> None:
    """Refuse a template that cannot be used, saying why and what to do."""
    _require_archive(content, file)
    opened(content, file=file)
    _require_plain_tags(content, file)
    about = About(kind=kind, unit_code="", lang=lang, release="-", template="0" * 64)
    for values in sample_fields(kind):
        filled(content, values, about)


def _require_archive(content: bytes, file: str) -> None:
    if len(content) > LARGEST:
        raise _refused(
            file,
            f"超过{LARGEST // 1000}KB；请去掉图片，或压缩后再传",
            f"is over {LARGEST // 1000} KB; take out or shrink its pictures",
        )
    if not is_zipfile(io.BytesIO(content)):
        raise _refused(
            file,
            "不是 Word 文件（.docx）；请用 Word 或 WPS 另存为 .docx",
            "is no Word file (.docx); save it as .docx from Word or WPS",
        )
    require_bounded(content, file=file)
    with ZipFile(io.BytesIO(content)) as archive:
        for part in archive.infolist():
            _require_harmless(part.filename, _read(archive, part, file), file)


def _read(archive: ZipFile, part: ZipInfo, file: str) -> bytes:
    try:
        return archive.read(part)
    except UNREADABLE as error:  # a part that Word and we need not have read to open it
        raise _refused(
            file, "已损坏；请用 Word 或 WPS 另存一次", "is damaged; save it anew from Word or WPS"
        ) from error


def _require_harmless(name: str, content: bytes, file: str) -> None:
    typed = name == "[Content_Types].xml" and _MACRO_TYPE.search(content)
    if _FORBIDDEN.search(name) or typed:
        raise _refused(
            file,
            "含有宏或嵌入的对象；请另存为不含宏的 .docx，删去嵌入对象",
            "holds macros or embedded objects; save it as .docx without them",
        )
    if name.endswith(".rels") and _EXTERNAL.search(content):
        raise _refused(
            file,
            "含有外部链接（网址、链接的图片或模板）；请改成普通文字，图片直接插入",
            "links to something outside (an address, a linked picture); make it plain text",
        )
    if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in content:
        raise _refused(file, "文件内容不合规范", "is not as Word writes it")


def _require_plain_tags(content: bytes, file: str) -> None:
    """Let a template say, choose and list fields, and nothing else: no calls, sums, filters."""
    from docxtpl import DocxTemplate  # noqa: PLC0415 - most processes read no template

    word = DocxTemplate(io.BytesIO(content))
    word.render_init()
    texts = [word.patch_xml(word.get_xml())]
    for uri in (word.HEADER_URI, word.FOOTER_URI):
        texts += [word.patch_xml(word.xml_to_string(word_part)) for word_part in _parts(word, uri)]
    for text in texts:
        try:
            tree = environment().parse(text)
        except TemplateSyntaxError as error:
            raise _refused(
                file,
                f"标记写错了：{error.message}；每个 {{% for %}}、{{% if %}} 都要有结束",
                f"a tag is wrong: {error.message}; each for and if needs its end",
            ) from error
        _require_allowed(tree, file, 0)


def _parts(word: DocxTemplate, uri: str) -> list[object]:
    from docx.oxml import parse_xml  # noqa: PLC0415 - as above

    rels = word.docx.part.rels.values()
    return [parse_xml(rel.target_part.blob) for rel in rels if rel.reltype == uri]


def _require_allowed(node: nodes.Node, file: str, depth: int) -> None:
    depth += isinstance(node, nodes.For)
    private = isinstance(node, nodes.Getattr) and node.attr.startswith("_")
    if not isinstance(node, _ALLOWED) or private or depth > _DEEPEST:
        what = type(node).__name__
        raise _refused(
            file,
            f"标记只能写字段、if 和 for（最多{_DEEPEST}层），不能写计算、函数或过滤器（{what}）",
            f"tags may name fields, if and for ({_DEEPEST} deep), not compute or call ({what})",
        )
    for child in node.iter_child_nodes():
        _require_allowed(child, file, depth)


def _refused(file: str, zh: str, en: str) -> Refused:
    return Refused.of(file=file, zh=zh, en=en)
