"""Words of 10,000 comments: cut into words, and counted for a release, against two seconds.

python -m bench.comment_words [COMMENTS]
"""

import random
import sys
import time
from types import SimpleNamespace
from typing import Any, cast

from survey.appraisal.reporting.shared_words import counted_words
from survey.feedback.words_said import words_said
from survey.model import Unit

LIMIT = 2.0  # seconds of a processor for 10,000 comments
_UNITS = 50
_PLACES = [
    "桥头",
    "菜场",
    "河边",
    "车站",
    "学校",
    "医院",
    "公园",
    "巷口",
    "厂区",
    "楼道",
    "广场",
    "渡口",
    "村口",
    "集市",
]
_THINGS = [
    "路灯",
    "公交车",
    "垃圾桶",
    "井盖",
    "窗口",
    "电梯",
    "水管",
    "停车位",
    "斑马线",
    "绿化带",
    "物业",
    "班次",
]
_SAID = (
    "坏了半年没有人来修理",
    "排队太久下班前办不完",
    "夏天气味很大影响休息",
    "收费说不清楚要求公开",
    "晚上看不见老人摔倒过",
    "打了三次热线没有回音",
    "前后说法不一样跑了几趟",
)


def written(n: int, seed: int = 1) -> list[str]:
    """Return comments of 20 to 60 signs, each put together anew."""
    drawn = random.Random(seed)
    return [
        "，".join(
            f"{drawn.choice(_PLACES)}的{drawn.choice(_THINGS)}{drawn.choice(_SAID)}"
            for _ in range(drawn.randint(1, 3))
        )
        + chr(0x4E00 + number % 20_000)
        for number in range(n)
    ]


def main(n: int) -> bool:
    """Cut and count; tell whether cutting kept to the limit."""
    texts = written(n)
    words_said(texts[0])  # the dictionary is loaded once in a process
    begun = time.process_time()
    found = sum(len(words_said(text)) for text in texts)
    cut = time.process_time() - begun
    begun = time.process_time()
    unit = cast("Unit", cast("Any", SimpleNamespace(name_zh="安澜县民政局", short_zh="民政局")))
    given = 0
    for start in range(_UNITS):
        mine = [(text, b"%d" % number) for number, text in enumerate(texts[start::_UNITS])]
        given += len(counted_words(mine, smallest=10, unit=unit))
    counted = time.process_time() - begun
    print(f"{n} comments, {found} words: cut in {cut:.2f} s of a processor")
    print(f"of {_UNITS} units counted, alike ones once: {counted:.2f} s; {given} words told")
    return cut <= LIMIT * n / 10_000


if __name__ == "__main__":
    kept = main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    sys.exit(0 if kept else "10,000 comments must not take more than 2 s to cut")
