"""The OpenAPI 3.1 description of the API, written by hand: served, shown, and held by the tests.

What an operation is for is said in both languages, the Chinese under `x-…-zh`.
"""

from typing import Any

from survey.api import schemas
from survey.api.asking import CURSOR, MOST, USUAL
from survey.api.faults import KINDS, PROBLEM
from survey.exchange.schema import SCORE_DOCUMENT
from survey.exchange.schema_parts import Schema
from survey.receivers.limiting import A_MINUTE

_JSON = "application/json"
_OF_TOKEN = (400, 401, 403, 404, 429, 500, 503)


def document() -> Schema:
    """Return the description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "公评 Gongping API",
            "version": "1.0",
            "description": (
                "Released scores for other systems, and what became of them. Bearer tokens are"
                f" made in the office; {A_MINUTE} requests a minute each."
            ),
            "x-description-zh": (
                "供其他系统读取已发布的得分并回执。令牌由绩效办在“接入系统”里新建，"
                f"每个令牌每分钟最多{A_MINUTE}次。"
            ),
            "license": {"name": "MulanPSL-2.0", "identifier": "MulanPSL-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
            "responses": {str(status): _problem(status) for status in _statuses()},
        },
    }


def _paths() -> Schema:
    return {
        "/campaigns": {
            "get": _read(
                "listCampaigns",
                "Campaigns the token is for, without drafts",
                "令牌可以读取的评议活动，不含草稿",
                _ref("Campaigns"),
                parameters=_PAGE,
                without=(403, 404),
            )
        },
        "/campaigns/{campaign}/progress": {
            "get": _read(
                "readProgress",
                "Answers by unit and group up to yesterday, by fives; small counts are null"
                " (right `progress`)",
                "各单位、各对象截至昨日的份数，按五取整，人少的为 null（权限 progress）",
                _ref("Progress"),
                parameters=[_CAMPAIGN, *_PAGE],
            )
        },
        "/campaigns/{campaign}/scores": {"get": _scores()},
        "/releases/{release}": {
            "get": _read(
                "readRelease",
                "What a release is: digests, signature, whether it is in force, what your system"
                " said of it (right `scores`)",
                "一次发布的摘要、签名、是否有效，以及贵系统的回执（权限 scores）",
                _ref("Release"),
                parameters=[_RELEASE],
            )
        },
        "/releases/{release}/acknowledgement": {"post": _acknowledge()},
        "/openapi.json": {
            "get": _public("readDescription", "This description", "本说明的机器可读版本")
        },
        "/score-document.schema.json": {
            "get": _public(
                "readScoreSchema", "JSON Schema of the score document", "得分文件的 JSON Schema"
            )
        },
    }


def _schemas() -> Schema:
    score_document = {name: part for name, part in SCORE_DOCUMENT.items() if name != "$schema"}
    return schemas.ALL | {"ScoreDocument": score_document}


def _scores() -> Schema:
    number = _query(
        "number",
        {"type": "integer", "minimum": 1, "maximum": 999999},
        "An earlier release by its number; the one in force if left out",
        "较早的第几次发布；不填为现行的一次",
    )
    return _read(
        "readScores",
        "The score document of the release in force, byte for byte what `survey export --format"
        " json` writes (right `scores`); each delivery is on record in the office",
        "现行发布的得分文件，与 survey export --format json 逐字节相同（权限 scores）；"
        "每次读取都记入操作记录",
        _ref("ScoreDocument"),
        parameters=[_CAMPAIGN, number],
    )


def _acknowledge() -> Schema:
    said = _of(_ref("Acknowledgement"))
    return {
        "operationId": "acknowledgeRelease",
        "summary": "Say what became of a release; the same words again change nothing"
        " (right `acknowledge`)",
        "x-summary-zh": "回执：收到、已导入或退回；重复发送同样的内容不另记（权限 acknowledge）",
        "parameters": [_RELEASE],
        "requestBody": {"required": True, "content": {_JSON: {"schema": _ref("Told")}}},
        "responses": {
            "200": {"description": "Said before in the same words", **said},
            "201": {"description": "Kept", **said},
            **_problems(*_OF_TOKEN, 413, 415, 422),
        },
    }


def _read(
    name: str,
    en: str,
    zh: str,
    schema: Schema,
    *,
    parameters: list[Schema],
    without: tuple[int, ...] = (),
) -> Schema:
    return {
        "operationId": name,
        "summary": en,
        "x-summary-zh": zh,
        "parameters": [*parameters, _KNOWN],
        "responses": {
            "200": {"description": "As asked", "headers": _HEADERS, **_of(schema)},
            "304": {"description": "Nothing changed since the `ETag` of `If-None-Match`"},
            **_problems(*(status for status in _OF_TOKEN if status not in without)),
        },
    }


def _public(name: str, en: str, zh: str) -> Schema:
    return {
        "operationId": name,
        "summary": en,
        "x-summary-zh": zh,
        "security": [],
        "parameters": [_KNOWN],
        "responses": {
            "200": {"description": "As asked", **_of({"type": "object"})},
            "304": {"description": "Nothing changed since the `ETag` of `If-None-Match`"},
            **_problems(400, 500, 503),
        },
    }


def _query(name: str, schema: Schema, en: str, zh: str) -> Schema:
    return {
        "name": name,
        "in": "query",
        "schema": schema,
        "description": en,
        "x-description-zh": zh,
    }


def _path(name: str, example: str, en: str, zh: str) -> Schema:
    said = {"description": en, "x-description-zh": zh, "example": example}
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, **said}


def _of(schema: Schema) -> Schema:
    return {"content": {_JSON: {"schema": schema}}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _problems(*statuses: int) -> Schema:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _problem(status: int) -> Schema:
    kinds = [kind for kind in KINDS.values() if kind.status == status]
    header = {401: "WWW-Authenticate", 429: "Retry-After"}.get(status)
    told: Schema = {
        "description": "; ".join(kind.en for kind in kinds),
        "x-description-zh": "；".join(kind.zh for kind in kinds),
        "content": {PROBLEM: {"schema": _ref("Problem")}},
    }
    if header:
        told["headers"] = {header: {"required": True, "schema": {"type": "string"}}}
    return told


def _statuses() -> list[int]:
    return sorted({kind.status for kind in KINDS.values()})


def _header(en: str, schema: Schema) -> dict[str, Any]:
    return {"description": en, "schema": schema}


_HEADERS = {
    "ETag": _header("Send it back as `If-None-Match`", {"type": "string"}),
    "RateLimit-Limit": _header("Requests a minute", {"type": "integer"}),
    "RateLimit-Remaining": _header("Requests left of this minute", {"type": "integer"}),
    "RateLimit-Reset": _header("Seconds until the next minute", {"type": "integer"}),
}
_KNOWN = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The `ETag` of what your system has already",
    "x-description-zh": "贵系统已有内容的 ETag；没有变化时答 304",
}
_CAMPAIGN = _path(
    "campaign", "ANLAN-2026-GZPY", "`id` of a campaign", "评议活动的编号（campaigns 里的 id）"
)
_RELEASE = _path(
    "release",
    "ANLAN-2026-GZPY-R1",
    "`release.id` of a document",
    "发布编号（release.id）",
)
_PAGE = [
    _query(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        f"Entries of a page, 1 to {MOST}",
        f"每页条数，1至{MOST}",
    ),
    _query(
        "cursor",
        {"type": "string", "pattern": f"^{CURSOR}$"},
        "`next_cursor` of the page before",
        "上一页给出的 next_cursor",
    ),
]
