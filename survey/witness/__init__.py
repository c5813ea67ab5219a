"""`survey witness`: another machine that sees ledgers grow, and signs only where they only grew."""

__all__: list[str] = []
