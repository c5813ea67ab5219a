"""A package checked offline: who signed, the ledger, every answer, the sums, and the figures.

What is wrong with the seals is told before anything is computed from what they seal.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from survey.exchange.package import names
from survey.exchange.package.answers import check_codes, check_digests, check_rows
from survey.exchange.package.committed import check_committed, check_used, said_of
from survey.exchange.package.leaves import Tell, check_openings, opened
from survey.exchange.package.opened import UNREADABLE, Package, open_package, unreadable, wrong
from survey.exchange.package.recomputing import check_figures, not_recomputed, scoring
from survey.exchange.package.sealing import check_ledger, check_questions, check_sealed
from survey.exchange.package.witnessing import check_witnesses, witnesses_said
from survey.ledger.checker import CheckFailed, Head, check_printed, head_digest
from survey.ledger.committed.used import CodesUsed
from survey.problems import Problem, Refused
from survey.verification.signature import holds, public_key

_Check = Callable[[], Iterator[Problem]]


def check_package(
    path: Path, *, key: str, printed: Sequence[str], others: Sequence[Head], tell: Tell
) -> list[str]:
    """Return a line for all that holds and for all that was not checked; `tell` says how far it is.

    Heads `printed` on paper and those of `others` must be of the package's own history.

    Raises Refused with all that is wrong, by file, row and field.
    """
    with open_package(path, key=key) as package:
        said = _checked(package, given=bool(key), printed=printed, others=others, tell=tell)
    return [f"{path.name}: {line}" for line in said]


def _checked(
    package: Package, *, given: bool, printed: Sequence[str], others: Sequence[Head], tell: Tell
) -> list[str]:
    tell("核对存证和答卷… / comparing ledger and answers …")
    seals: dict[str, _Check] = {
        names.SCORES: lambda: _scores(package),
        names.LEAVES: lambda: check_ledger(package),
        names.HEADS: lambda: check_sealed(package),
        names.APPRAISAL: lambda: check_digests(package),
        names.FOLDER: lambda: check_rows(package),
        names.CODES: lambda: check_codes(package),
        names.COMMITTED: lambda: check_committed(package),
        "folder/questionnaire.json": lambda: check_questions(package),
        "witnesses": lambda: check_witnesses(package),
        "--printed": lambda: _outside(package, printed, others),
    }
    answers: dict[str, _Check] = {}
    read = cache(lambda: opened(package, tell))
    if package.has_openings:
        answers[names.OPENINGS] = lambda: check_openings(package, read())
        answers[names.OPENINGS + " "] = lambda: check_used(package, read().codes)
    problems = _of(seals)
    if problems:
        raise _refused([*problems, *_of(answers)])
    # Seals that hold: scores are computed while answers are compared, one by one, with the ledger.
    with scoring(package) as anew:
        if problems := _of(answers):
            raise _refused(problems)
        tell("重新计分… / scoring anew …")
        problems = _found(names.APPRAISAL, lambda: check_figures(package, anew))
    if problems:
        raise Refused(problems)
    used = read().codes if package.has_openings else None
    return list(_said(package, used, given=given, printed=printed))


def _of(checks: Mapping[str, _Check]) -> list[Problem]:
    return [problem for file, check in checks.items() for problem in _found(file, check)]


def _refused(problems: Sequence[Problem]) -> Refused:
    return Refused([*dict.fromkeys(problems), _not_scored()])


def _found(file: str, check: _Check) -> list[Problem]:
    """Return what a check finds; what it cannot even read is wrong."""
    found: list[Problem] = []
    try:
        found += check()
    except Refused as refused:
        found += refused.problems
    except UNREADABLE as error:
        found.append(unreadable(file, error))
    return found


def _scores(package: Package) -> Iterator[Problem]:
    """Yield where the score document is not signed, or is of another release."""
    scores, manifest, record = package.scores, package.manifest, package.record
    signature = scores.release.signature
    if signature is None or signature.value is None:
        yield wrong(names.SCORES, "没有签名", "is not signed", field="release.signature")
    elif not holds(package.document(names.SCORES), public_key(package.key)):
        yield wrong(names.SCORES, "签名不对", "its signature is wrong")
    campaign, release = scores.campaign.id, scores.release
    said = manifest.campaign, manifest.release, manifest.number, manifest.simulated
    if said != (campaign, release.id, release.number, scores.simulated):
        yield wrong(names.MANIFEST, "清单写的是另一次发布", "names another release")
    if (record.campaign, record.simulated) != (campaign, scores.simulated):
        yield wrong(names.APPRAISAL, "是另一次评议的", "is of another campaign")


def _outside(package: Package, printed: Sequence[str], others: Sequence[Head]) -> Iterator[Problem]:
    """Yield where heads kept elsewhere are not of this history."""
    heads, leaves = package.heads, package.leaves
    for one in printed:
        try:
            check_printed(heads, one)
        except CheckFailed as failed:
            zh, _, en = str(failed).partition(" / ")
            yield wrong(names.HEADS, zh, en)
    numbers = {head.get("number"): head for head in heads}
    for other in others:
        if other["campaign"] != package.manifest.campaign:
            continue
        ours = numbers.get(other.get("number"), other)
        is_later = other["size"] > len(leaves)
        same = is_later or leaves.root(other["size"]) == other["root"]
        if not same or head_digest(ours) != head_digest(other):
            yield wrong(
                names.HEADS,
                f"与另存的第 {other.get('number')} 个总校验码不是同一部历史",
                f"is another history than head {other.get('number')} that was kept elsewhere",
            )


def _said(
    package: Package, used: CodesUsed | None, *, given: bool, printed: Sequence[str]
) -> Iterator[str]:
    heads, n_leaves = package.heads, len(package.leaves)
    manifest = package.manifest
    whose = "" if given else "（用包内自带的公钥 by the key in the package: give --key）"
    yield f"签名正确 / signatures hold: {manifest.release} {manifest.key_id}{whose}"
    if manifest.simulated:
        yield "演示数据，不得用于考核 / simulated answers, not for use"
    yield f"总校验码相连 / heads in one chain: 1–{len(heads)}"
    yield from witnesses_said(package)
    yield f"每条存证记录都与总校验码相符 / leaves under the signed root: {n_leaves}"
    if package.has_openings:
        yield f"每份答卷都与存证一致 / answers that are what the ledger holds: {n_leaves}"
    else:
        yield (
            f"未核对：{n_leaves} 份答卷的内容与存证（包内没有拆封内容） / "
            "NOT checked: answers one by one against the ledger (no openings in the package)"
        )
    yield from said_of(package, used)
    yield "重新计分，数字逐位相同 / scored anew: every figure the same to the last digit"
    for part in not_recomputed(package):
        yield f"未重算 / not recomputed: {part}"
    if not printed:
        yield (
            "未与纸上的总校验码核对 / not compared with a head on paper: give --printed, or "
            "whoever holds the signing key could have made all of it anew"
        )


def _not_scored() -> Problem:
    return Problem(
        zh="因此没有重新计分；请保留这个文件，告知监察人员",
        en="so nothing was scored anew; keep the file and tell the inspector",
    )
