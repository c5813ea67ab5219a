"""公评 Gongping: public review that deserves to be believed."""

__version__ = "0.1.0"
