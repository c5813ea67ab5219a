"""What a release says of the witnesses of its ledger: who they are, and what they signed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessKey:
    """A witness whom the plan names, and the public key its signatures are checked by."""

    name: str
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessFacts:
    """How many had to sign, who they are, and heads over all answers with their signatures.

    Each checkpoint is a signed note as C2SP has it: the head, our signature and the witnesses'.
    """

    required: int
    of: tuple[WitnessKey, ...]
    checkpoints: tuple[str, ...]
