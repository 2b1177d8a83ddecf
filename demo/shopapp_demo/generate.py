"""A generated shop: the same for the same seed, on every machine and Python version.

The generator uses only `Random.random()`, whose sequence Python guarantees. Every amount is a
`Decimal`, and the amounts of every order add up exactly, as the contract requires.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from shopapp_demo.catalogue import make_categories, make_products
from shopapp_demo.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopapp_demo.shop import Record

_T = TypeVar("_T")

FIRST_DAY = datetime(2024, 9, 1, tzinfo=timezone.utc)
LAST_DAY = datetime(2026, 8, 31, tzinfo=timezone.utc)


@dataclass(frozen=True)
class _Market:
    """The market of a buyer: currency with decimals, units per CAD, country, tax and prices."""

    currency: str
    decimals: int
    per_dollar: Decimal
    country: str
    tax: Decimal
    prices_include_tax: bool
    weight: int


_MARKETS = (
    _Market("CAD", 2, Decimal(1), "CA", Decimal("0.14975"), False, 9),
    _Market("USD", 2, Decimal("0.73"), "US", Decimal("0.07"), False, 5),
    _Market("EUR", 2, Decimal("0.67"), "DE", Decimal("0.19"), True, 4),
    _Market("GBP", 2, Decimal("0.56"), "GB", Decimal("0.20"), True, 3),
    _Market("JPY", 0, Decimal(110), "JP", Decimal("0.10"), True, 2),
    _Market("KWD", 3, Decimal("0.225"), "KW", Decimal(0), False, 1),
)
_FIRST_NAMES = ("Amélie", "Björn", "Chidi", "Dvořák", "Esra", "Fatima", "Gül", "Hana", "Ivo")
_LAST_NAMES = ("Tremblay", "O'Neil", "Nguyễn", "Møller", "Sato", "Al-Sabah", "Núñez", "Weiß")
_CAMPAIGNS = ("spring", "summer", "back-to-school", "black-friday", "newsletter")


class _Draws(Random):
    """Random draws that are the same in all Python versions."""

    def number(self, first: int, last: int) -> int:
        """Return a whole number from `first` to `last`, inclusive."""
        return first + int(self.random() * (last - first + 1))

    def one(self, options: Sequence[_T]) -> _T:
        """Return one of the options."""
        return options[self.number(0, len(options) - 1)]

    def chance(self, share: float) -> bool:
        """Return true with this probability."""
        return self.random() < share


def generate_shop(seed: int = 20260831, orders: int = 2400) -> Shop:
    """Return a shop with two years of orders of every kind that the plugin supports."""
    draws = _Draws(seed)
    shop = Shop(
        {
            "id": "maple",
            "name": "Maple & Moss",
            "url": "https://shop.example",
            "currency": "CAD",
            "time_zone": "America/Toronto",
        }
    )
    shop.categories = make_categories()
    shop.products = make_products(draws, shop.categories)
    shop.customers = _make_customers(draws, count=max(orders // 5, 1))
    for number in range(1, orders + 1):
        order = _make_order(draws, shop, number, orders)
        shop.put("transactions", order)
    # Products that orders name, but the catalogue lacks.
    for product_id in ("p5", "p40"):
        shop.remove("products", product_id)
    return shop


def demo_contacts(shop: Shop) -> list[tuple[int, str, str, str | None]]:
    """Return contacts of the marketing project: id, customer number, name, e-mail address.

    Nine of ten customers are contacts. Two contacts share an address that guests also use.
    """
    contacts = []
    for position, customer in enumerate(shop.customers.values(), start=1):
        if position % 10:
            name = f"{customer['first_name']} {customer['last_name']}"
            email = customer["email"]
            contacts.append((100000 + position, str(customer["id"]), name, email))
    contacts += [
        (900001, "M-1", "Guest Reader", "guest3@mail.example"),
        (900002, "M-2", "Family Account", "guest7@mail.example"),
        (900003, "M-3", "Family Account", "Guest7@Mail.example"),
    ]
    return contacts


def demo_custom_rates() -> list[tuple[str, str, Decimal, str, str | None]]:
    """Return rates that the ECB does not publish: currency, base, rate, from, to."""
    return [
        ("KWD", "EUR", Decimal("0.3391"), "2024-01-01", "2025-03-31"),
        ("KWD", "EUR", Decimal("0.348250"), "2025-04-01", "2025-12-31"),
        ("KWD", "EUR", Decimal("0.3602"), "2026-01-01", None),
    ]


def _make_customers(draws: _Draws, count: int) -> dict[str, Record]:
    customers: dict[str, Record] = {}
    for number in range(1, count + 1):
        first, last = draws.one(_FIRST_NAMES), draws.one(_LAST_NAMES)
        customers[f"c{number}"] = {
            "id": f"c{number}",
            "email": f"Customer{number}@mail.example",
            "first_name": first,
            "last_name": last,
            "phone": None,
            "accepts_marketing": draws.chance(0.6),
            "created_at": "2024-08-15T12:00:00Z",
            "updated_at": _format(FIRST_DAY + timedelta(minutes=number)),
            "deleted_at": None,
            "attributes": {},
        }
    return customers


def _make_order(draws: _Draws, shop: Shop, number: int, orders: int) -> Record:
    market = draws.one([market for market in _MARKETS for _ in range(market.weight)])
    span = (LAST_DAY - FIRST_DAY).total_seconds()
    created = FIRST_DAY + timedelta(seconds=int(span * (number - 1) / orders))
    lines = [
        _make_line(draws, shop, market, position)
        for position in range(1, draws.number(1, 5) + 1)
    ]
    order: Record = {
        "id": str(1000 + number),
        "order_name": f"#{1000 + number}",
        "currency": market.currency,
        "prices_include_tax": market.prices_include_tax,
        "created_at": _format(created),
        "processed_at": _format(created + timedelta(seconds=30)),
        "cancelled_at": None,
        "deleted_at": None,
        "financial_status": "paid",
        "fulfillment_status": "fulfilled",
        "is_test": number % 211 == 0,
        "affiliation": draws.one(("web", "app", "pop-up store")),
        "channel": "online",
        "payment_method": draws.one(("card", "paypal", "invoice")),
        "destination_country": market.country,
        "discount_codes": [],
        "referrer_url": None,
        "attributes": {},
        "refunds": [],
    }
    order |= _make_buyer(draws, shop)
    order |= _make_visit(draws, number)
    order |= _make_amounts(draws, market, lines, order)
    order["items"] = lines
    order["updated_at"] = _format(_settle(draws, market, order, lines, created))
    return order


def _make_line(draws: _Draws, shop: Shop, market: _Market, position: int) -> Record:
    product = draws.one(list(shop.products.values()))
    quantity = Decimal(draws.number(1, 4))
    shown = _round(Decimal(product["price_amount"]) * market.per_dollar, market.decimals)
    # Amounts are before tax. A price that includes tax has more decimals before tax.
    price = _round(shown / (1 + market.tax), 6) if market.prices_include_tax else shown
    gross = quantity * price
    discount = _round(gross / 10, market.decimals) if draws.chance(0.12) else Decimal(0)
    if market.prices_include_tax:
        paid = shown * quantity - _round(discount * (1 + market.tax), market.decimals)
        tax = paid - (gross - discount)
    else:
        tax = _round((gross - discount) * market.tax, market.decimals)
    return {
        "id": str(position),
        "position": position,
        "product_id": product["id"],
        "variant_id": None,
        "sku": product["sku"],
        "product_name": product["name"],
        "quantity": str(quantity),
        "unit_price_amount": str(price),
        "discount_amount": str(discount),
        "tax_amount": str(tax),
        "status": "sold",
        "refunded_quantity": "0",
        "refunded_amount": "0",
    }


def _make_buyer(draws: _Draws, shop: Shop) -> Record:
    if draws.chance(0.75):
        # The square of a uniform draw favours the first customers, who buy often.
        index = int(draws.random() ** 2 * len(shop.customers))
        customer = list(shop.customers.values())[index]
        return {"customer_id": customer["id"], "email": customer["email"]}
    email = f"guest{draws.number(1, 60)}@mail.example" if draws.chance(0.8) else None
    return {"customer_id": None, "email": email}


def _make_visit(draws: _Draws, number: int) -> Record:
    if not draws.chance(0.4):
        return {"landing_url": "https://shop.example/"}
    campaign = draws.one(_CAMPAIGNS)
    query = f"utm_source=dialog&utm_medium=email&utm_campaign={campaign}"
    if draws.chance(0.7):
        query += f"&idSendLog={5000000 + number}&idBatch={draws.number(300, 340)}"
    return {"landing_url": f"https://shop.example/landing?{query}"}


def _make_amounts(draws: _Draws, market: _Market, lines: list[Record], order: Record) -> Record:
    gross = sum(
        (Decimal(line["quantity"]) * Decimal(line["unit_price_amount"]) for line in lines),
        Decimal(0),
    )
    discount = sum((Decimal(line["discount_amount"]) for line in lines), Decimal(0))
    if draws.chance(0.15):
        discount += min(_round(5 * market.per_dollar, market.decimals), gross - discount)
        order["discount_codes"] = [draws.one(("WELCOME5", "MERCI5"))]
    shipping = _round(Decimal(draws.number(0, 9)) * market.per_dollar, market.decimals)
    shipping_tax = _round(shipping * market.tax, market.decimals)
    tax = shipping_tax + sum((Decimal(line["tax_amount"]) for line in lines), Decimal(0))
    fee = Decimal(0)
    if draws.chance(0.1):
        unit = Decimal(draws.one((2, 3, -4)))
        fee = _round(unit * market.per_dollar, market.decimals)
    total = gross - discount + shipping + tax + fee
    amounts = {
        "gross": gross,
        "discount": discount,
        "shipping": shipping,
        "shipping_tax": shipping_tax,
        "tax": tax,
        "fee": fee,
        "fee_tax": Decimal(0),
        "tip": Decimal(0),
        "duty": Decimal(0),
        "adjustment": Decimal(0),
        "total": total,
        "refunded": Decimal(0),
    }
    return {f"{name}_amount": str(amount) for name, amount in amounts.items()}


def _settle(
    draws: _Draws, market: _Market, order: Record, lines: list[Record], created: datetime
) -> datetime:
    """Cancel, refund, return or edit an order at random; return its last change."""
    outcome = draws.random()
    later = created + timedelta(hours=draws.number(1, 400))
    if outcome < 0.05:
        order |= {"cancelled_at": _format(later), "financial_status": "voided"}
        order["fulfillment_status"] = "cancelled"
        for line in lines:
            line["status"] = "cancelled"
        return later
    if outcome < 0.11:
        line = lines[0]
        amount = Decimal(line["quantity"]) * Decimal(line["unit_price_amount"])
        back = _round(amount - Decimal(line["discount_amount"]), market.decimals)
        line |= {"refunded_quantity": line["quantity"], "refunded_amount": str(back)}
        whole = back == Decimal(order["total_amount"])
        _refund(order, [back], later, "refunded" if whole else "partially_refunded")
        return later
    if outcome < 0.14:
        for line in lines:
            line |= {"refunded_quantity": line["quantity"], "status": "returned"}
            amount = Decimal(line["quantity"]) * Decimal(line["unit_price_amount"])
            line["refunded_amount"] = str(amount - Decimal(line["discount_amount"]))
        total = Decimal(order["total_amount"])
        half = _round(total / 2, market.decimals)
        _refund(order, [half, total - half], later, "refunded")
        order["fulfillment_status"] = "returned"
        return later
    if outcome < 0.2:
        order |= {"financial_status": "pending", "fulfillment_status": "unfulfilled"}
    if outcome > 0.93 and len(lines) > 1:
        # The merchant edits the order and removes its last line, with its amounts.
        edit_order(order, kept_lines=len(lines) - 1)
        return later
    return created + timedelta(minutes=5)


def _refund(order: Record, amounts: list[Decimal], later: datetime, status: str) -> None:
    order["financial_status"] = status
    order["refunded_amount"] = str(sum(amounts, Decimal(0)))
    order["refunds"] = [
        {
            "id": f"r{position}",
            "amount": str(amount),
            "created_at": _format(later),
            "reason": "changed their mind",
        }
        for position, amount in enumerate(amounts, start=1)
    ]


def _round(amount: Decimal, decimals: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _format(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def edit_order(order: dict[str, Any], kept_lines: int) -> None:
    """Remove all except the first lines of an order, and update its amounts."""
    removed = order["items"][kept_lines:]
    order["items"] = order["items"][:kept_lines]
    gross = sum(
        (Decimal(line["quantity"]) * Decimal(line["unit_price_amount"]) for line in removed),
        Decimal(0),
    )
    discount = sum((Decimal(line["discount_amount"]) for line in removed), Decimal(0))
    tax = sum((Decimal(line["tax_amount"]) for line in removed), Decimal(0))
    for name, change in (("gross", gross), ("discount", discount), ("tax", tax)):
        order[f"{name}_amount"] = str(Decimal(order[f"{name}_amount"]) - change)
    total = Decimal(order["total_amount"]) - (gross - discount + tax)
    order["total_amount"] = str(total)
