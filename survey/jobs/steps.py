"""The steps that long work goes through, in both languages, and how far each of them is."""

from collections.abc import Callable
from dataclasses import dataclass

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Step:
    """How far work is when it comes to this step, in percent, and what it then does."""

    percent: int
    zh: str
    en: str

    def text(self, lang: str) -> str:
        """Return what is done, in Chinese (``zh…``) or English."""
        return self.zh if lang.startswith("zh") else self.en


STEPS: dict[str, Step] = {
    "": Step(0, "等待开始", "waiting to begin"),
    "verify": Step(2, "核对封存的记录", "verifying the sealed records"),
    "read": Step(25, "读取答卷", "reading the answers"),
    "compute": Step(45, "计算得分", "computing the scores"),
    "write": Step(60, "制作文件", "making the file"),
    "keep": Step(90, "保存结果", "keeping the result"),
}


def say_nothing(_step: str) -> None:
    """Tell nobody which step work is at."""
