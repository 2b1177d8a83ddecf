"""Amounts as Shopify's API answers them: in the shop's currency and in the buyer's."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# Exchange rates of the fake to Canadian dollars.
RATES = {"CAD": "1", "EUR": "1.5", "USD": "1.4", "GBP": "1.8", "JPY": "0.0095", "KWD": "4.5"}
_DIGITS = {"JPY": 0, "KWD": 3}


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Return an amount to the digits of its currency."""
    smallest = Decimal(1).scaleb(-_DIGITS.get(currency, 2))
    return amount.quantize(smallest, ROUND_HALF_UP)


def decimal(amount: Decimal) -> str:
    """Return an amount as the API writes it: with at least one and no other trailing zero.

    >>> decimal(Decimal("10.00")), decimal(Decimal("1000")), decimal(Decimal("0.05"))
    ('10.0', '1000.0', '0.05')
    """
    whole, _, fraction = f"{amount:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


@dataclass(frozen=True)
class Money:
    """Converts amounts of an order to both currencies.

    Attributes:
        shop: The shop's currency.
        presentment: The buyer's.
    """

    shop: str
    presentment: str

    def bag(self, amount: Decimal | str) -> dict[str, Any]:
        """Return an amount of the buyer's currency in both, each rounded separately."""
        exact = Decimal(amount)
        rate = Decimal(RATES[self.presentment]) / Decimal(RATES[self.shop])
        sides = {
            "presentmentMoney": (exact, self.presentment),
            "shopMoney": (rounded(exact * rate, self.shop), self.shop),
        }
        return {
            side: {"amount": decimal(amount), "currencyCode": currency}
            for side, (amount, currency) in sides.items()
        }

    def parts(self, amount: Decimal) -> list[dict[str, Any]]:
        """Return an amount in two parts, such as two taxes or discounts; no parts for zero."""
        if not amount:
            return []
        half = rounded(amount / 2, self.presentment)
        return [self.bag(part) for part in (half, amount - half) if part]
