"""A document of a release drawn by a Word template: the template's words, the release's figures.

Whatever a template says is obeyed in a sandbox that knows the fields and nothing else.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Protocol

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from survey.appraisal.record import ScoreDocument
from survey.office_files.packed import packed_alike
from survey.problems import Refused
from survey.reports.appealed.filling import appeal_part
from survey.reports.fields import Fields
from survey.reports.filling import fill
from survey.reports.kinds import NAMES, Kind, kind_named
from survey.reports.unit_filling import letter_fields
from survey.reports.using.years import earlier_campaign, year_rows

OPENS, SAYS, CLOSES = "\ue000", "\ue001", "\ue002"  # nobody's words have these signs
_ALWAYS = datetime(2000, 1, 1)  # noqa: DTZ001 - the same release gives the same bytes
_MARK = re.compile(r"(\S+) (\S+) (\S+) (\S+) template:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Which document a file is: kind, unit of a letter (else empty), language, release, template.

    It stands among the file's own keywords, so that the file can be checked wherever it goes.
    """

    kind: Kind
    unit_code: str
    lang: str
    release: str
    template: str

    def mark(self) -> str:
        """Return it as the keywords of a file."""
        unit = self.unit_code or "-"
        return f"{self.release} {self.kind} {unit} {self.lang} template:{self.template}"

    @classmethod
    def read(cls, keywords: str) -> About | None:
        """Return what the keywords of a file say; None where they say nothing of the sort."""
        found = _MARK.fullmatch(keywords.strip())
        if found is None:
            return None
        release, kind, unit, lang, template = found.groups()
        try:
            known = kind_named(kind)
        except Refused:
            return None
        return cls(
            kind=known,
            unit_code="" if unit == "-" else unit,
            lang=lang,
            release=release,
            template=template,
        )


class Marked(str):
    """A text of a field that says, where a template puts it, which field it is of."""

    __slots__ = ("field",)

    field: str

    def __html__(self) -> str:
        return f"{OPENS}{self.field}{SAYS}{escape(str(self))}{CLOSES}"


class _Environment(ImmutableSandboxedEnvironment):
    """Obeys templates; one that was read is kept, since two hundred letters are of one template."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self._read = lru_cache(maxsize=64)(super().from_string)

    def from_string(self, source: Any, *_: Any, **__: Any) -> Template:
        """Return a template by its words, read once."""
        return self._read(source)


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """Return what templates are obeyed by: unknown fields fail, markup of names is no markup."""
    return _Environment()


def fields_of(document: ScoreDocument, about: About) -> Fields:
    """Return the fields of a document; raises Refused where the release has not what it needs."""
    if about.kind == "appeal":
        appeal = appeal_part(document, unit_code=about.unit_code, lang=about.lang)
        return letter_fields(document, unit_code=about.unit_code, lang=about.lang, appeal=appeal)
    if about.unit_code or about.kind == "letter":
        return letter_fields(document, unit_code=about.unit_code, lang=about.lang)
    lang = about.lang
    years = year_rows(document, lang=lang)
    return fill(document, lang=lang, before=earlier_campaign(document), years=years)


def draw(template: bytes, document: ScoreDocument, about: About) -> bytes:
    """Return a document as DOCX; the same release and template give the same bytes.

    Raises Refused where the release does not say what it needs, or the template cannot be drawn.
    """
    return filled(template, fields_of(document, about), about)


def filled(template: bytes, values: Fields, about: About) -> bytes:
    """Return a template filled in; raises Refused where that cannot be done."""
    name = NAMES[about.kind].name(about.lang)
    return rendered(template, values, name=name, keywords=about.mark())


class Titled(Protocol):
    """What the fields of any document say."""

    @property
    def title(self) -> str:
        """What it is about."""

    @property
    def organiser(self) -> str:
        """Whose it is."""

    @property
    def warning(self) -> str:
        """That its figures are invented, else empty."""


def rendered(template: bytes, values: Titled, *, name: str, keywords: str = "") -> bytes:
    """Return a template filled in with a dataclass of fields, as the document of a name.

    Raises Refused where that cannot be done.
    """
    # Whoever draws no document does not load what they are drawn by.
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415
    from docxtpl import DocxTemplate  # noqa: PLC0415

    assert is_dataclass(values)
    context = {each.name: getattr(values, each.name) for each in fields(values)}
    try:
        word = DocxTemplate(io.BytesIO(template))
        word.render(context, environment(), autoescape=True)
    except (TemplateError, PackageNotFoundError, ValueError, KeyError, TypeError) as error:
        raise Refused.of(
            field=name,
            zh=f"模板不能使用：{error}",
            en=f"the template cannot be used: {error}",
        ) from error
    properties = word.docx.core_properties
    properties.title = f"{values.title} {name}"
    properties.author = properties.last_modified_by = values.organiser
    properties.keywords, properties.comments = keywords, values.warning
    properties.created = properties.modified = _ALWAYS
    buffer = io.BytesIO()
    word.save(buffer)
    return packed_alike(buffer.getvalue())


def marked(values: Any, place: str = "") -> Any:
    """Return fields whose texts say which field they are of, wherever a template puts them."""
    if isinstance(values, str):
        text = Marked(values)
        text.field = place
        return text
    if isinstance(values, tuple):
        return tuple(marked(one, f"{place}[{number}]") for number, one in enumerate(values, 1))
    if is_dataclass(values) and not isinstance(values, type):
        below = f"{place}." if place else ""
        return replace(
            values,
            **{
                each.name: marked(getattr(values, each.name), f"{below}{each.name}")
                for each in fields(values)
            },
        )
    return values
