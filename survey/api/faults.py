"""What is wrong with a request, as `application/problem+json` (RFC 9457), in both languages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Flask, Response, request

ROOT = "/api"
PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of problem: its name, status, and title in both languages."""

    name: str
    status: int
    en: str
    zh: str


_ALL = (
    Kind(name="bad-request", status=400, en="The request cannot be read", zh="请求无法读取"),
    Kind(name="unknown-parameter", status=400, en="Unknown parameter", zh="不认识的参数"),
    Kind(name="invalid-parameter", status=400, en="Invalid parameter", zh="参数的值不对"),
    Kind(name="no-token", status=401, en="A bearer token is needed", zh="请出示令牌"),
    Kind(name="invalid-token", status=401, en="The token is not accepted", zh="令牌无效"),
    Kind(name="out-of-scope", status=403, en="The token may not do this", zh="令牌无此权限"),
    Kind(name="not-found", status=404, en="There is nothing here", zh="没有这项内容"),
    Kind(name="no-release", status=404, en="No scores have been released", zh="尚未发布结果"),
    Kind(name="wrong-method", status=405, en="Wrong method", zh="请求方法不对"),
    Kind(name="too-slow", status=408, en="The request took too long", zh="请求超时"),
    Kind(name="too-large", status=413, en="The body is too large", zh="内容太大"),
    Kind(name="not-json", status=415, en="The body must be JSON", zh="内容须为 JSON"),
    Kind(name="invalid-body", status=422, en="The body is not valid", zh="内容不符合要求"),
    Kind(name="too-many", status=429, en="Too many requests", zh="请求过于频繁"),
    Kind(name="server-error", status=500, en="A fault of this server", zh="系统出错"),
    Kind(name="unavailable", status=503, en="Not available now", zh="暂时不能提供"),
    Kind(
        name="records-altered",
        status=503,
        en="The records are not what was sealed",
        zh="存档与封存时不一致",
    ),
)
KINDS = {kind.name: kind for kind in _ALL}
# What the rest of the house answers with a page; of each status the first.
_OF_STATUS = {kind.status: kind for kind in reversed(_ALL)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One thing that is wrong: where (a parameter or a member), and what, in both languages."""

    where: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A problem with what is told of it."""

    kind: str
    en: str
    zh: str
    wrong: Sequence[Wrong] = ()
    headers: dict[str, str] = field(default_factory=dict)


class ApiFault(Exception):  # noqa: N818 - the word of the house
    """A request that is answered by a problem."""

    def __init__(self, told: Told) -> None:
        self.told = told
        super().__init__(told.en)


def fault(kind: str, *, en: str, zh: str, wrong: Sequence[Wrong] = (), **headers: str) -> ApiFault:
    """Return a problem to raise; headers are named with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ApiFault(Told(kind=kind, en=en, zh=zh, wrong=wrong, headers=named))


def answer(found: ApiFault) -> Response:
    """Return the answer to a problem."""
    told = found.told
    kind = KINDS[told.kind]
    response = Response(_body(kind, told), status=kind.status, content_type=PROBLEM)
    response.headers.extend(told.headers)
    return response


def install(app: Flask) -> None:
    """Let no address below `/api` answer a page where something is wrong, whoever noticed."""
    app.after_request(_as_problem)


def _as_problem(response: Response) -> Response:
    is_ours = request.path == ROOT or request.path.startswith(f"{ROOT}/")
    if not is_ours or response.status_code < 400 or response.mimetype == PROBLEM:
        return response
    kind = _OF_STATUS.get(response.status_code)
    if kind is None:
        kind = KINDS["bad-request" if response.status_code < 500 else "server-error"]
    words = Told(kind=kind.name, en=f"{kind.en}.", zh=f"{kind.zh}。")
    response.status_code = kind.status
    response.set_data(_body(kind, words))
    response.content_type = PROBLEM
    return response


def _body(kind: Kind, told: Told) -> str:
    said: dict[str, object] = {
        "type": f"/api/v1/#{kind.name}",
        "title": kind.en,
        "title_zh": kind.zh,
        "status": kind.status,
        "detail": told.en,
        "detail_zh": told.zh,
        "instance": request.path,
    }
    if told.wrong:
        said["errors"] = [
            {"where": each.where, "detail": each.en, "detail_zh": each.zh} for each in told.wrong
        ]
    return json.dumps(said, ensure_ascii=False, indent=1)
