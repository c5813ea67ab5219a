"""What witnesses signed of a package's ledger: each of them by name, and enough of them."""

from collections.abc import Iterator
from dataclasses import asdict

from survey.appraisal.record.witnessed import WitnessFacts
from survey.exchange.package import names
from survey.exchange.package.opened import Package, wrong
from survey.ledger.checker import head_digest
from survey.ledger.notes.checkpoint import read_checkpoint
from survey.ledger.notes.cosignature import cosigned
from survey.ledger.notes.note import COSIGNER, LOG, Note, NoteKey, is_signed, read_key, read_note
from survey.problems import Problem
from survey.scheme.county import CountyFolder
from survey.scheme.scheme import scheme_in
from survey.verification.signature import public_key, raw


def check_witnesses(package: Package) -> Iterator[Problem]:
    """Yield each signature of a witness that does not hold, and who is missing where too few did.

    Raises Refused or what an odd document makes of its reader.
    """
    facts = package.scores.release.witnesses
    if facts is None:
        return
    problems: list[Problem] = []
    signed = _signed(package, facts, problems)
    yield from problems
    missing = [one.name for one in facts.of if one.name not in signed]
    if len(signed) < facts.required:
        yield _wrong(
            f"须有 {facts.required} 个见证方签名，只有 {len(signed)} 个；"
            f"缺少：{'、'.join(missing)}",
            f"{facts.required} witnesses had to sign, {len(signed)} did; missing:"
            f" {', '.join(missing)}",
        )


def check_declared(package: Package, county: CountyFolder) -> Iterator[Problem]:
    """Yield where the release names other witnesses, or fewer, than the sealed plan."""
    named, facts = scheme_in(county.document).witnesses, package.scores.release.witnesses
    said = (facts.required, [asdict(one) for one in facts.of]) if facts else (0, [])
    if said != (named.required, [asdict(one) for one in named.of]):
        yield _wrong("与方案写明的见证方不同", "are not the witnesses the plan names")


def witnesses_said(package: Package) -> Iterator[str]:
    """Yield a line for each witness: signed, with its key to be compared with paper, or not."""
    facts = package.scores.release.witnesses
    if facts is None:
        return
    signed = _signed(package, facts, [])
    for one in facts.of:
        zh, en = ("已签名", "signed") if one.name in signed else ("没有签名", "NOT signed")
        yield f"见证方{zh} / witness {en}: {one.name} {one.public_key}"


def _signed(package: Package, facts: WitnessFacts, problems: list[Problem]) -> set[str]:
    """Return who signed a head over all answers, noting everything that does not hold."""
    keys = [read_key(one.public_key, kind=COSIGNER) for one in facts.of]
    told = {one.name for one in facts.of}
    if min(len(told), len({key.raw for key in keys})) < len(keys):
        problems.append(_wrong("同一个见证方列了两次", "a witness is listed twice"))
    signed: set[str] = set()
    for text in facts.checkpoints:
        note = read_note(text)
        if not _is_of_ledger(package, note):
            problems.append(
                _wrong("所签的不是这本存证的总校验码", "signed what is no head of this ledger")
            )
            continue
        for one, key in zip(facts.of, keys, strict=True):
            own = [line for line in note.lines if key.made(line)]
            if any(cosigned(note.body, line, key) is None for line in own):
                problems.append(
                    _wrong(f"见证方{one.name}的签名不对", f"the signature of {one.name} is wrong")
                )
            elif own:
                signed.add(one.name)
    return signed


def _is_of_ledger(package: Package, note: Note) -> bool:
    """Say whether a note is one of the package's heads over all leaves, signed by the office."""
    stated, leaves = read_checkpoint(note.body), package.leaves
    heads = {f"sha256 {head_digest(head)}": head for head in package.heads}
    head = heads.get(stated.more[-1]) if stated.more else None
    campaign = package.manifest.campaign
    return (
        head is not None
        and (stated.size, stated.root.hex()) == (head["size"], head["root"])
        and (stated.size, stated.root.hex()) == (len(leaves), leaves.root(len(leaves)))
        and stated.more == (f"head {head['number']}", f"sha256 {head_digest(head)}")
        and stated.origin.startswith("gongping/")
        and stated.origin.endswith(f"/{campaign}")
        and is_signed(note, NoteKey(name=stated.origin, kind=LOG, raw=raw(public_key(package.key))))
    )


def _wrong(zh: str, en: str) -> Problem:
    return wrong(names.SCORES, zh, en, field="release.witnesses")
