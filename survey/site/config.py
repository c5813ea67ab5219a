"""Settings from the environment; every fault is told at once."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from survey.problems import Problem, Refused

BASE_URL = "SURVEY_BASE_URL"
LOG_FORM = "SURVEY_LOG"
ADDRESS_FILE = "address"  # in the home: what its server was reached at last

_HEADS = ("SURVEY_HEADS_DROP", "SURVEY_HEADS_WITNESSED")
_KEY_BYTES = 32
_TOKEN_LENGTH = 16
_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation decides; see `docs/deployment.md`."""

    home: Path
    database_url: str
    base_url: str
    served_url: str
    further_hosts: frozenset[str]
    trusted_proxies: int
    second_factor: str
    font_family: str
    heads_drop: Path | None
    heads_witnessed: Path | None
    former_keys: tuple[str, ...]
    delivery_hosts: frozenset[str]
    metrics_token: str
    log_json: bool

    @property
    def host(self) -> str:
        """The public host name that posters print."""
        return urlsplit(self.base_url).netloc

    @property
    def secure(self) -> bool:
        """Whether cookies may demand https."""
        return self.base_url.startswith("https://")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Build the settings from `SURVEY_*` variables; raises Refused naming every fault."""
    problems: list[Problem] = []
    home = Path(environment.get("SURVEY_HOME", "var")).resolve()
    database_url = environment.get("SURVEY_DATABASE", f"sqlite:///{home / 'survey.db'}")
    if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        problems.append(
            Problem(
                field="SURVEY_DATABASE",
                zh="须以 sqlite:/// 或 postgresql+psycopg:// 开头",
                en="must start with sqlite:/// or postgresql+psycopg://",
            )
        )
    elif _is_elsewhere_without_tls(database_url):
        problems.append(
            Problem(
                field="SURVEY_DATABASE",
                zh="数据库不在本机时，连接须加密并核对证书：在地址末尾加 ?sslmode=verify-full"
                "（自建证书再加 &sslrootcert=文件）",
                en="a database on another machine is reached by TLS with its certificate checked:"
                " end the address with ?sslmode=verify-full (and &sslrootcert=FILE for one of your"
                " own)",
            )
        )
    served_url = _noted(home)
    base_url = environment.get(BASE_URL, served_url or "http://127.0.0.1:8000").rstrip("/")
    if urlsplit(base_url).scheme not in {"http", "https"} or not urlsplit(base_url).netloc:
        problems.append(
            Problem(
                field=BASE_URL,
                zh="须为 http:// 或 https:// 开头的完整地址",
                en="must be a full http:// or https:// address",
            )
        )
    proxies = environment.get("SURVEY_TRUSTED_PROXIES", "0")
    if not proxies.isdecimal():
        problems.append(
            Problem(
                field="SURVEY_TRUSTED_PROXIES",
                zh="须为本系统前面可信代理的层数（整数）",
                en="must be the number of trusted proxies in front of this server",
            )
        )
    drop, witnessed = (_folder(environment, name) for name in _HEADS)
    former = tuple(environment.get("SURVEY_FORMER_KEYS", "").replace(",", " ").split())
    problems += [_not_a_key(key) for key in former if not _is_key(key)]
    second_factor = environment.get("SURVEY_SECOND_FACTOR", "office")
    if second_factor not in {"office", "everyone"}:
        problems.append(
            Problem(
                field="SURVEY_SECOND_FACTOR",
                zh="须为 office（绩效办和领导的账号须开通两步登录）或 everyone（所有账号）",
                en="must be office (accounts of the office and leaders need a second factor) or "
                "everyone",
            )
        )
    delivery_hosts = frozenset(environment.get("SURVEY_DELIVERY_HOSTS", "").lower().split())
    problems += [_not_a_host(host) for host in sorted(delivery_hosts) if not _is_host(host)]
    metrics_token = environment.get("SURVEY_METRICS_TOKEN", "")
    if metrics_token and len(metrics_token) < _TOKEN_LENGTH:
        problems.append(
            Problem(
                field="SURVEY_METRICS_TOKEN",
                zh=f"至少 {_TOKEN_LENGTH} 个字符，请让机器生成：openssl rand -hex 16",
                en=f"takes {_TOKEN_LENGTH} characters at least; let a machine make it: "
                "openssl rand -hex 16",
            )
        )
    log_form = environment.get(LOG_FORM, "text")
    if log_form not in {"text", "json"}:
        problems.append(
            Problem(
                field=LOG_FORM,
                zh="须为 text（一行文字）或 json（每行一个 JSON 对象）",
                en="must be text (a line of words) or json (one JSON object a line)",
            )
        )
    if problems:
        raise Refused(problems)
    return Settings(
        home=home,
        database_url=database_url,
        base_url=base_url,
        served_url=served_url,
        further_hosts=frozenset(environment.get("SURVEY_HOSTS", "").lower().split()),
        trusted_proxies=int(proxies),
        second_factor=second_factor,
        font_family=environment.get("SURVEY_FONT", ""),
        heads_drop=drop,
        heads_witnessed=witnessed,
        former_keys=former,
        delivery_hosts=delivery_hosts,
        metrics_token=metrics_token,
        log_json=log_form == "json",
    )


def _is_elsewhere_without_tls(database_url: str) -> bool:
    parts = urlsplit(database_url)
    said = parse_qs(parts.query)
    hosts = {parts.hostname or "", *said.get("host", [])} - {""}
    if all(host in _THIS_MACHINE or host.startswith("/") for host in hosts):
        return False
    return said.get("sslmode") != ["verify-full"]


def _noted(home: Path) -> str:
    """Return what the server of a home noted that it is reached at; nothing before the first."""
    try:
        return (home / ADDRESS_FILE).read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _folder(environment: Mapping[str, str], name: str) -> Path | None:
    named = environment.get(name, "")
    return Path(named).resolve() if named else None


def _is_host(host: str) -> bool:
    return re.fullmatch(r"(http://)?([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", host) is not None


def _not_a_host(host: str) -> Problem:
    return Problem(
        field="SURVEY_DELIVERY_HOSTS",
        zh=f"“{host[:60]}”不是主机；写 host 或 host:port，允许 http 的写 http://host:port，多个以空格分开",
        en=f"'{host[:60]}' is no host; write host or host:port, http://host:port where http is"
        " allowed, several with spaces between",
    )


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == _KEY_BYTES
    except binascii.Error:
        return False


def _not_a_key(key: str) -> Problem:
    return Problem(
        field="SURVEY_FORMER_KEYS",
        zh=f"“{key[:20]}”不是公钥；须为 /ledger 上公布过的 44 个字符，多个以空格分开",
        en=f"'{key[:20]}' is no public key; give the 44 characters that /ledger published, several "
        "with spaces between",
    )
