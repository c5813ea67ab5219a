"""The score document as a table: the county's import columns first, then everything else."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from survey.appraisal.record.scores import (
    CampaignFacts,
    EquivalentSample,
    GroupScore,
    ReleaseFacts,
    UnitScore,
)
from survey.exchange.document import FrozenDocument
from survey.fieldwork.papers.formulas import harmless

Kind = Literal["text", "whole", "decimal"]
Cell = str | int | None

_REALLOCATED = "样本不足组权重已按比例分摊"
_NOT_PUBLISHED = "样本不足，不公布得分"
_NOT_RANKED = "公开答卷缺少受邀样本作对照，不参与排名"
SIMULATED = "模拟数据"

_GROUP_STATUS = {"used": "参与合成", "insufficient": "样本不足", "withheld": "份数过少不公布"}
_STATUS = {"published": "公布", "insufficient": "样本不足"}
_SIDES = {"above": "高于", "below": "低于"}
_LINES = {"score": "", "class_mean": "（本类平均）"}
_METHOD = {"raking": "按人口加权", "pooled_slopes": "按人口校正", "none": "不加权"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its Chinese heading, what its cells are, and where they come from."""

    heading: str
    kind: Kind
    cell: Callable[[FrozenDocument, UnitScore], Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Columns and rows; decimals are strings exactly as published."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def _of_unit(heading: str, get: Callable[[UnitScore], Cell], kind: Kind = "text") -> Column:
    return Column(heading=heading, kind=kind, cell=lambda _document, unit: get(unit))


def _of_document(heading: str, get: Callable[[FrozenDocument], Cell]) -> Column:
    return Column(heading=heading, kind="text", cell=lambda document, _unit: get(document))


def _of_campaign(heading: str, get: Callable[[CampaignFacts], Cell]) -> Column:
    return _of_document(heading, lambda document: get(document.content.campaign))


def _of_release(heading: str, get: Callable[[ReleaseFacts], Cell]) -> Column:
    return _of_document(heading, lambda document: get(document.content.release))


def _remark(document: FrozenDocument, unit: UnitScore) -> str:
    said = [SIMULATED] if document.simulated else []
    if unit.status == "insufficient":
        said.append(_NOT_PUBLISHED)
    elif any(notice.code == "insufficient_group" for notice in unit.notices):
        said.append(_REALLOCATED)
    if unit.status == "published" and unit.class_rank is None:
        said.append(_NOT_RANKED)
    return "；".join(said)


def _notices(unit: UnitScore) -> str:
    return "；".join(f"{notice.group_code or ''}{notice.zh}".strip() for notice in unit.notices)


def _rank_range(unit: UnitScore) -> Cell:
    return "–".join(map(str, unit.rank_range)) if unit.rank_range else None


def _decided(unit: UnitScore, *, strictly: bool) -> Cell:
    return "；".join(
        f"{_SIDES[decision.side]}{decision.threshold}分{_LINES[decision.kind]}"
        for decision in unit.decisions or ()
        if decision.side and (decision.strict or not strictly)
    )


def local_moment(document: FrozenDocument) -> str:
    """Return when a release was made, in the campaign's zone and with its offset."""
    frozen_at = datetime.fromisoformat(document.content.release.frozen_at)
    zone = datetime.fromisoformat(document.content.campaign.fieldwork.end).tzinfo
    return frozen_at.astimezone(zone).isoformat(timespec="seconds")


IMPORT_COLUMNS = (
    _of_campaign("考核年度", lambda campaign: str(campaign.year)),
    _of_campaign("指标编码", lambda campaign: campaign.indicator.code),
    _of_campaign("指标名称", lambda campaign: campaign.indicator.name),
    _of_unit("单位编码", lambda unit: unit.unit_code),
    _of_unit("统一社会信用代码", lambda unit: unit.uscc),
    _of_unit("单位名称", lambda unit: unit.name),
    _of_unit("考核类别", lambda unit: unit.class_code),
    _of_unit("行政区划代码", lambda unit: unit.area_code),
    _of_unit("满分值", lambda unit: unit.full_points, "decimal"),
    _of_unit("百分制得分", lambda unit: unit.score, "decimal"),
    _of_unit("折算得分", lambda unit: unit.points, "decimal"),
    _of_unit("类内名次", lambda unit: unit.class_rank, "whole"),
    _of_unit("等次", lambda unit: unit.grade),
    _of_unit("有效样本量", lambda unit: unit.n, "whole"),
    _of_unit("参与合成的组权重(%)", lambda unit: unit.group_weight_used, "decimal"),
    Column(heading="备注", kind="text", cell=_remark),
)

_OWN_COLUMNS = (
    _of_unit("得分区间下限", lambda unit: unit.lower, "decimal"),
    _of_unit("得分区间上限", lambda unit: unit.upper, "decimal"),
    _of_unit("可能名次", _rank_range),
    _of_unit("档次", lambda unit: unit.tier, "whole"),
    _of_unit("等效样本量", lambda unit: unit.effective_n, "decimal"),
    _of_unit("来源数（同一网络只算一个）", lambda unit: unit.sources, "whole"),
    _of_unit("状态", lambda unit: _STATUS[unit.status]),
    _of_unit("单位英文名称", lambda unit: unit.name_en),
    _of_unit("等次英文", lambda unit: unit.grade_en),
    _of_unit("说明", _notices),
)

# Where the scheme has lines that units are held against.
_DECISION_COLUMNS = (
    _of_unit("肯定高于或低于的分数线", lambda unit: _decided(unit, strictly=False)),
    _of_unit("其中连一个都不会列错的", lambda unit: _decided(unit, strictly=True)),
    _of_unit(
        "列错比例上限",
        lambda unit: unit.decisions[0].error_rate if unit.decisions else None,
        "decimal",
    ),
)

_RELEASE_COLUMNS = (
    _of_campaign("评议编号", lambda campaign: campaign.id),
    _of_campaign("评议名称", lambda campaign: campaign.title),
    _of_campaign("评议开始", lambda campaign: campaign.fieldwork.start),
    _of_campaign("评议结束", lambda campaign: campaign.fieldwork.end),
    _of_release("发布编号", lambda release: release.id),
    _of_document("发布时间", local_moment),
    _of_release("取代的发布", lambda release: release.supersedes),
    _of_release("方案摘要", lambda release: release.plan_digest),
    _of_release("数据摘要", lambda release: release.data_digest),
    _of_release("程序版本", lambda release: release.code_version),
    _of_release("存证数量", lambda release: str(release.ledger.size)),
    _of_release("存证根", lambda release: release.ledger.root),
    _of_document("签名密钥", lambda document: document.signature.key_id),
    _of_document("签名", lambda document: document.signature.value),
)


def import_table(document: FrozenDocument) -> Table:
    """Return what the main scoring system imports, under its own column names."""
    return table_of(document, IMPORT_COLUMNS)


def full_table(document: FrozenDocument) -> Table:
    """Return every field of the document, one row per unit; the import columns come first."""
    groups = tuple(
        column
        for code, name in _groups(document)
        for column in (*_group_columns(code, name), *_equivalent_columns(document, code, name))
    )
    decided = _DECISION_COLUMNS if any(unit.decisions for unit in document.content.units) else ()
    return table_of(
        document, (*IMPORT_COLUMNS, *_OWN_COLUMNS, *decided, *groups, *_RELEASE_COLUMNS)
    )


def csv_bytes(document: FrozenDocument, *, encoding: Literal["utf-8-sig", "gb18030"]) -> bytes:
    """Return the full table as CSV; a cell that a spreadsheet would compute starts with `'`."""
    return csv_of(full_table(document), encoding=encoding)


def csv_of(table: Table, *, encoding: Literal["utf-8-sig", "gb18030"]) -> bytes:
    """Return a table as CSV; a cell that a spreadsheet would compute starts with `'`."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(column.heading for column in table.columns)
    for row in table.rows:
        writer.writerow(
            harmless(cell) if column.kind == "text" and isinstance(cell, str) else cell
            for column, cell in zip(table.columns, row, strict=True)
        )
    return buffer.getvalue().encode(encoding)


def table_of(document: FrozenDocument, columns: tuple[Column, ...]) -> Table:
    """Return columns of a document, one row per unit."""
    return Table(
        columns=columns,
        rows=tuple(
            tuple(column.cell(document, unit) for column in columns)
            for unit in document.content.units
        ),
    )


def _equivalent_columns(document: FrozenDocument, code: str, name: str) -> tuple[Column, ...]:
    """Return what open answers of a group are worth, where there are any of some unit."""

    def column(heading: str, get: Callable[[EquivalentSample], Cell]) -> Column:
        def cell(unit: UnitScore) -> Cell:
            told = _equivalent_of(unit, code)
            return get(told) if told else None

        return _of_unit(f"{code}{name} {heading}", cell, "whole")

    if not any(_equivalent_of(unit, code) for unit in document.content.units):
        return ()
    return (
        column("公开答卷折合受邀份数", lambda told: int(told.n)),
        column("折合份数下限", lambda told: int(told.lower)),
        column("折合份数上限", lambda told: int(told.upper)),
    )


def _equivalent_of(unit: UnitScore, code: str) -> EquivalentSample | None:
    return next((g.equivalent_sample for g in unit.groups if g.group_code == code), None)


def _groups(document: FrozenDocument) -> list[tuple[str, str]]:
    """Return code and name of every respondent group any unit has."""
    return sorted(
        {(group.group_code, group.name) for unit in document.content.units for group in unit.groups}
    )


def _group_columns(code: str, name: str) -> tuple[Column, ...]:
    def column(heading: str, get: Callable[[GroupScore], Cell], kind: Kind = "text") -> Column:
        def cell(unit: UnitScore) -> Cell:
            return next((get(group) for group in unit.groups if group.group_code == code), None)

        return _of_unit(f"{code}{name} {heading}", cell, kind)

    return (
        column("得分", lambda group: group.score, "decimal"),
        column("标准误", lambda group: group.se, "decimal"),
        column("有效样本量", lambda group: group.n, "whole"),
        column("等效样本量", lambda group: group.effective_n, "decimal"),
        column("来源数", lambda group: group.sources, "whole"),
        column("知晓率", lambda group: group.awareness_rate, "decimal"),
        column("占单位得分比重", lambda group: group.share, "decimal"),
        column("加权方式", lambda group: _METHOD[group.method]),
        column("状态", lambda group: _GROUP_STATUS[group.status]),
    )
