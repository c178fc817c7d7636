"""What a text message costs, as far as it is known: a workspace's own price table, never a guess.

No prices are shipped: those of AWS, Twilio and Bird differ by contract, route and month, and a wrong one is worse
than none. AWS lets its current list be downloaded at https://aws.amazon.com/end-user-messaging/pricing/.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class PriceTable(BaseModel):
    """Prices of one segment.

    Attributes:
        currency: ISO 4217.
        source: Where they are from: a price list's address, a contract.
        date: As of when.
        segment: Price of a segment by country, carrier's fees included.
        otherwise: Of countries that are not listed; None: not known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    source: str = Field(default="", max_length=300)
    date: date
    segment: dict[str, Decimal] = Field(default_factory=dict, max_length=250)
    otherwise: Decimal | None = Field(default=None, ge=0)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a message costs.

    Attributes:
        amount: In the table's currency; None: not known.
        currency: ISO 4217, empty when not known.
        source: Where the price is from.
        as_of: As of when.
    """

    amount: Decimal | None = None
    currency: str = ""
    source: str = ""
    as_of: date | None = None


def cost_of(count: int, country: str, table: PriceTable | None) -> Cost:
    """Return what so many segments to a country cost."""
    if table is None:
        return Cost()
    price = table.segment.get(country, table.otherwise)
    if price is None:
        return Cost()
    return Cost(price * count, table.currency, table.source, table.date)
