"""What whoever gets the microdata must know, in words that go with it."""

from __future__ import annotations

from survey.exchange.microdata.variables import Dataset

_ZH = """{simulated}{title}
答卷数据（逐份）

发布编号：{release}
份数：{n}，一行一份；行的顺序只由内容决定，不反映先后
结果固定日期：{day}

文件
  {name}.csv            Excel、WPS 用（UTF-8）
  {name}.raw.csv        统计软件用，内容相同，不加引号
  {name}.zh.sps、.en.sps  SPSS 语法：读入 .raw.csv 并加上标签；安装扩展 spss 后另有 .sav
  {name}.parquet        Python、R、DuckDB 用，代码本在元数据里；安装扩展 parquet 后才有
  codebook.xlsx、codebook.csv、codebook.gb18030.csv  代码本
  ddi.xml               DDI-Codebook 2.5

怎样理解
  评分题：1、2、3…为量表各级；0 为不了解，-1 为未填，统计时都作缺失值。
  verdict 为 0、1 的答卷计入得分，2、3 不计入；未加权的平均数不等于公布的得分。
  没有权数：权数按对象类别、人口结构在计分时确定，不随答卷保存；要复核得分请用 survey folder。

怎样保护答卷人
  不含评议码、回执号、时间、设备或网络标记、文字意见。
  单位和对象类别：公布页不显示其份数的，这里不写类别（withheld）。
  年龄、性别、居住地、乡镇：全部个人情况都相同的不足{k}份时，略去其中几项（-2 或 withheld）；
  因此每一行至少有{k}份在个人情况上完全相同。自选题中结果页不显示的选项，这里同样略去。
  不得与其他名单比对以认出答卷人；不得转给被评单位；用完销毁。
"""

_EN = """{simulated}{title}
Answers one by one

Release: {release}
Answers: {n}, a row each; the order of rows follows from what they say alone, not from time
Frozen on: {day}

Files
  {name}.csv            for Excel and WPS (UTF-8)
  {name}.raw.csv        for programs of statistics: the same, nothing quoted
  {name}.zh.sps, .en.sps  SPSS syntax: reads and labels .raw.csv; with the extra `spss` a .sav too
  {name}.parquet        for Python, R, DuckDB, with the codebook; by the extra `parquet`
  codebook.xlsx, codebook.csv, codebook.gb18030.csv  the codebook
  ddi.xml               DDI-Codebook 2.5

How to read them
  Scored items: 1, 2, 3 ... are levels of the scale; 0 is don't know, -1 left empty, both missing.
  Answers with verdict 0 or 1 count, 2 and 3 do not; an unweighted mean is not the published score.
  No weights: they are made while scoring and not kept; to check scores use `survey folder`.

How people are protected
  No codes, receipts, times, marks of devices or networks, and no words anybody wrote.
  Unit and group: where the public page does not show their number, the group is `withheld`.
  Age, sex, residence, township: where fewer than {k} answers are alike in all facts about the
  person, some are left out (-2 or withheld); each row is like {k} at least in all of them. Choices
  of the county's own items that the page of results hides are left out here too.
  Do not match with other lists to recognise people; do not hand on to units rated; destroy after
  use.
"""


def readme(data: Dataset, *, lang: str) -> str:
    """Return the text in a language."""
    words = {"zh": (_ZH, "【模拟数据，不是居民的真实答卷】"), "en": (_EN, "[SIMULATED DATA] ")}
    text, simulated = words[lang]
    return text.format(
        simulated=simulated if data.simulated else "",
        title=data.title.text(lang),
        release=data.release_code,
        n=len(data.rows),
        day=data.frozen_on,
        name=data.name,
        k=data.smallest,
    )
