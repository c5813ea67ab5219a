"""What is looked at before a server serves: what would stop it later, and what is set unwisely.

A fatal finding stops it in words; the rest is told. Home and port are held by `serving_alone`.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import sqlalchemy as sa

from survey.clock import local_minute
from survey.model import TreeHead
from survey.problems import Problem
from survey.site.address import is_public
from survey.site.config import BASE_URL
from survey.site.installation import Site

FEW_BYTES, TOO_FEW_BYTES = 1 << 30, 64 << 20  # SQLite's journal alone may grow by 64 MB
FEW_FILES, TOO_FEW_FILES = 4_096, 256
_AGREES = timedelta(seconds=5)
_TIMEZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be, with what to do; a fatal one stops the start."""

    problem: Problem
    fatal: bool = False


def look_over(site: Site, *, host: str, open_files: int | None) -> list[Finding]:
    """Return what is found about an installation and its machine; what stops it comes first."""
    found = [
        *_files(open_files),
        *_disk(site),
        *_clock(site),
        *_address(site),
        *_proxies(site, host),
    ]
    return sorted(found, key=lambda finding: not finding.fatal)


def most_open_files() -> int | None:
    """Return how many files a process may open at most; None where nothing limits it."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415

    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if hard == resource.RLIM_INFINITY else hard


def _files(most: int | None) -> Iterator[Finding]:
    if most is None or most >= FEW_FILES:
        return
    problem = Problem(
        field="LimitNOFILE",
        zh=f"一个进程最多只能打开 {most} 个文件或连接，人一多就会拒绝访问；"
        "请在 systemd 单元里写 LimitNOFILE=65536，或先执行 ulimit -Hn 65536",
        en=f"a process may open {most} files or connections only, so a crowd would be turned away; "
        "write LimitNOFILE=65536 in the systemd unit, or run `ulimit -Hn 65536` first",
    )
    yield Finding(problem=problem, fatal=most < TOO_FEW_FILES)


def folders(site: Site) -> list[Path]:
    """Return where an installation writes: its home, and the folder of an embedded database."""
    path = site.database.engine.url.database
    home = site.settings.home
    return [home, Path(path).parent] if site.database.is_sqlite and path else [home]


def _disk(site: Site) -> Iterator[Finding]:
    free, folder = min((shutil.disk_usage(each).free, each) for each in folders(site))
    if free >= FEW_BYTES:
        return
    left = free >> 20
    problem = Problem(
        file=str(folder),
        zh=f"所在磁盘只剩 {left} MB，写满后答卷收不进来；"
        "请清理磁盘（旧备份、旧日志）或换更大的磁盘，至少留出 1024 MB",
        en=f"its disk has {left} MB left, and once it is full no answer can be taken; "
        "delete old backups and logs or use a larger disk, 1024 MB should stay free",
    )
    yield Finding(problem=problem, fatal=free < TOO_FEW_BYTES)


def last_head_at(site: Site) -> datetime | None:
    """Return when the newest head of any ledger was signed."""
    with site.database.reading() as session:
        return session.scalar(sa.select(sa.func.max(TreeHead.signed_at)))


def _clock(site: Site) -> Iterator[Finding]:
    """Compare the clock with the newest head.

    Never fatal: one head signed while a clock ran ahead would keep a mended one from serving.
    """
    last, at = last_head_at(site), site.clock()
    if last is None or at >= last - _AGREES:
        return
    signed, here = (local_minute(each, _TIMEZONE) for each in (last, at))
    yield Finding(
        problem=Problem(
            zh=f"本机时钟是 {here}，比最近一次签名的时间 {signed} 还早；"
            "请核对日期和时区并开启网络校时（timedatectl set-ntp true），再重新启动",
            en=f"this machine's clock says {here}, earlier than the newest signed head of {signed};"
            " check date and zone, switch on network time (timedatectl set-ntp true), start again",
        )
    )


def _address(site: Site) -> Iterator[Finding]:
    url = site.settings.base_url
    if is_public(url):
        return
    yield Finding(
        problem=Problem(
            field=BASE_URL,
            zh=f"{url} 不是公网 https 地址，只能试用：正式评议的海报和评议码不会印它；"
            "请设为居民打开的 https 地址",
            en=f"{url} is no public https address and good for trying only: a real campaign's "
            "posters and codes will not be made with it; set the https address that residents open",
        )
    )


def _proxies(site: Site, host: str) -> Iterator[Finding]:
    settings = site.settings
    if settings.secure and not settings.trusted_proxies:
        yield _proxy_finding(
            "对外地址是 https，本程序自己不加密，前面应有代理，却没有设可信代理层数："
            "所有居民会被当成来自同一网络；前面有一层代理就设为 1",
            "the base address is https, which a proxy in front speaks, but none is trusted: all "
            "residents would seem to share one network; set 1 where one proxy stands in front",
        )
    if settings.trusted_proxies and not _is_own(host):
        yield _proxy_finding(
            f"信任前面的代理，却监听 {host}：绕过代理的人可以冒充任何网络地址；"
            "代理在本机就用 --host 127.0.0.1，否则请用防火墙只放行代理",
            f"proxies in front are trusted, but {host} is listened to: who comes past them can "
            "claim any address; use --host 127.0.0.1 where the proxy is on this machine, or let a "
            "firewall admit the proxy alone",
        )


def _proxy_finding(zh: str, en: str) -> Finding:
    return Finding(problem=Problem(field="SURVEY_TRUSTED_PROXIES", zh=zh, en=en))


def _is_own(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def stop_or_tell(findings: list[Finding], tell: Callable[[str], None]) -> bool:
    """Tell all findings; return whether one of them stops the start."""
    for finding in findings:
        tell(finding.problem.both())
    return any(finding.fatal for finding in findings)
