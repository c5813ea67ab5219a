"""The package of a release: one zip that an auditor takes away and checks without us."""

__all__ = ["checking", "container"]
