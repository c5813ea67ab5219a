"""The demonstration county and its simulated residents."""

from pathlib import Path

__all__ = ["campaigns", "officials", "seeding"]

FOLDER = Path(__file__).parent / "anlan"  # of 安澜县, laid out as a county's own
