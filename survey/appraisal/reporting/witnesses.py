"""Who witnessed the ledger of a release: heads over all its answers, with what they signed."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey.appraisal.record.witnessed import WitnessFacts, WitnessKey
from survey.fieldwork.witnesses.standing import standing_of
from survey.ledger.notes.asked import checkpoint_note
from survey.ledger.notes.note import Note, SignatureLine
from survey.model import Campaign, TreeHead
from survey.scheme.campaign_scheme import scheme_of


def witnessed(
    session: Session, *, campaign: Campaign, key: Ed25519PrivateKey
) -> WitnessFacts | None:
    """Return the witnesses and what they signed of all answers; None where the plan names none.

    Raises Refused where a head they signed is not signed by this key.
    """
    named = scheme_of(campaign).witnesses
    if not named.of:
        return None
    found = standing_of(session, campaign=campaign)
    heads: dict[int, TreeHead] = {}
    lines: dict[int, list[SignatureLine]] = {}
    for witness in found.witnesses:
        if witness.covers and witness.newest:
            head = witness.newest.head
            heads[head.id] = head
            lines.setdefault(head.id, []).append(witness.newest.made.line)
    notes = [
        (checkpoint_note(session, head=head, campaign=campaign, key=key), lines[number])
        for number, head in sorted(heads.items())
    ]
    return WitnessFacts(
        required=named.required,
        of=tuple(WitnessKey(name=one.name, public_key=one.public_key) for one in named.of),
        checkpoints=tuple(
            Note(body=note.body, lines=(*note.lines, *own)).text for note, own in notes
        ),
    )
