"""The audit followed from its first entry: is the chain whole, and what does it say."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from survey import audit
from survey.model import Campaign
from survey.problems import Problem
from survey.verification.findings import altered


@dataclass(slots=True)
class Deeds:
    """What the audit says was done, by what it was done to and how, and what is wrong with it.

    `hashes` has the hash of each entry, in their order.
    """

    entries: dict[tuple[str, str], list[Mapping[str, Any]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    hashes: list[bytes] = field(default_factory=lambda: [audit.NOTHING_YET])
    problems: list[Problem] = field(default_factory=list)

    def of(self, campaign: Campaign, action: str) -> Sequence[Mapping[str, Any]]:
        """Return the entries of an action on a campaign, the oldest first."""
        return self.entries.get((campaign.code, action), [])


def read_deeds(session: Session) -> Deeds:
    """Follow the chain; only its first broken entry is told, since all after it hang on it."""
    deeds = Deeds()
    read = audit.Chain()
    for link in audit.links(session):
        if not link.holds and not deeds.problems:
            deeds.problems.append(_broken(link))
        read = audit.Chain(entries=link.place, hash=link.entry["hash"])
        deeds.hashes.append(link.entry["hash"])
        deeds.entries[link.entry["subject"], link.entry["action"]].append(link.entry)
    end = audit.chain_end(session)
    if not deeds.problems and read != end:
        deeds.problems.append(_shortened(read.entries, end.entries))
    return deeds


def _broken(link: audit.Link) -> Problem:
    number, action = link.entry["id"], link.entry["action"]
    return altered(
        "audit",
        f"操作记录第 {number} 条（{action}）与前后不衔接：它或它前面的一条被改动、删除或插入",
        f"entry {number} of the audit ({action}) does not follow the one before it: it, or one "
        "before it, was changed, removed or put in",
    )


def _shortened(found: int, stated: int) -> Problem:
    return altered(
        "audit",
        f"操作记录应有 {stated} 条，现有 {found} 条：最后的记录被删除或添加",
        f"the audit should have {stated} entries and has {found}: the last were removed or added",
    )
