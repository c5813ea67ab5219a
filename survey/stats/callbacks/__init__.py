"""Verification calls: how far false invited answers can move a score, at a stated risk."""

from survey.stats.callbacks.called import CalledAnswers, InvitedFrame
from survey.stats.callbacks.verifying import Verification, VerifiedState, verify

__all__ = [
    "CalledAnswers",
    "InvitedFrame",
    "Verification",
    "VerifiedState",
    "verify",
]
