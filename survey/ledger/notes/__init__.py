"""Heads as the rest of the world reads them: signed notes, checkpoints and cosignatures of C2SP."""

__all__ = ["asked", "checkpoint", "cosignature", "note", "of_head", "proof", "request"]
