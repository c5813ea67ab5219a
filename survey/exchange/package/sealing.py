"""The ledger of a package: heads in one signed chain, each root over the leaves, and the release.

The last head seals the release itself, its run and its plan; so none can be left out at the end.
"""

from collections.abc import Iterator
from hashlib import sha256

from survey.appraisal.record.scores import LedgerFacts
from survey.canonical import canonical, digest_of
from survey.exchange.package import names
from survey.exchange.package.opened import Package, wrong
from survey.ledger.checker import FIRST, CheckFailed, Head, check_head, head_digest
from survey.ledger.records import listed
from survey.problems import Problem


def check_ledger(package: Package) -> Iterator[Problem]:
    """Yield what is wrong with leaves and heads, by the number of the head."""
    heads, leaves = package.heads, package.leaves
    before: Head | None = None
    for place, head in enumerate(heads, start=1):
        yield from _signed(head, place, package)
        yield from _chained(head, before, place)
        if head["campaign"] != package.manifest.campaign:
            yield _head(place, "是另一次评议的", "is of another campaign")
        if not 0 <= head["size"] <= len(leaves) or leaves.root(head["size"]) != head["root"]:
            yield _head(
                place,
                f"与前 {head['size']} 条存证记录算出的不符",
                f"its root is not the one over the first {head['size']} leaves",
            )
        before = head
    ledger = package.scores.release.ledger
    if not heads or ledger != LedgerFacts(size=len(leaves), root=leaves.root(len(leaves))):
        yield wrong(
            names.LEAVES,
            f"{len(leaves)} 条存证记录不是发布所依据的 {ledger.size} 条，或内容不同",
            f"these {len(leaves)} leaves are not the {ledger.size} of the release",
        )
    elif heads[-1]["size"] != len(leaves):
        yield _head(len(heads), "不是发布时的份数", "is not of the release’s size")


def check_sealed(package: Package) -> Iterator[Problem]:
    """Yield what the last head seals otherwise: the release, its run, its plan, its questions."""
    records, last = package.records, package.heads[-1]
    if sha256(canonical(records)).hexdigest() != last["records"]:
        yield wrong(
            names.HEADS,
            "所列各类记录的校验值不是最后一个总校验码所封存的",
            "the digests of records are not those the last head seals",
        )
    number = str(package.manifest.number)
    if listed(records["releases"]).get(number) != package.files.digest(names.SCORES):
        yield wrong(
            names.SCORES,
            "不是最后一个总校验码所封存的发布",
            "is not the release the last head seals",
        )
    run, apart = package.run, {"number", "verdict_digest"}
    made_of = {name: of for name, of in package.document(names.RUN).items() if name not in apart}
    digest = digest_of({**made_of, "content": package.document(names.APPRAISAL)})
    if listed(records["runs"]).get(str(run.number)) != f"{digest}:{run.verdict_digest}":
        yield wrong(
            names.APPRAISAL,
            "不是最后一个总校验码所封存的那次计分",
            "is not the run the last head seals",
        )
    if records["plan"] != run.plan_digest:
        yield wrong(names.RUN, "计分方案不是所封存的", "its plan is not the sealed one")


def check_questions(package: Package) -> Iterator[Problem]:
    """Yield where the questionnaire is not the sealed one."""
    records = package.records
    file = "folder/questionnaire.json"
    if digest_of(package.document(file)) != records["questionnaire"]:
        yield wrong(file, "问卷不是所封存的", "is not the sealed questionnaire")


def _signed(head: Head, place: int, package: Package) -> Iterator[Problem]:
    try:
        check_head(head, package.key)
    except CheckFailed as failed:
        zh, _, en = str(failed).partition(" / ")
        yield _head(place, zh, en)


def _chained(head: Head, before: Head | None, place: int) -> Iterator[Problem]:
    """Yield where a head does not follow the one before; those of version 1 named none."""
    if head["version"] > 1:
        named = head_digest(before) if before else FIRST
        if head["number"] != place or head["previous"] != named:
            yield _head(
                place,
                "不与前一个总校验码相连：有被抽掉、插入或另签的",
                "does not follow the head before: one was taken out, put in or signed anew",
            )
    if before and (head["size"] < before["size"] or head["time"] < before["time"]):
        yield _head(place, "份数变少或时间倒退", "is smaller or earlier than the head before")


def _head(place: int, zh: str, en: str) -> Problem:
    return wrong(names.HEADS, f"第 {place} 个总校验码{zh}", f"head {place} {en}", field=str(place))
