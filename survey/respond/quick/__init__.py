"""The fast way of an answer: many in one commit, and pages and forms without the framework."""

__all__ = ["batches", "layer", "together"]
