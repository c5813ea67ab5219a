"""A head of ours as a checkpoint: the same size and root, bound to our chain by its own lines."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.ledger.checker import CheckFailed, Head, check_head, head_digest
from survey.ledger.head import public_key
from survey.ledger.notes.checkpoint import Checkpoint
from survey.ledger.notes.note import LOG, Note, NoteKey, note_key, signed
from survey.problems import Refused


def origin_of(installation: str, campaign: str) -> str:
    """Return the name of a campaign's ledger, which no other ledger of any office has."""
    return f"gongping/{installation}/{campaign}"


def checkpoint_of(head: Head, *, installation: str) -> Checkpoint:
    """Return what a head states as a checkpoint: its number and digest stand in lines of ours."""
    return Checkpoint(
        origin=origin_of(installation, head["campaign"]),
        size=head["size"],
        root=bytes.fromhex(head["root"]),
        more=(f"head {head['number']}", f"sha256 {head_digest(head)}"),
    )


def signed_checkpoint(head: Head, *, installation: str, key: Ed25519PrivateKey) -> Note:
    """Return a head as a signed checkpoint.

    Raises Refused for a head that this key did not sign: whoever only wrote it into the database
    must not get a signature for it here. Those of version 1 have no place in a chain.
    """
    try:
        _need_place(head)
        check_head(head, public_key(key))
    except CheckFailed as failed:
        zh, _, en = str(failed).partition(" / ")
        raise Refused.of(
            field=head["campaign"],
            zh=f"这个总校验码不能请人见证：{zh}",
            en=f"no witness can be asked to sign this head: {en}",
        ) from failed
    stated = checkpoint_of(head, installation=installation)
    return signed(stated.body, name=stated.origin, key=key)


def log_key(installation: str, campaign: str, key: Ed25519PrivateKey) -> NoteKey:
    """Return the key by which a witness knows a campaign's ledger."""
    return note_key(origin_of(installation, campaign), key, kind=LOG)


def _need_place(head: Head) -> None:
    if "number" not in head:
        raise CheckFailed("旧版的总校验码没有编号 / a head of version 1 has no number")
