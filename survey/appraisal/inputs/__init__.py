"""What a run is made from, read at one moment: answers, who was invited, batches of codes."""

__all__ = ["batches", "columns", "last_scores", "plain_answers", "reading"]
