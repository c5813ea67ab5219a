"""What stands first in a package: what it is, for whom, and how it is checked."""

from survey.appraisal.record import ScoreDocument

_ZH = """# {title} 第 {number} 次发布：核对用的发布包

{simulated}本包含 {answers} 份答卷的计分内容、计分结果和存证，供监察、审计、统计机构
离线核对。{openings}

## 怎样核对
1. 公钥请从通知原件或评议办书面取得，不要只信本包自带的 `public-key.txt`（其中的是 {key}）。
2. `survey verify 本文件.zip --key 公钥`：核对签名、存证和每份答卷，并重新计分。
3. `python3 verify.py 本文件.zip --key 公钥`：另一个独立程序，只需 Python，格式见 docs/verify。
4. 手边有纸上的总校验码（海报、通报），请加 `--printed 'PRH:…'`：掌握签名密钥的人可以重做
   整套存证，只有留在外面的总校验码能够识破。

## 里面有什么
- `scores.json` 发布的得分；`appraisal.json`、`run.json` 该次计分的全部数字和登记
- `folder/` 计分用的方案和答卷（`survey appraise` 可读）
- `ledger/leaves.txt` 每份答卷的存证；`ledger/heads.json` 至本次发布的全部总校验码
- `codes.json` 评议码收支；`versions.json` 程序版本
- `manifest.json`、`manifest.sig` 清单和签名
"""
_EN = """# {title}, release {number}: the package to check it by

{simulated}It holds what {answers} answers were scored by, the scores and the ledger, for
inspectors, auditors and statisticians to check offline. {openings}

## How to check
1. Take the public key from the printed notice or from the office in writing; do not rely on the
   `public-key.txt` in here alone (it says {key}).
2. `survey verify THIS.zip --key KEY` checks signatures, ledger and answers, and scores anew.
3. `python3 verify.py THIS.zip --key KEY`: an independent program that needs only Python;
   docs/verify describes the formats.
4. If you have a head on paper (poster, bulletin) add `--printed 'PRH:…'`: whoever holds the
   signing key can make a whole ledger anew, and only a head that was kept elsewhere shows it.

## What is in it
- `scores.json` the scores as released; `appraisal.json`, `run.json` the run's figures and entry
- `folder/` plan and answers as scored (`survey appraise` reads it)
- `ledger/leaves.txt` a leaf for each answer; `ledger/heads.json` all heads up to the release
- `codes.json` balance of codes; `versions.json` versions
- `manifest.json`, `manifest.sig` list of files and its signature
"""
_OPENED_ZH = """

**保密：含存证的拆封内容（`ledger/openings.jsonl`）。** 持有本包又得知某人回执号的人，可以
读出这个人的答案。只交给依法核对的机构，核对后销毁，不得公开、转发；交给谁须登记。"""
_OPENED_EN = """

**Confidential: it holds the openings of the ledger (`ledger/openings.jsonl`).** Whoever has this
package and somebody's receipt can read what that person answered. For the body that checks by law
alone: keep a record of who got it, destroy it afterwards, never publish or pass it on."""
_CLOSED_ZH = """

**内部资料：逐份的答卷在内，不得公开。** 未含存证的拆封内容，因此不能逐份核对答卷与存证，
只核对存证本身、份数和重新计分；需要逐份核对的机构可要求含拆封内容的包。"""
_CLOSED_EN = """

**Internal: answers are in it one by one, do not publish it.** Without openings no single answer is
compared with the ledger: the ledger itself, the number of answers and the scores are. A body that
must compare each answer asks for the package with openings."""


def readme(facts: ScoreDocument, *, answers: int, openings: bool, key: str, lang: str) -> bytes:
    """Return the README of a package in Chinese (`zh`) or English."""
    chinese = lang == "zh"
    opened = (
        (_OPENED_ZH if openings else _CLOSED_ZH)
        if chinese
        else (_OPENED_EN if openings else _CLOSED_EN)
    )
    notice = facts.notice
    told = "" if notice is None else f"**{notice.zh if chinese else notice.en}**\n\n"
    text = (_ZH if chinese else _EN).format(
        title=facts.campaign.title if chinese else facts.campaign.title_en,
        number=facts.release.number,
        simulated=told,
        answers=answers,
        openings=opened,
        key=key,
    )
    return text.encode()
