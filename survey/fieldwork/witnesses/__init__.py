"""Witnesses of a campaign's ledger: who signed what, what is asked of them, what came back."""

__all__ = ["commands", "proving", "standing"]
