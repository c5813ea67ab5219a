"""A number of people as a plan writes it: so many, or a part of those there are."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from survey.scheme.csv_rows import PLAIN_NUMBER, Row

_LONGEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So many people; where it `is_part`, of each one there is so much."""

    value: Decimal
    is_part: bool = False

    def of(self, people: int) -> int:
        """Return how many that is of so many people, a half counted up."""
        if not self.is_part:
            return int(self.value)
        return int((self.value * people).to_integral_value(ROUND_HALF_UP))


def amount_of(row: Row, field: str) -> Amount | None:
    """Return what a cell says: 60, 10% or 0.1; None where it is empty or cannot be read."""
    said = row.cells.get(field, "").strip()
    if not said:
        return None
    number, percent = said.removesuffix("%").strip(), said.endswith("%")
    if PLAIN_NUMBER.fullmatch(number) and len(number) <= _LONGEST:
        value = Decimal(number) / 100 if percent else Decimal(number)
        if value < 1 or (percent and value == 1):
            return Amount(value=value, is_part=value > 0)
        # “1.0” may be meant as all of them or as one: neither is guessed.
        if not percent and value == value.to_integral_value() and (value > 1 or number == "1"):
            return Amount(value=value)
    row.refuse(
        field,
        zh=f"“{said}”不是人数或比例；请写整数（如 60）或比例（如 10%、0.1，全部写 100%）",
        en=f"{said!r} is neither a number of people nor a part; write 60, or 10% or 0.1, all as"
        " 100%",
    )
    return None
