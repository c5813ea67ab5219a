"""Makes the package of a release, or says why there can be none."""

import base64
import hashlib
import json
import platform
import re
import tempfile
from collections.abc import Callable
from datetime import UTC
from importlib import metadata
from itertools import pairwise
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import __version__
from survey.appraisal.inputs.reading import Inputs, read_inputs
from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.plain import plain
from survey.appraisal.review.standing import read_decisions
from survey.appraisal.runs import read_record
from survey.clock import local_day
from survey.exchange.answers_folder import write_inputs
from survey.exchange.package import names
from survey.exchange.package.container import Part, digest_of_part, pack, size_of
from survey.exchange.package.openings import meanings_of, write_leaves, write_openings
from survey.exchange.package.readme import readme
from survey.fieldwork.campaigns import find_campaign
from survey.ledger.committed.balance import BALANCE, balance_of
from survey.ledger.committed.commitments import committed_batches, statements_of
from survey.ledger.head import heads_of, key_id, public_key, published
from survey.ledger.records import FIXED, fixed_digests, listed
from survey.model import Appraisal, AuditEntry, Campaign, Release, TreeHead
from survey.problems import Refused
from survey.site.installation import Site
from survey.stats.campaign.plan import Plan

Tell = Callable[[str], None]


def _silent(_line: str) -> None:
    return None


def make_package(
    site: Site, *, campaign_code: str, number: int, openings: bool, out: Path, tell: Tell = _silent
) -> int:
    """Write the package of a release as a zip; return how many answers are in it.

    With `openings` what each leaf of the ledger was made of goes along. `tell` says how far it is.

    Raises Refused where answers are anonymous, where anything that the release was made of has
    moved on since, and where its heads were signed by another key than today's.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "folder"
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_code)
            _need_answers(campaign)
            tell("读取答卷… / reading the answers …")
            inputs = read_inputs(session, campaign=campaign)
            release = _release(session, campaign, number)
            run = session.get_one(Appraisal, release.appraisal_id)
            heads = _heads(session, campaign, release)
            _need_unmoved(session, campaign, run, heads[-1], inputs)
            tell("写出答卷… / writing the answers …")
            write_inputs(session, campaign, inputs, out=folder)
            files: dict[str, Part] = {names.FOLDER + path.name: path for path in folder.iterdir()}
            n_answers, ids = inputs.loaded.sample.n_responses, inputs.loaded.ids
            del inputs
            facts = ScoreDocument.from_dict(json.loads(release.document))
            key = public_key(site.keys.signing())
            _need_one_key(campaign, {head.key_id for head in heads}, facts, key_id(key))
            files |= _of_the_release(release, run, facts) | _said(campaign, heads)
            files |= _of_the_codes(session, campaign, heads)
            tell("写出存证… / writing the ledger …")
            files[names.LEAVES] = Path(place) / "leaves"
            write_leaves(session, campaign=campaign, out=Path(place) / "leaves")
            if openings:
                plan = Plan.from_dict(campaign.plan or {})
                files[names.OPENINGS] = opened = Path(place) / "openings"
                write_openings(session, campaign=campaign, ids=ids, out=opened)
                meant = meanings_of(session, campaign=campaign, ages=plan.ages)
                files[names.MEANINGS] = _json(plain(meant))
        files[names.KEY] = _key_file(key)
        for name, lang in ((names.README_ZH, "zh"), (names.README_EN, "en")):
            files[name] = readme(facts, answers=n_answers, openings=openings, key=key, lang=lang)
        manifest = _manifest(files, facts, openings=openings, key=key)
        signature = base64.b64encode(site.keys.signing().sign(manifest)) + b"\n"
        tell("打包… / packing …")
        with out.open("w+b") as zipped:
            pack({**files, names.MANIFEST: manifest, names.SIGNATURE: signature}, zipped)
    return n_answers


def _of_the_release(release: Release, run: Appraisal, facts: ScoreDocument) -> dict[str, Part]:
    made_of = {
        "code_version": run.code_version,
        "data_digest": run.data_digest,
        "plan_digest": run.plan_digest,
        "run_at": run.run_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "run_by": run.run_by,
    }
    return {
        names.SCORES: release.document.encode(),
        names.APPRAISAL: _json(run.content),
        names.RUN: _json({"number": run.id, "verdict_digest": run.verdict_digest, **made_of}),
        names.CODES: _json({"codes": plain(facts.release.codes)}),
        names.VERSIONS: _versions(run),
    }


def _said(campaign: Campaign, heads: list[TreeHead]) -> dict[str, Part]:
    said = {
        "heads": [published(head, campaign) for head in heads],
        # What the last one says of everything that is no answer: the release is in it.
        "records": heads[-1].records,
    }
    return {names.HEADS: _json(said)}


def _of_the_codes(session: Session, campaign: Campaign, heads: list[TreeHead]) -> dict[str, Part]:
    """Return the codes that were committed and what sealed them; no file where none were."""
    statements = statements_of(session, campaign)
    if not statements:
        return {}
    batches = committed_batches(session, campaign)
    hashes = {
        str(entry["batch"]): [held.hex() for held in batches[entry["batch"]].hashes]
        for said in statements
        for entry in said["batches"]
    }
    sealed = {
        str(head.number): head.records
        for before, head in pairwise([None, *heads])
        if head and _committed(head) != _committed(before)
    }
    balance = balance_of(session, campaign).totals() | {"signed": _signed(session, campaign)}
    said = {"commitments": statements, "hashes": hashes, "records": sealed, "balance": balance}
    return {names.COMMITTED: _json(said)}


def _signed(session: Session, campaign: Campaign) -> str | None:
    """Return when two persons signed the balance of codes; None where nobody has."""
    query = sa.select(AuditEntry.at).where(
        AuditEntry.action == BALANCE, AuditEntry.subject == campaign.code
    )
    at = session.scalars(query.order_by(AuditEntry.id.desc())).first()
    return at.isoformat(timespec="seconds") if at else None


def _committed(head: TreeHead | None) -> str:
    return (head.records or {}).get("commitments", "") if head else ""


def _manifest(files: dict[str, Part], facts: ScoreDocument, *, openings: bool, key: str) -> bytes:
    return _json(
        {
            "kind": names.KIND,
            "version": names.VERSION,
            "campaign": facts.campaign.id,
            "release": facts.release.id,
            "number": facts.release.number,
            "simulated": facts.simulated,
            "openings": openings,
            "key_id": key_id(key),
            "files": {
                name: {"sha256": digest_of_part(part), "size": size_of(part)}
                for name, part in sorted(files.items())
            },
        }
    )


def _versions(run: Appraisal) -> bytes:
    required = [re.split(r"[^A-Za-z0-9._-]", one)[0] for one in metadata.requires("gongping") or ()]
    packed_with = {
        "gongping": __version__,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in sorted(set(required))},
    }
    return _json({"scored_with": run.content.get("versions"), "packed_with": packed_with})


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # of an extra, or of another system
        return None


def _key_file(key: str) -> bytes:
    fingerprint = hashlib.sha256(base64.b64decode(key)).hexdigest()
    return f"{key}\nsha256:{fingerprint}\n".encode()


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _release(session: Session, campaign: Campaign, number: int) -> Release:
    query = sa.select(Release).where(Release.campaign_id == campaign.id, Release.number == number)
    return session.scalars(query).one()


def _heads(session: Session, campaign: Campaign, release: Release) -> list[TreeHead]:
    """Return the heads up to the first that seals the release."""
    heads = heads_of(session, campaign=campaign)
    for place, head in enumerate(heads):
        if str(release.number) in listed((head.records or {}).get("releases", "")):
            return heads[: place + 1]
    raise Refused.of(
        field=campaign.code,
        zh="没有封存这次发布的总校验码（旧版本发布的），不能打包；其结果仍可用 --format json 导出",
        en="no head seals this release, which an older version made: it cannot be packed; "
        "`--format json` still gives its scores",
    )


def _need_answers(campaign: Campaign) -> None:
    if campaign.anonymised_at is None:
        return
    at = local_day(campaign.anonymised_at, campaign.timezone)
    raise Refused.of(
        field=campaign.code,
        zh=f"答卷已于 {at} 作匿名处理：重新计分所需的答卷和存证记录的内容不能再给出，因此不能打包；"
        "仍可导出结果（--format json）和存证（/ledger?format=json），并以此前取走的发布包核对",
        en=f"its answers were made anonymous on {at}: what scores are recomputed from and what "
        "leaves were made of cannot be given any more, so there is no package; scores (--format "
        "json) and heads (/ledger?format=json) still are, and a package taken before stays valid",
    )


def _need_unmoved(
    session: Session, campaign: Campaign, run: Appraisal, head: TreeHead, inputs: Inputs
) -> None:
    """Refuse a folder that is not the release's: whatever moved on is named."""
    kept, now = read_record(run), inputs.digests
    moved = sorted(name for name in {*now, *kept.inputs} if now.get(name) != kept.inputs.get(name))
    if read_decisions(session, campaign=campaign).record() != kept.review:
        moved.append("decisions")
    fixed, sealed = fixed_digests(session, campaign), head.records or {}
    moved += [name for name in FIXED if fixed[name] != sealed.get(name)]
    if moved:
        raise Refused.of(
            field=", ".join(moved),
            zh="自这次发布以来已有变化（见字段），现有答卷算不出当时的结果；请为最新的发布打包，"
            "或使用当时取走的发布包",
            en="moved on since this release, so what is here does not give its figures; pack the"
            " newest release, or use the package that was taken then",
        )


def _need_one_key(campaign: Campaign, signed: set[str], facts: ScoreDocument, ours: str) -> None:
    signature = facts.release.signature
    if {*signed, signature.key_id if signature else ""} != {ours}:
        raise Refused.of(
            field=campaign.code,
            zh="签名密钥中途更换过，一个发布包只能用一把公钥核对；请与审计人员商定分别核对",
            en="the signing key was replaced meanwhile and a package is checked by one key; agree"
            " with the auditor on checking scores and heads apart",
        )
