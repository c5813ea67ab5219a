"""Documents for offices, made of a release: by Word templates, checked against it, letters, PDF."""

__all__ = ["archive_job"]
