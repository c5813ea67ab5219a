"""Units with few answers: a model’s help, and when not to publish."""
