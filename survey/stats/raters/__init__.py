"""People who rate several units: their leniency taken out of the comparison."""
