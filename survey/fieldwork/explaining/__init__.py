"""The plan as a leader reads it before opening: in words, how exact, at both ends of the scale."""

__all__ = ["exactness"]
