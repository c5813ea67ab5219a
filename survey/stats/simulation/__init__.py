"""Counties whose true scores are known, and what attacks and refusals do to estimates."""
