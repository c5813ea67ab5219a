"""A campaign tried before it opens, from poster to release, in a place that is then gone."""

__all__ = ["page_form", "visitors"]
