"""`survey weigh`: any survey file becomes weights and estimates."""

__all__: list[str] = []
