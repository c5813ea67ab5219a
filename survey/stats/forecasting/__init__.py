"""How a fieldwork will end, and what it takes: from daily counts alone."""

from survey.stats.forecasting.daily_counts import DailyCounts
from survey.stats.forecasting.final_counts import Forecast, forecast
from survey.stats.forecasting.remedy import NONE, Remedy, cheapest_remedy

__all__ = ["NONE", "DailyCounts", "Forecast", "Remedy", "cheapest_remedy", "forecast"]
