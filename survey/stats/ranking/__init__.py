"""Rank sets, tiers, change between campaigns, and what could overturn a rank."""
