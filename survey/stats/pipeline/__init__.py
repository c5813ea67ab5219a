"""A plan and its answers become figures: `appraise`, one file for each step."""
