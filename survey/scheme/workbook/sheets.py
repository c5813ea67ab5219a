"""The sheets of a campaign's workbook: what each holds, and the headings of its columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from survey.scheme.questionnaire.document import QuestionnaireDocument
from survey.scheme.scheme import Scheme
from survey.scheme.settings import (
    Kind,
    Listed,
    Named,
    Part,
    Setting,
    is_required,
    name_of,
    settings_of,
)
from survey.scheme.texts import Texts
from survey.scheme.workbook.paths import Path, at

Rows = list[list[str]]
Sheets = dict[str, Rows]  # by name, the heading first

ABOUT = "说明"  # what explains the workbook; not read
REMARKS = frozenset({ABOUT, "备注"})

SCHEME, QUESTIONNAIRE, TEXTS = "scheme.yaml", "questionnaire.json", "notices.yaml"
KINDS: dict[str, Part] = {
    SCHEME: Part(of=Scheme),
    QUESTIONNAIRE: Part(of=QuestionnaireDocument),
    TEXTS: Part(of=Texts),
}

KEY, LANGS = "code", ("zh", "en")
SETTING, VALUE = "setting", "value"


class Form(Enum):
    """How a sheet holds what it holds."""

    TABLE = "table"  # as a CSV file of a folder does
    SETTINGS = "settings"  # one setting of a document a row
    ENTRIES = "entries"  # one entry of a list, or of named entries, a row
    WORDS = "words"  # one text a row, its languages beside each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet: its name in both languages, and the file of a folder, or the part of it, it is."""

    name: str
    en: str
    form: Form
    file: str
    path: Path = ()

    @property
    def kind(self) -> Kind:
        """What stands in it, of a sheet that is part of a document."""
        return at(KINDS[self.file], self.path)


def _of(form: Form, file: str, *sheets: tuple[str, str, Path]) -> tuple[Sheet, ...]:
    return tuple(
        Sheet(name=name, en=en, form=form, file=file, path=path) for name, en, path in sheets
    )


SHEETS: tuple[Sheet, ...] = (
    *_of(Form.SETTINGS, SCHEME, ("方案", "Scheme", ())),
    *_of(
        Form.ENTRIES,
        SCHEME,
        ("类别", "Classes", ("classes",)),
        ("渠道", "Channels", ("channels",)),
        ("等次", "Grades", ("scoring", "grade_bands")),
        ("有效性规则", "Validity rules", ("validity_rules",)),
        ("岗位", "Roles", ("roles",)),
        ("日程", "Calendar", ("calendar",)),
        ("察访核验", "Visits", ("on_site", "items")),
        ("见证方", "Witnesses", ("witnesses", "of")),
    ),
    *_of(Form.TABLE, "units.csv", ("单位", "Units", ())),
    *_of(Form.TABLE, "respondent_groups.csv", ("评议对象", "Groups", ())),
    *_of(Form.TABLE, "class_group_weights.csv", ("权重", "Weights", ())),
    *_of(Form.TABLE, "townships.csv", ("乡镇", "Townships", ())),
    *_of(Form.TABLE, "population_margins_18plus.csv", ("人口", "Population", ())),
    *_of(
        Form.ENTRIES,
        QUESTIONNAIRE,
        ("题目", "Items", ("scored_items",)),
        ("选项", "Answers", ("scale",)),
        ("不计分题", "Further items", ("local_items",)),
    ),
    *_of(Form.SETTINGS, QUESTIONNAIRE, ("问卷", "Questionnaire", ())),
    *_of(Form.WORDS, TEXTS, ("告知文字", "Texts", ())),
)
BY_NAME = {sheet.name: sheet for sheet in SHEETS}
OF_FILE = {sheet.file: sheet for sheet in SHEETS if not sheet.path}
# What a part of a document has a sheet of its own for.
APART = {(sheet.file, sheet.path): sheet for sheet in SHEETS if sheet.path}

_COLUMNS = {
    "unit_code": "单位代码",
    "uscc": "统一社会信用代码",
    "name_zh": "中文名称",
    "short_zh": "简称",
    "name_en": "英文名称",
    "class": "类别",
    "area_code12": "12位区划代码",
    "is_vertical": "垂直管理（1 是，0 否）",
    "group_code": "对象代码",
    "min_valid_per_unit": "每个单位最少有效份数",
    "weight_percent": "权重（%，每类合计100）",
    "target_valid_per_unit": "每个单位计划份数",
    "township_code": "乡镇（街道）代码",
    "type_zh": "类型",
    "resident_population": "常住人口",
    "villages_and_communities": "村（社区）数",
    "area_level": "范围（county 全县，township 乡镇）",
    "area_code": "区划代码",
    "dimension": "人口项目",
    "level": "分类",
    "population_18plus": "18岁以上人数",
}
OF_SETTINGS = {
    SETTING: "设置项",
    VALUE: "填写内容",
    "about": "含义",
    "range": "可填",
    "default": "不填则为",
}
OF_WORDS = {SETTING: "文字", "zh": "中文", "en": "英文", "about": "含义"}


def headed(name: str, label: str = "") -> str:
    """Return the heading of a column: what it is, then the name it is read by."""
    label = label or _COLUMNS.get(name, "")
    return f"{label} {name}" if label else name


def name_in(heading: str) -> str:
    """Return the name by which a column is read."""
    parts = heading.split()
    return parts[-1] if parts else ""


class Column(NamedTuple):
    """A column of a sheet of entries: its name, its path in the entry, what stands there."""

    name: str
    path: tuple[str, ...]
    what: Setting
    label: str
    required: bool = False


def columns_of(kind: Kind) -> list[Column]:
    """Return the columns of the entries of a sheet, those of parts in an entry among them."""
    assert isinstance(kind, Listed | Named)
    if isinstance(kind.each, Part):
        return _columns(kind.each.of, (), "")
    return []


def _columns(of: type, before: tuple[str, ...], label: str) -> list[Column]:
    found = []
    for attribute, what in settings_of(of).items():
        path = (*before, name_of(attribute, what))
        if isinstance(what.kind, Part):
            found += _columns(what.kind.of, path, f"{what.zh}·")
        elif what.read:
            required = not before and is_required(of, attribute)
            found.append(Column(".".join(path), path, what, label + what.zh, required))
    return sorted(found, key=_first_what_tells) if not before else found


def _first_what_tells(column: Column) -> tuple[int, int]:
    """Order columns so that the code of an entry stands first, then its words."""
    return (column.path[0] not in {"id", "value"}, column.name not in LANGS)
