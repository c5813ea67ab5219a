"""The server: slow bodies are read aside, frozen workers replaced, health answers in any case."""

__all__ = ["loading", "log_file", "preflight", "server", "setup"]
