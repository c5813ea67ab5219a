"""The Chinese font of everything printed: none is kept in the project.

A setting comes first, then a family the system has, then one open font file out of an installed
package. That package holds fonts that are not open too, so only the one file is copied.
"""

import shutil
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import typst

from survey.problems import Refused
from survey.site.config import Settings

_PREFERRED = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Zen Hei",
)
_PACKAGE, _FILE = "mplfonts", "NotoSansCJKsc-Regular.otf"
_FAMILY = "Noto Sans CJK SC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Font:
    """A family and where to find it: a folder, or empty for the system's fonts."""

    family: str
    folder: str

    @property
    def paths(self) -> list[str]:
        """Return the folders to search; typst silently ignores a file here."""
        return [self.folder] if self.folder else []


def choose_font(settings: Settings) -> Font:
    """Return the font to print with; raises Refused naming the remedy where there is none."""
    system = _system_families()
    if settings.font_family:
        if settings.font_family in system:
            return Font(family=settings.font_family, folder="")
        raise Refused.of(
            field="SURVEY_FONT",
            zh=f"系统中没有字体“{settings.font_family}”，请安装该字体或取消此项设置",
            en=f"the system has no font {settings.font_family!r}; install it or remove the setting",
        )
    for family in _PREFERRED:
        if family in system:
            return Font(family=family, folder="")
    return packaged_font(settings.home)


def packaged_font(home: Path) -> Font:
    """Return the font of the installed package, copied alone to the home folder."""
    folder = home / "fonts"
    target = folder / _FILE
    if not target.is_file():
        source = _packaged_file()
        folder.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".part")
        shutil.copyfile(source, draft)
        draft.replace(target)
    return Font(family=_FAMILY, folder=str(folder))


def _packaged_file() -> Path:
    try:
        found = Path(str(distribution(_PACKAGE).locate_file(f"{_PACKAGE}/fonts/{_FILE}")))
    except PackageNotFoundError:
        found = Path()
    if not found.is_file():
        raise Refused.of(
            field="SURVEY_FONT",
            zh="没有可用的中文字体：请安装思源黑体（Noto Sans CJK SC），"
            "或用 SURVEY_FONT 指定系统已有的中文字体",
            en="there is no Chinese font: install Noto Sans CJK SC, "
            "or name a Chinese font of the system in SURVEY_FONT",
        )
    return found


@lru_cache(maxsize=1)
def _system_families() -> frozenset[str]:
    return frozenset(typst.Fonts().families())
