"""What the documents of a release say beside its scores, gathered when it is frozen."""

__all__: list[str] = []
