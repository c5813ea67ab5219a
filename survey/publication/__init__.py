"""What everybody may read of a release: who answered, scores as the scheme allows, how to check."""

__all__ = ["answered", "publishing"]
