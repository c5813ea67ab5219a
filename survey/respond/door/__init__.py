"""Who may come in to answer, and who is turned away."""

__all__ = ["opening", "source_marks"]
