"""A plan in the office’s pages: a draft changed by several people, an opened one only by two."""

__all__ = ["amending", "changing"]
