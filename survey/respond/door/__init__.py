"""Who may come in to answer, and who is turned away."""
