"""One file that holds an installation, made while residents answer, and the way back from it."""

__all__: list[str] = []
