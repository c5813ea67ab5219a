"""The lots codes are drawn by: a seed nobody can choose, and an order anybody can reckon again."""

import hashlib
import math
from collections.abc import Iterable

from survey.appraisal.callbacks.frame import AnsweredCode


def seed_of(
    *, campaign_code: str, ledger_size: int, ledger_root: bytes, class_code: str, number: int
) -> str:
    """Return the seed of a round: SHA-256 of the closed ledger, the class and the round's number.

    The root is known to nobody before the last answer has come, and to everybody afterwards: the
    heads signed at the closing and later, and each release, state it.
    """
    told = f"{campaign_code}|{ledger_size}|{ledger_root.hex()}|{class_code}|{number}"
    return hashlib.sha256(told.encode()).hexdigest()


def in_order(codes: Iterable[AnsweredCode], *, seed: str) -> list[AnsweredCode]:
    """Return codes in the order they are drawn, each with a chance in proportion to its size.

    A code's lot is -ln(u) / size, the smallest first; u in (0, 1) are the first eight bytes of
    SHA-256 of “seed|unit|batch-serial” plus one, over 2^64 plus one (Efraimidis and Spirakis 2006,
    doi:10.1016/j.ipl.2005.11.003).
    """
    return sorted(codes, key=lambda one: (lot_of(one, seed), one.batch, one.serial))


def lot_of(code: AnsweredCode, seed: str) -> float:
    """Return the lot of one code."""
    told = hashlib.sha256(f"{seed}|{code.unit_code}|{code.label}".encode()).digest()
    u = (int.from_bytes(told[:8], "big") + 1) / (2**64 + 1)
    return -math.log(u) / code.size
