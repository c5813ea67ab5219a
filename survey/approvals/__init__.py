"""Deeds that wait for a second person: which there are, what waits, done or declined."""

__all__ = ["all_deeds"]
