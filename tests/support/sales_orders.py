"""Random orders in the form of the ShopApp API, whose amounts add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from random import Random
from typing import Any

Record = dict[str, Any]

FIRST_DAY = datetime(2026, 2, 20, tzinfo=timezone.utc)
DAYS = 30
PRODUCTS = 8
CUSTOMERS = 12
CHARGES = ("shipping", "fee", "tip", "duty")
# Pounds have no published rate here. The last orders state the shop's own amounts too.
_CURRENCIES = ("CAD", "CAD", "CAD", "USD", "USD", "USD", "JPY", "JPY", "GBP", "USD/CAD")
_SHOP_RATE = Fraction("1.3712")
_QUANTITIES = ("1", "1", "2", "3", "5", "0.5", "1.25", "0.333")
_LANDING_URL = "https://shop.example/?utm_source=news&utm_medium=email&utm_campaign=May"
_AMOUNTS = (
    *("gross_amount", "discount_amount", "shipping_amount", "shipping_tax_amount"),
    *("tax_amount", "fee_amount", "fee_tax_amount", "tip_amount", "duty_amount"),
    *("adjustment_amount", "total_amount", "refunded_amount"),
)
# Fields of the generator that the API does not have.
_PRIVATE = frozenset(("shop_currency", "shared_discount", "refunded_without_refund"))


@dataclass(frozen=True)
class Shop:
    """A shop of the histories."""

    id: str
    application: str
    time_zone: str


SHOPS = (
    Shop("maple", "shopapp", "America/Toronto"),
    Shop("sakura", "shopapp", "Asia/Tokyo"),
    Shop("fees", "fees-in-net", "America/Toronto"),
    Shop("paid", "by-payment", "Europe/Vilnius"),
)


class Draws(Random):
    """Random numbers, choices and amounts."""

    def chance(self, share: float) -> bool:
        """Return true for a share of the draws."""
        return self.random() < share

    def one(self, options: Any) -> Any:
        """Return one of the options."""
        return self.choice(options)

    def amount(self, most: int) -> str:
        """Return an amount of at most this many cents."""
        return f"{self.randint(1, most) / 100:.2f}"

    def price(self) -> str:
        """Return a price: sometimes 0, sometimes with three decimals."""
        choice = self.randint(1, 10)
        if choice == 1:
            return "0"
        if choice <= 3:
            return f"{self.randint(0, 90)}.{self.one(['005', '125', '335', '995'])}"
        return self.amount(20000)

    def tax(self, amount: Fraction) -> str:
        """Return the tax on an amount, or 0."""
        return text(abs(cut(amount * 13 / 100)) * self.one([0, 1]))


def new_order(draws: Draws, name: str, *, states_events: bool) -> Record:
    """Return an order that was just placed."""
    created = FIRST_DAY + timedelta(minutes=draws.randint(0, DAYS * 24 * 60))
    currency, _, shop_currency = draws.one(_CURRENCIES).partition("/")
    order: Record = {
        "id": name,
        "order_name": f"#{name}",
        "created_at": moment_text(created),
        "processed_at": moment_text(created - timedelta(days=9)) if draws.chance(0.1) else None,
        "currency": currency,
        "shop_currency": shop_currency,
        "financial_status": draws.one(["paid", "paid", "pending", "authorized", "failed"]),
        "fulfillment_status": "fulfilled",
        "paid_at": None,
        "cancelled_at": None,
        "deleted_at": None,
        "is_test": draws.chance(0.05),
        "customer_id": draws.one([None, *(f"c{n}" for n in range(CUSTOMERS))]),
        "landing_url": draws.one([None, _LANDING_URL]),
        "shared_discount": draws.one(["0", "0", "0", draws.amount(500)]),
        "adjustment_amount": draws.one(["0", "0", "0", "0.01", "-0.02", "0.005", "3.5"]),
        "items": [],
        "refunds": [],
        "sales_events": [] if states_events else None,
    }
    if order["financial_status"] == "paid":
        order["paid_at"] = moment_text(created + timedelta(hours=draws.randint(0, 30)))
    for charge in CHARGES:
        order[f"{charge}_amount"] = draws.one(["0", draws.amount(1500)])
    order["shipping_tax_amount"] = draws.tax(number(order["shipping_amount"]))
    order["fee_tax_amount"] = draws.tax(number(order["fee_amount"]))
    order["items"] = [
        new_line(draws, f"line-{place}") for place in range(1, draws.randint(1, 4) + 1)
    ]
    if not states_events and draws.chance(0.15):  # an order whose lines are unknown
        order["gross_amount"] = text(sum(map(gross_of, order["items"]), Fraction(0)))
        order["items"] = []
    return order


def new_line(draws: Draws, name: str) -> Record:
    """Return a line: sometimes free, a gift card, or a return."""
    price, quantity = draws.price(), draws.one(_QUANTITIES)
    gross = number(quantity) * number(price)
    is_return = draws.chance(0.04)
    is_gift_card = not is_return and draws.chance(0.15)
    discount = draws.one(["0", "0", None, text(cut(gross / 7)), text(cut(gross / 3))])
    tax = draws.tax(gross - number(discount))
    if is_return:
        quantity, discount, tax = f"-{quantity}", "0", text(-number(tax))
    return {
        "id": name,
        "product_id": draws.one([None, *(f"p{n}" for n in range(PRODUCTS + 1))]),
        "product_name": f"Product of {name}",
        "quantity": quantity,
        "unit_price_amount": price,
        "line_gross_amount": None,
        "discount_amount": discount,
        "tax_amount": "0" if is_gift_card else tax,
        "status": "sold",
        "is_gift_card": is_gift_card,
    }


def add_up(order: Record) -> None:
    """Set the sums of an order from its lines, charges and refunds."""
    lines = order["items"]
    if lines:
        order["gross_amount"] = text(sum(map(gross_of, lines), Fraction(0)))
    discount = total_of(lines, "discount_amount") + number(order["shared_discount"])
    tax = total_of(lines, "tax_amount")
    tax += number(order["shipping_tax_amount"]) + number(order["fee_tax_amount"])
    charges = sum((number(order[f"{charge}_amount"]) for charge in CHARGES), Fraction(0))
    goods = number(order["gross_amount"]) - discount
    refunded = total_of(order["refunds"], "amount")
    order["discount_amount"] = text(discount)
    order["tax_amount"] = text(tax)
    order["total_amount"] = text(goods + tax + charges + number(order["adjustment_amount"]))
    order["refunded_amount"] = text(refunded + number(order.get("refunded_without_refund")))


def as_sent(order: Record) -> Record:
    """Return an order as the API sends it."""
    sent = {name: value for name, value in order.items() if name not in _PRIVATE}
    if order["shop_currency"]:
        amounts = {name: in_shop_money(order[name]) for name in _AMOUNTS}
        sent["shop_money"] = {"currency": order["shop_currency"], **amounts}
    return sent


def gross_of(line: Record) -> Fraction:
    """Return the amount of a line before discount."""
    if line["line_gross_amount"] is not None:
        return number(line["line_gross_amount"])
    return number(line["quantity"]) * number(line["unit_price_amount"])


def amounts_of(line: Record) -> dict[str, Fraction]:
    """Return the amounts and the quantity of a line, by the names of sales events."""
    return {
        "goods": gross_of(line),
        "discount": number(line["discount_amount"]),
        "tax": number(line["tax_amount"]),
        "quantity": number(line["quantity"]),
    }


def total_of(records: list[Record], name: str) -> Fraction:
    """Return the sum of an amount."""
    return sum((number(record[name]) for record in records), Fraction(0))


def text(amount: Fraction) -> str:
    """Return an amount with at most ten decimals as a decimal string."""
    units = amount * 10**10
    assert units.denominator == 1, amount
    whole, decimals = divmod(abs(units.numerator), 10**10)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{decimals:010d}".rstrip("0").rstrip(".")


def number(amount: str | None) -> Fraction:
    """Return a decimal string as a fraction; null is 0."""
    return Fraction(amount or "0")


def cut(amount: Fraction) -> Fraction:
    """Return an amount without its decimals after the second."""
    return Fraction(int(amount * 100), 100)


def in_shop_money(amount: str) -> str:
    """Return an amount in the shop's own currency."""
    return text(Fraction(round(number(amount) * _SHOP_RATE * 100), 100))


def moment_text(moment: datetime) -> str:
    """Return a time as the API sends it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
