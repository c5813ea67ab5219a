"""What every page shares: request, headers, errors, downloads, charts, health."""
