"""The demonstration county and its simulated residents."""

__all__ = ["seeding"]
