"""Kinds of county that are simulated, and which of them nothing was ever tuned on."""

from __future__ import annotations

from collections.abc import Mapping

from survey.stats.simulation.county import Setting

# Constants of the method were chosen on "tuning"; "varied", "ageing" and "last" were looked at
# while it was made. Promises are held against the four of `UNSEEN`, drawn up afterwards.
UNSEEN = ("upland", "suburb", "delta", "border")
SETTINGS: Mapping[str, Setting] = {
    "tuning": Setting(),
    # Units closer together, other towns and departments, fewer and other addresses.
    "varied": Setting(
        n_people=90_000, n_towns=26, n_departments=34, unit_sd=4.2, resident_sd=8.0,
        noise_sd=17.0, level=70.0, age_effect=(-3.0, -2.0, 0.0, 3.0, 5.0),
        occupation_effect=(2.0, -1.0, -2.0, 2.0, -2.0, 1.0), carriers=25, carrier_share=0.45,
    ),
    # Ages as in the demonstration county: 60 and older 27.6 % of adults, 4.8 % of open answers.
    "ageing": Setting(
        age_share=(0.16, 0.26, 0.304, 0.166, 0.11), age_open=(0.7, 0.5, 0.1, -1.3, -2.3),
        age_effect=(-6.0, -3.0, 0.0, 5.0, 8.0), unit_sd=5.0, level=66.0,
    ),
    # Few towns, fewer volunteers, milder leniency.
    "last": Setting(
        n_people=150_000, n_towns=16, n_departments=44, unit_sd=4.8, resident_sd=9.0,
        noise_sd=16.0, level=65.0, age_share=(0.14, 0.22, 0.3, 0.2, 0.14),
        age_effect=(-4.0, -1.0, 0.0, 3.0, 4.0), age_open=(0.8, 0.4, 0.0, -0.8, -1.8),
        n_open=7_000, carriers=60, carrier_share=0.7,
    ),
    # Few people, few units close together, the young away; few volunteers.
    "upland": Setting(
        n_people=64_000, n_towns=12, n_departments=22, unit_sd=3.6, resident_sd=9.5,
        noise_sd=17.5, level=74.0, age_share=(0.11, 0.2, 0.3, 0.22, 0.17),
        age_effect=(-5.0, -3.0, 0.0, 3.0, 5.0), age_open=(0.9, 0.5, 0.0, -1.2, -2.0),
        n_codes=3_600, n_open=5_000, answer_rate=-0.4, carriers=15, carrier_share=0.5,
    ),
    # Many newcomers behind few addresses, who scan posters and seldom answer messages.
    "suburb": Setting(
        n_people=140_000, n_towns=14, n_departments=36, unit_sd=5.0, resident_sd=11.0,
        noise_sd=15.5, level=68.0, age_share=(0.24, 0.33, 0.25, 0.11, 0.07),
        age_effect=(-6.0, -2.0, 0.0, 2.0, 3.0), age_invited=(-0.4, -0.1, 0.2, 0.3, 0.1),
        age_open=(0.5, 0.5, 0.0, -0.8, -1.5), occupation_effect=(4.0, 1.0, -3.0, 0.0, -4.0, 2.0),
        n_codes=6_500, n_open=14_000, answer_rate=-0.85, carriers=30, carrier_share=0.8,
    ),
    # Content people, towns that hardly differ, much leniency.
    "delta": Setting(
        n_people=110_000, n_towns=22, n_departments=30, unit_sd=3.2, resident_sd=12.0,
        noise_sd=14.0, level=82.0, age_effect=(-2.0, -1.0, 0.0, 2.0, 4.0),
        occupation_open=(0.4, 0.0, 0.2, -0.5, 0.5, 0.0), n_codes=5_500, n_open=9_000,
        carriers=50, carrier_share=0.65,
    ),
    # Discontent, units far apart, opinions that differ much by age.
    "border": Setting(
        n_people=80_000, n_towns=18, n_departments=26, unit_sd=6.2, resident_sd=8.5,
        noise_sd=19.0, level=58.0, age_share=(0.15, 0.25, 0.28, 0.19, 0.13),
        age_effect=(-7.0, -4.0, 0.0, 6.0, 9.0), age_open=(0.6, 0.3, 0.0, -1.1, -1.7),
        n_codes=4_500, n_open=8_000, carriers=35, carrier_share=0.55,
    ),
    # A small county for a quick try; no figure is reported of it.
    "small": Setting(
        n_people=24_000, n_towns=8, n_departments=12, n_codes=1_800, n_open=3_000, carriers=20,
    ),
}  # fmt: skip
