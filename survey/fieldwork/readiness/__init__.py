"""What must be in order before posters, codes, opening, closing and releasing."""

__all__ = ["checklist", "item", "rehearsed", "telling"]
