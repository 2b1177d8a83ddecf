"""Random histories of orders in the form of the ShopApp API; equal seeds give equal histories.

A history is one order that changes for some steps. Half of the histories state their sales
events, as Shopify does. The others state refunds only, and the tap derives the events.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

from tap_shopapp.pages import Page
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from collections.abc import Callable

    Record = dict[str, Any]

FIRST_DAY = datetime(2026, 2, 20, tzinfo=timezone.utc)
DAYS = 30
STEPS = 5
STEP_DAYS = 4
PRODUCTS = 8
CUSTOMERS = 12
# Pounds have no published rate here.
CURRENCIES = ("CAD", "CAD", "CAD", "USD", "USD", "USD", "JPY", "JPY", "GBP", "USD/CAD")
QUANTITIES = ("1", "1", "2", "3", "5", "0.5", "1.25", "0.333")
# A shop's own rate for orders that state their amounts in the shop's currency too.
SHOP_RATE = Fraction("1.3712")
AMOUNTS = (
    *("gross_amount", "discount_amount", "shipping_amount", "shipping_tax_amount"),
    *("tax_amount", "fee_amount", "fee_tax_amount", "tip_amount", "duty_amount"),
    *("adjustment_amount", "total_amount", "refunded_amount"),
)
CHARGES = ("shipping", "fee", "tip", "duty")


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


class SalesHistory:
    """History of one order.

    Attributes:
        seed: Seed of the history, and id of the order.
        shop: Its shop.
        records: The latest records of the contract by stream.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.shop = SHOPS[seed % len(SHOPS)]
        self.records: dict[str, list[Record]] = {}
        self._random = Random(seed)  # noqa: S311
        self._clock = FIRST_DAY + timedelta(days=DAYS)
        self._is_changed = False
        self._states_events = self._chance(0.6)
        self._standing: dict[str | None, dict[str, Fraction]] = {}
        self._order = self._placed()
        self._save()

    def step(self) -> None:
        """Make up to two random changes."""
        self._clock += timedelta(days=STEP_DAYS)
        if self._order["deleted_at"]:
            self._order["deleted_at"] = None if self._chance(0.3) else self._tick()
            self._save()
            return
        common = [self._pay, self._pay, self._fail, self._cancel, self._delete]
        if self._states_events:
            changes = [
                *(self._add_units, self._add_line, self._change_price, self._change_price),
                *(self._remove, self._return, self._return, self._exchange, self._exchange),
                *(self._refund_charge, self._refund_charge, self._add_charge, self._adjust),
                *common,
            ]
        else:
            changes = [
                *(self._refund_part, self._refund_part, self._refund_all, self._refund_all),
                *(self._refund_line, self._refund_line, self._lose_line, self._refund_unnamed),
                *common,
            ]
        for _ in range(self._number(0, 2)):
            self._one(changes)()

    def take_changed(self) -> dict[str, list[Record]]:
        """Return the records to load, by stream; nothing if the order did not change."""
        changed, self._is_changed = self._is_changed, False
        return self.records if changed else {}

    # --- the placement ---

    def _placed(self) -> Record:
        created = FIRST_DAY + timedelta(minutes=self._number(0, DAYS * 24 * 60))
        currency, _, shop_currency = self._one(CURRENCIES).partition("/")
        order: Record = {
            "id": str(self.seed),
            "order_name": f"#{self.seed}",
            "created_at": _format(created),
            "processed_at": _format(created - timedelta(days=9)) if self._chance(0.1) else None,
            "currency": currency,
            "shop_currency": shop_currency,
            "financial_status": self._one(["paid", "paid", "pending", "authorized", "failed"]),
            "fulfillment_status": "fulfilled",
            "paid_at": None,
            "cancelled_at": None,
            "deleted_at": None,
            "is_test": self._chance(0.05),
            "customer_id": self._one([None, *(f"c{n}" for n in range(CUSTOMERS))]),
            "landing_url": self._one(
                [
                    None,
                    "https://shop.example/?utm_source=news&utm_medium=email&utm_campaign=May",
                ]
            ),
            "shared_discount": self._one(["0", "0", "0", self._amount(500)]),
            "adjustment_amount": self._one(["0", "0", "0", "0.01", "-0.02", "0.005", "3.5"]),
            "items": [],
            "refunds": [],
            "sales_events": [] if self._states_events else None,
        }
        if order["financial_status"] == "paid":
            order["paid_at"] = _format(created + timedelta(hours=self._number(0, 30)))
        for charge in CHARGES:
            order[f"{charge}_amount"] = self._one(["0", self._amount(1500)])
        order["shipping_tax_amount"] = self._tax(order["shipping_amount"])
        order["fee_tax_amount"] = self._tax(order["fee_amount"])
        order["duty_tax"] = order["tip_tax"] = "0"
        for place in range(1, self._number(1, 4) + 1):
            self._new_line(order, f"line-{place}")
        if not self._states_events and self._chance(0.08):
            self._drop_lines(order)
        self._stand(order)
        return order

    def _new_line(self, order: Record, name: str) -> Record:
        price, quantity = self._price(), self._one(QUANTITIES)
        gross = number(quantity) * number(price)
        is_return = self._chance(0.04)
        is_gift_card = not is_return and self._chance(0.15)
        discount = self._one(["0", "0", None, text(_cut(gross / 7)), text(_cut(gross / 3))])
        tax = self._tax(text(gross - number(discount)))
        if is_return:
            quantity, discount, tax = f"-{quantity}", "0", f"-{tax}"
        line = {
            "id": name,
            "product_id": self._one([None, *(f"p{n}" for n in range(PRODUCTS + 1))]),
            "product_name": f"Product of {name}",
            "quantity": quantity,
            "unit_price_amount": price,
            "line_gross_amount": None,
            "discount_amount": discount,
            "tax_amount": "0" if is_gift_card else tax,
            "status": "sold",
            "is_gift_card": is_gift_card,
        }
        order["items"].append(line)
        return line

    def _drop_lines(self, order: Record) -> None:
        """Leave an order whose lines are unknown."""
        order["gross_amount"] = text(sum((_gross(x) for x in order["items"]), Fraction(0)))
        order["items"] = []

    def _stand(self, order: Record) -> None:
        """Note what stands of each line and charge, for events that take it back."""
        for line in order["items"]:
            self._standing[line["id"]] = _amounts_of(line)
        for charge in CHARGES:
            tax = order.get(f"{charge}_tax_amount", "0")
            self._standing[charge] = {
                "goods": number(order[f"{charge}_amount"]),
                "tax": number(tax),
            }

    # --- changes of orders with stated events ---

    def _add_units(self) -> None:
        line = self._line(lambda line: number(line["quantity"]) > 0)
        if line is None or line["line_gross_amount"] is not None:
            return
        units = Fraction(self._number(1, 3))
        added = {
            "goods": units * number(line["unit_price_amount"]),
            "discount": number(self._one(["0", "0.05"])),
            "tax": number("0" if line["is_gift_card"] else self._amount(300)),
            "quantity": units,
        }
        if added["goods"] <= added["discount"]:
            return
        line["quantity"] = text(number(line["quantity"]) + units)
        _increase(line, added, "discount", "tax")
        self._event("addition", line["id"], added)

    def _add_line(self) -> None:
        line = self._new_line(self._order, f"line-{len(self._order['items']) + 1}")
        self._standing[line["id"]] = dict.fromkeys(
            ("goods", "discount", "tax", "quantity"), Fraction(0)
        )
        added = _amounts_of(line)
        if added["goods"] > added["discount"]:
            self._event("addition", line["id"], added)
        else:  # a free line, which has no event, or a returned one
            self._standing[line["id"]] = added
            self._save()

    def _change_price(self) -> None:
        line = self._line(lambda line: number(line["quantity"]) > 0)
        if line is None:
            return
        standing = self._standing[line["id"]]
        change = number(self._amount(400))
        if self._chance(0.5):
            line["line_gross_amount"] = text(_gross(line) + change)
            changed = {"goods": change, "tax": _cut(change / 8)}
            _increase(line, changed, "tax")
        elif standing["goods"] - standing["discount"] <= change:
            return
        elif self._chance(0.5):
            changed = {"goods": -change, "tax": -min(_cut(change / 8), standing["tax"])}
        else:
            changed = {"goods": Fraction(0), "discount": change}
        self._event("price_change", line["id"], {**changed, "quantity": Fraction(0)})

    def _remove(self) -> None:
        self._take_units("removal")

    def _return(self) -> None:
        self._take_units("return")

    def _exchange(self) -> None:
        # The new line has the price of the returned one, or any price.
        if self._take_units("return"):
            self._add_line()

    def _take_units(self, kind: str, name: str | None = None) -> bool:
        """Take units of a line back: all that are left, or a part."""
        names = [
            line["id"]
            for line in self._order["items"]
            if self._standing[line["id"]]["quantity"] > 0
        ]
        if name is None and not names:
            return False
        chosen = name or self._one(names)
        standing = self._standing[chosen]
        whole = standing["quantity"]
        units = whole
        if name is None and self._chance(0.5):
            units = Fraction(1) if whole > 1 else whole / 2
        taken = {"quantity": -units}
        for amount in ("goods", "discount", "tax"):
            share = standing[amount] * units / whole
            taken[amount] = -(standing[amount] if units == whole else _cut(share))
        self._event(kind, chosen, taken)
        return True

    def _refund_charge(self) -> None:
        charge = self._one(CHARGES)
        standing = self._standing[charge]
        if standing["goods"] > 0:
            share = self._one([Fraction(1), Fraction(1), Fraction(1, 3)])
            taken = {
                name: -(amount if share == 1 else _cut(amount * share))
                for name, amount in standing.items()
            }
            self._event(f"{charge}_refund", None, taken, of=charge)

    def _add_charge(self) -> None:
        charge = self._one(CHARGES)
        added = {"goods": number(self._amount(900)), "tax": Fraction(0)}
        if charge in {"shipping", "fee"}:
            added["tax"] = _cut(added["goods"] / 9)
            field = f"{charge}_tax_amount"
            self._order[field] = text(number(self._order[field]) + added["tax"])
        field = f"{charge}_amount"
        self._order[field] = text(number(self._order[field]) + added["goods"])
        self._event(charge, None, added, of=charge)

    def _adjust(self) -> None:
        sign = self._one([1, -1])
        self._event("adjustment", None, {"goods": sign * number(self._amount(200))})

    def _event(
        self,
        kind: str,
        item_id: str | None,
        changes: dict[str, Fraction],
        of: str | None = None,
    ) -> None:
        """Add an event with the changes of amounts and of the quantity."""
        standing = self._standing.get(item_id or of)
        for name, change in changes.items():
            if standing is not None:
                standing[name] = standing.get(name, Fraction(0)) + change
        events = self._order["sales_events"]
        quantity = changes.get("quantity")
        event = {
            "id": f"e{len(events) + 1}",
            "item_id": item_id,
            "kind": kind,
            "occurred_at": None if self._chance(0.05) else self._tick(),
            "quantity": None if quantity is None else text(quantity),
            "goods_amount": text(changes["goods"]),
            "discount_amount": text(changes["discount"]) if "discount" in changes else None,
            "tax_amount": text(changes["tax"]) if "tax" in changes else None,
        }
        if self._order["shop_currency"]:
            for name in ("goods", "discount", "tax"):
                amount = event[f"{name}_amount"]
                event[f"shop_{name}_amount"] = amount and _in_shop_money(amount)
        events.append(event)
        self._save()

    # --- changes of orders with refunds only ---

    def _refund_part(self) -> None:
        left = self._left_to_refund()
        if left > 1:
            self._refund(_cut(left * self._number(1, 70) / 100))

    def _refund_all(self) -> None:
        left = self._left_to_refund()
        if left > 0:
            self._refund(left)

    def _refund_line(self) -> None:
        """Refund units or money of a line, with a refund or without one."""
        line = self._line(lambda line: number(line["quantity"]) >= 1)
        if line is None or line.get("refunded_quantity"):
            return
        line["refunded_quantity"] = "1"
        if self._chance(0.5):
            net = _gross(line) - number(line["discount_amount"])
            line["refunded_amount"] = text(max(_cut(net / 2), Fraction(0)))
        left = self._left_to_refund()
        if left > 0 and self._chance(0.7):
            self._refund(_cut(left / self._number(1, 5)))
        self._save()

    def _lose_line(self) -> None:
        line = self._line(lambda line: number(line["quantity"]) > 0)
        if line is not None:
            line["status"] = self._one(["cancelled", "returned"])
            self._save()

    def _refund_unnamed(self) -> None:
        # Money that was paid back, as an order states it, without a refund.
        left = self._left_to_refund()
        if left > 1:
            self._order["refunded_without_refund"] = text(
                number(self._order.get("refunded_without_refund")) + _cut(left / 4)
            )
            self._save()

    def _refund(self, amount: Fraction) -> None:
        refunds = self._order["refunds"]
        refunds.append(
            {
                "id": f"r{len(refunds) + 1}",
                "amount": text(amount),
                "created_at": self._tick(),
            }
        )
        self._save()

    def _left_to_refund(self) -> Fraction:
        order = self._order
        return number(order["total_amount"]) - number(order["refunded_amount"])

    # --- changes of every order ---

    def _pay(self) -> None:
        self._order["financial_status"] = "paid"
        self._order["paid_at"] = self._order["paid_at"] or self._tick()
        self._save()

    def _fail(self) -> None:
        if not self._order["paid_at"]:
            self._order["financial_status"] = self._one(["failed", "pending", "voided"])
            self._save()

    def _cancel(self) -> None:
        """Cancel the order: with events or refunds of what stands, or without."""
        self._order["cancelled_at"] = self._tick()
        if self._chance(0.3):
            self._order["financial_status"] = "voided"
        if self._chance(0.5) and self._states_events:
            for line in self._order["items"]:
                if self._standing[line["id"]]["quantity"] > 0:
                    self._take_units("removal", line["id"])
        elif self._chance(0.5) and not self._states_events:
            self._refund_all()
        self._save()

    def _delete(self) -> None:
        if self._chance(0.4):
            self._order["deleted_at"] = self._tick()
            self._save()

    # --- records ---

    def _save(self) -> None:
        """Add the order up, and convert it to records of the contract."""
        order = self._order
        order["updated_at"] = self._tick()
        _add_up(order)
        sent = {name: value for name, value in order.items() if name not in _PRIVATE}
        if order["shop_currency"]:
            sent["shop_money"] = {
                "currency": order["shop_currency"],
                **{name: _in_shop_money(order[name]) for name in AMOUNTS},
            }
        page = Page()
        normalize.add("transactions", normalize.NormalizedRecord(sent), page)
        self.records = {"transactions": page.records, **page.embedded}
        for stream in self.records.values():
            for record in stream:
                record["shop_id"] = self.shop.id
        self._is_changed = True

    def _line(self, condition: Callable[[Record], bool]) -> Record | None:
        lines = [line for line in self._order["items"] if condition(line)]
        found: Record | None = self._one(lines) if lines else None
        return found

    def _tick(self) -> str:
        self._clock += timedelta(minutes=self._number(1, 600))
        return _format(self._clock)

    def _price(self) -> str:
        choice = self._number(1, 10)
        if choice == 1:
            return "0"
        if choice <= 3:
            return f"{self._number(1, 9000)}.{self._one(['005', '125', '335', '995'])}"
        return self._amount(20000)

    def _tax(self, amount: str) -> str:
        return self._one(["0", text(abs(_cut(number(amount) * 13 / 100)))])  # type: ignore[no-any-return]

    def _amount(self, most: int) -> str:
        return f"{self._number(1, most) / 100:.2f}"

    def _number(self, first: int, last: int) -> int:
        return self._random.randint(first, last)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _one(self, options: Any) -> Any:
        return self._random.choice(options)


# Fields of the generator that the API does not have.
_PRIVATE = frozenset(
    ("shop_currency", "shared_discount", "duty_tax", "tip_tax", "refunded_without_refund")
)


def _add_up(order: Record) -> None:
    lines = order["items"]
    if lines:
        order["gross_amount"] = text(sum((_gross(line) for line in lines), Fraction(0)))
    discount = sum((number(line["discount_amount"]) for line in lines), Fraction(0))
    discount += number(order["shared_discount"])
    taxes = [line["tax_amount"] for line in lines]
    taxes += [order["shipping_tax_amount"], order["fee_tax_amount"]]
    tax = sum(map(number, taxes), Fraction(0))
    charges = sum((number(order[f"{charge}_amount"]) for charge in CHARGES), Fraction(0))
    rest = number(order["adjustment_amount"])
    refunded = sum((number(refund["amount"]) for refund in order["refunds"]), Fraction(0))
    refunded += number(order.get("refunded_without_refund"))
    order["discount_amount"] = text(discount)
    order["tax_amount"] = text(tax)
    order["total_amount"] = text(
        number(order["gross_amount"]) - discount + tax + charges + rest
    )
    order["refunded_amount"] = text(refunded)


def _gross(line: Record) -> Fraction:
    if line["line_gross_amount"] is not None:
        return number(line["line_gross_amount"])
    return number(line["quantity"]) * number(line["unit_price_amount"])


def _amounts_of(line: Record) -> dict[str, Fraction]:
    return {
        "goods": _gross(line),
        "discount": number(line["discount_amount"]),
        "tax": number(line["tax_amount"]),
        "quantity": number(line["quantity"]),
    }


def _increase(line: Record, added: dict[str, Fraction], *names: str) -> None:
    for name in names:
        line[f"{name}_amount"] = text(number(line[f"{name}_amount"]) + added[name])


def _cut(amount: Fraction) -> Fraction:
    """Return an amount without its decimals after the second."""
    return Fraction(int(amount * 100), 100)


def _in_shop_money(amount: str) -> str:
    return text(Fraction(round(number(amount) * SHOP_RATE * 100), 100))


def _format(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
