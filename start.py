#!/usr/bin/env python3
"""一条命令启动公评 / start Gongping with one command. Standard library only.

python3 start.py            安装、准备、在 8000 端口提供服务
                            install what is needed, prepare the database, serve on port 8000
python3 start.py --empty    同上，不载入演示县 / the same, without the demonstration county
python3 start.py test       运行全部测试 / every test, and the floors of coverage
python3 start.py fast       约一分钟的测试 / no browser, server, PostgreSQL, nothing of a second
python3 start.py cover      各部分的测试覆盖率 / those of a second too; what they ran of each room
python3 start.py lint       代码检查 / style, format, who may import whom
python3 start.py types      类型检查 / types
python3 start.py bom        软件物料清单 / write requirements/bom.cdx.json, the bill of materials

What follows test, fast or cover goes to pytest: python3 start.py fast tests/forms -k relevance
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
WHEELS = ROOT / "wheels"
LOCKS = ROOT / "requirements"
ROOMY, ENOUGH = Path("/dev/shm"), 8 << 30  # noqa: S108 - for whom TMPDIR is set
# Servers that tests start, and Debian's packages of them.
SERVERS = {"nginx": "nginx-light", "pgbouncer": "pgbouncer"}
# The headless shell is the same engine without windows: a quarter less work for the machine.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")


def main() -> int:
    """Install what the word needs, then do it; returns the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - said in words to whoever runs an older one
        return fail("需要 Python 3.11 或更高版本", "Python 3.11 or later is needed")
    word, rest = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if word in {"-h", "--help", "help"}:
        sys.stdout.buffer.write(__doc__.encode())
        return 0
    if not word or word.startswith("-"):
        return serve(sys.argv[1:])
    if word not in WORDS:
        known = " ".join(WORDS)
        return fail(f"不认识“{word}”，可用：{known}", f"no such word: {word}; there are {known}")
    extra, do = WORDS[word]
    return do(rest) if make_venv() and install(["main.txt", extra]) else 1


def serve(options: list[str]) -> int:
    """Prepare the installation and serve it."""
    if not make_venv() or not install(["main.txt"]):
        return 1
    return run([PYTHON, "-m", "survey", "start", *options])


def test(words: list[str]) -> int:
    """Run every test; all together must also have run enough of each package."""
    find_browser()
    find_servers()
    if words:
        return run_tests(words)
    counted = run_counted(["-m", "not timed"], "--floors")
    return max(counted, run([PYTHON, "-m", "pytest", "-m", "timed", *timed_files()]))


def fast(words: list[str]) -> int:
    """Run what needs neither browser, server nor PostgreSQL, nor a second to a test."""
    return run_tests([*FAST, *words], waiting=0)


def cover(words: list[str]) -> int:
    """Run those of a second too, or the ones named; tell what of each package they ran."""
    return run_counted(words or [SECOND[0], f"{SECOND[1]} and not timed"])


def run_counted(words: list[str], *judged: str) -> int:
    """Run tests, then tell what they ran of each package, or hold it against the floors."""
    with tempfile.TemporaryDirectory() as folder:
        ran = Path(folder) / "ran.json"
        # Asked for so, the plugin counts in the processes that run tests, and not in the one that
        # hands them out; tests/conftest.py writes the sum into the file.
        os.environ |= {"SLIPCOVER_ENABLED": "1", "SLIPCOVER_BRANCH": "1"}
        os.environ |= {"SLIPCOVER_SOURCE": "survey", "SURVEY_RAN": str(ran)}
        failed = run_tests(words)
        for name in ("SLIPCOVER_ENABLED", "SURVEY_RAN"):
            del os.environ[name]
        return max(failed, run([PYTHON, "-m", "tests.coverage_floors", ran, *judged]))


def run_tests(words: list[str], *, waiting: int = 2) -> int:
    """Spread the tests over the processors, as many processes more as there are always waiting."""
    # A file's tests stay together: they share what is costly to prepare. In our order, not xdist's,
    # which would leave the longest files, of few tests, to the end and to one process.
    spread = [f"--numprocesses={(os.cpu_count() or 1) + waiting}", "--dist=loadfile"]
    spread.append("--no-loadscope-reorder")
    # Programs that tests start would each compile all of ours again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # There are as many processes as processors already: their matrices are multiplied by one each.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # Databases sync each answer and deed, as they must: to memory, where there is much of it.
    if ROOMY.is_dir() and shutil.disk_usage(ROOMY).free > ENOUGH:
        os.environ.setdefault("TMPDIR", str(ROOMY))
    return run([PYTHON, "-m", "pytest", *spread, *words])


def timed_files() -> list[Path]:
    """Find the few files with tests that hold our work to milliseconds: no other need be read."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [path for path in files if "pytest.mark.timed" in path.read_text("utf-8")]


def lint(words: list[str]) -> int:
    """Check style, format and the direction of imports; all three, whichever fails."""
    checks = (
        [PYTHON, "-m", "ruff", "check", *words],
        [PYTHON, "-m", "ruff", "format", "--check", *words],
        [BIN / "lint-imports"],
    )
    return max([run(check) for check in checks])


def types(words: list[str]) -> int:
    """Check the types."""
    return run([PYTHON, "-m", "mypy", *words])


def bom(words: list[str]) -> int:
    """Write the bill of materials from the locks: the same locks give the same bytes."""
    locked = b"".join((LOCKS / name).read_bytes() for name in ("main.txt", "font.txt"))
    made = ["--output-reproducible", "--output-file", str(LOCKS / "bom.cdx.json"), *words, "-"]
    tool = [str(PYTHON), "-W", "ignore", "-m", "cyclonedx_py", "requirements"]
    about = ["--pyproject", str(ROOT / "pyproject.toml")]
    return subprocess.run([*tool, *about, *made], input=locked, check=False).returncode


SECOND = ["-m", "not browser and not server and not postgresql and not slow"]
FAST = ["-m", f"{SECOND[1]} and not second"]
# What a developer may ask for: the lock it needs beside the program's own, and what is done.
WORDS = {
    "test": ("test.txt", test),
    "fast": ("test.txt", fast),
    "cover": ("test.txt", cover),
    "lint": ("test.txt", lint),
    "types": ("test.txt", types),
    "bom": ("bom.txt", bom),
}


def make_venv() -> bool:
    """Make .venv once; a Python without ensurepip raises SystemExit there."""
    if PYTHON.exists():
        return True
    say("正在创建运行环境 .venv", "making .venv")
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        fail(
            "无法创建 .venv：请先安装 python3-venv（Debian/Ubuntu：apt-get install python3-venv）",
            "cannot make .venv: install the system's package python3-venv first",
        )
    return made.returncode == 0


def install(locks: list[str]) -> bool:
    """Install locked requirements, the font and this project, unless that has been done."""
    marker = VENV / f"installed-{'-'.join(locks)}"
    wanted = fingerprint(locks)
    if marker.exists() and marker.read_text() == wanted:
        return True
    say(
        "正在安装所需组件（首次约一分钟）",
        "installing what is needed (about a minute the first time)",
    )
    source = ["--no-index", "--find-links", str(WHEELS)] if WHEELS.is_dir() else []
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *source]
    pip.append("--no-compile")  # what is used is compiled when it is, and that is little of it
    locked = [word for lock in locks for word in ("--requirement", str(LOCKS / lock))]
    steps = (
        [*pip, "--require-hashes", *locked],
        # Only its font file is used; its own dependencies would bring matplotlib along.
        [*pip, "--no-deps", "--require-hashes", "--requirement", str(LOCKS / "font.txt")],
        [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
    )
    for step in steps:
        if run(step):
            fail(
                "安装失败：请检查网络，或把离线安装包放入 wheels 文件夹后重试",
                "installation failed: check the network, or put a wheels/ folder beside start.py",
            )
            return False
    marker.write_text(wanted)
    return True


def fingerprint(locks: list[str]) -> str:
    """Digest whatever an installation depends on; a pull that changes any of it installs again."""
    files = [LOCKS / name for name in [*locks, "font.txt"]]
    files += [ROOT / "pyproject.toml", ROOT / "hatch_build.py"]
    files += sorted(ROOT.glob("survey/translations/*/LC_MESSAGES/*.po"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def find_browser() -> None:
    """Install Debian's Chromium where we may, else say that tests of pages will be skipped."""
    if has_browser():
        return
    if may_install():
        say("正在安装测试用浏览器 Chromium", "installing Chromium for the tests of pages")
        for name in BROWSERS:
            apt_install([name, "fonts-noto-cjk"])
            if has_browser():
                return
    if not has_browser():
        say(
            "未找到 Chromium：页面测试将跳过（apt-get install chromium fonts-noto-cjk 后可运行）",
            "no Chromium found: tests of pages will be skipped; install chromium to run them",
        )


def has_browser() -> bool:
    """Tell whether a browser the tests can drive is installed."""
    return any(shutil.which(name) for name in BROWSERS)


def find_servers() -> None:
    """Install what stands before and behind us, or say that tests with it will be skipped."""
    lacking = lacking_servers()
    if lacking and may_install():
        names = "、".join(lacking)
        say(f"正在安装测试用的 {names}", f"installing {', '.join(lacking)} for the tests")
        apt_install([SERVERS[name] for name in lacking])
    for name in lacking_servers():
        package = SERVERS[name]
        say(
            f"未找到 {name}：用到它的测试将跳过（apt-get install {package} 后可运行）",
            f"no {name} found: tests with it will be skipped; install {package} to run them",
        )


def lacking_servers() -> list[str]:
    """Return which of the servers that tests use are not installed."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return [name for name in SERVERS if not shutil.which(name, path=path)]


def may_install() -> bool:
    """Tell whether packages of the system can be installed by us."""
    return bool(shutil.which("apt-get")) and hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(names: list[str]) -> None:
    """Install packages of the system."""
    quiet = {
        "stdout": subprocess.DEVNULL,
        "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run(["apt-get", "update", "-q"], check=False, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-q", *names], check=False, **quiet)


def run(words: list[object]) -> int:
    """Run a program in the foreground; Ctrl-C ends it, not us first."""
    try:
        return subprocess.run([str(word) for word in words], cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 0


def say(zh: str, en: str) -> None:
    """Tell in both languages, whatever the console's encoding."""
    encoding = sys.stderr.encoding or "ascii"
    print(f"{zh} / {en}".encode(encoding, "replace").decode(encoding), file=sys.stderr, flush=True)


def fail(zh: str, en: str) -> int:
    """Tell what went wrong; returns exit code 1."""
    say(f"错误：{zh}", f"error: {en}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
