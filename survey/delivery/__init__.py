"""Releases sent to other systems: when they are due, as signed messages, tried again, listed."""

__all__ = ["sender"]
