"""Known totals become weights: margins, cells, raking, bounded calibration, trimming."""
