"""Which witnesses have signed which head, and whether enough of them signed all answers."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger.book import read_frontier
from survey.ledger.head import newest_head, published
from survey.ledger.notes.cosignature import Cosigned, cosigned
from survey.ledger.notes.note import COSIGNER, read_key, read_lines
from survey.ledger.notes.of_head import checkpoint_of
from survey.model import Campaign, Cosignature, TreeHead
from survey.problems import Problem, Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.office import WitnessNamed
from survey.site.identity import identity
from survey.two_persons.deed import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """A head with a witness's cosignature that holds."""

    head: TreeHead
    made: Cosigned


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessStanding:
    """One witness: the heads it signed, the newest last, and whether one has all answers."""

    witness: WitnessNamed
    signed: tuple[SignedHead, ...]
    covers: bool

    @property
    def newest(self) -> SignedHead | None:
        """The head it signed last."""
        return self.signed[-1] if self.signed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The witnesses of a campaign; `size` answers are to be signed, the head to sign is `asked`."""

    required: int
    size: int
    asked: TreeHead | None
    witnesses: tuple[WitnessStanding, ...]

    @property
    def n_covering(self) -> int:
        """How many have signed all answers."""
        return sum(one.covers for one in self.witnesses)

    @property
    def is_enough(self) -> bool:
        """Whether as many as the scheme requires have signed all answers."""
        return self.n_covering >= self.required

    @property
    def said(self) -> Said:
        """What is so, and where it is not enough, what to do."""
        zh = f"方案要求 {self.required} 个见证方签名，已有 {self.n_covering} 个签到全部"
        zh += f" {self.size} 份答卷"
        en = f"{self.n_covering} of {self.required} witnesses required have signed all"
        en += f" {self.size} answers"
        if self.is_enough:
            return Said(zh=zh, en=en)
        late = [one.witness.name for one in self.witnesses if not one.covers]
        number = self.asked.number if self.asked else None
        return Said(
            zh=f"{zh}。请在“见证签名”页面把第 {number} 号总校验码的请求文件交给"
            f"{'、'.join(late)}，签名后传回",
            en=f"{en}. On the page of witnesses take the request for head {number} to"
            f" {', '.join(late)}, and bring back what they signed",
        )


def standing_of(session: Session, *, campaign: Campaign) -> Standing:
    """Return how the witnesses of a campaign stand; signatures that do not hold do not count."""
    named = scheme_of(campaign).witnesses
    frontier = read_frontier(session, campaign_id=campaign.id)
    signed = _signed(session, campaign)
    place = (frontier.size, frontier.root())
    return Standing(
        required=named.required,
        size=frontier.size,
        asked=newest_head(session, campaign=campaign, only_listed=True),
        witnesses=tuple(
            WitnessStanding(
                witness=witness,
                signed=(found := tuple(signed.get(witness.public_key, ()))),
                covers=any((one.head.size, one.head.root) == place for one in found),
            )
            for witness in named.of
        ),
    )


def require_witnessed(session: Session, *, campaign: Campaign) -> None:
    """Raise Refused unless as many witnesses as the scheme requires have signed all answers."""
    if not scheme_of(campaign).witnesses.required:
        return
    found = standing_of(session, campaign=campaign)
    if not found.is_enough:
        raise Refused([Problem(field=campaign.code, zh=found.said.zh, en=found.said.en)])


def body_of(head: TreeHead, campaign: Campaign, *, installation: str) -> str:
    """Return the text of a head that witnesses sign."""
    return checkpoint_of(published(head, campaign), installation=installation).body


def _signed(session: Session, campaign: Campaign) -> dict[str, list[SignedHead]]:
    """Return the heads each key signed, the oldest first."""
    installation = identity(session) or ""
    query = (
        sa.select(Cosignature, TreeHead)
        .join(TreeHead, TreeHead.id == Cosignature.head_id)
        .where(TreeHead.campaign_id == campaign.id)
        .order_by(TreeHead.id)
    )
    found: dict[str, list[SignedHead]] = {}
    for row, head in session.execute(query):
        made = cosignature_of(row, body_of(head, campaign, installation=installation))
        if made is not None:
            found.setdefault(row.witness_key, []).append(SignedHead(head=head, made=made))
    return found


def cosignature_of(row: Cosignature, body: str) -> Cosigned | None:
    """Return a stored cosignature; None where it does not hold."""
    [line] = read_lines(row.line)
    return cosigned(body, line, read_key(row.witness_key, kind=COSIGNER))
