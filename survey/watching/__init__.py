"""An office watches its fieldwork: how it will end, what is missing, who answers, where."""

__all__ = ["posters"]
