"""Random histories of small shops, as raw records; equal seeds give equal histories.

A history is one shop that changes for some steps. The changes of a step are the records that a
sync would load.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from tap_shopapp.pages import Page
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    Record = dict[str, Any]

FIRST_DAY = datetime(2025, 3, 1, tzinfo=timezone.utc)
DAYS = 40
CURRENCIES = ("CAD", "USD", "JPY", "GBP", "XTS")
TOO_LONG = "x" * 120


@dataclass
class History:
    """History of one shop.

    Attributes:
        seed: Seed of the history; also part of the shop's name.
        contacts: Contacts of the marketing project: id → customer number and e-mail.
        aliases: Merged contacts: former id → id of the remaining contact.
    """

    seed: int
    contacts: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    aliases: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311
        self._clock = FIRST_DAY + timedelta(days=DAYS)
        self._shop: dict[str, dict[str, Record]] = {
            name: {} for name in ("transactions", "products", "categories", "customers")
        }
        self._changed: dict[str, dict[str, Record]] = {}
        self._gone: list[Record] = []
        self._imported: list[Record] = []
        self._held_back: list[tuple[str, Record]] = []
        for make, count in (
            (self._new_category, 4),
            (self._new_product, 4),
            (self._new_customer, 3),
            (self._new_order, 5),
        ):
            for _ in range(count):
                make()
        self._new_contact()

    @property
    def shop_id(self) -> str:
        """The shop's name in every key."""
        return f"shop-{self.seed}"

    def live(self) -> None:
        """Make up to six random changes."""
        for _ in range(self._number(0, 6)):
            self._one(
                [
                    self._new_order,
                    self._edit_order,
                    self._edit_order,
                    self._edit_line,
                    self._remove_line,
                    self._refund,
                    self._cancel,
                    self._delete_order,
                    self._delete_order_for_good,
                    self._import_line,
                    self._break_order,
                    self._correct_order,
                    self._new_product,
                    self._change_product,
                    self._new_category,
                    self._change_category,
                    self._change_customer,
                    self._new_contact,
                    self._new_contact,
                    self._change_contact,
                    self._delete_contact,
                    self._merge_contact,
                    self._merge_contact,
                    self._separate_contacts,
                ]
            )()

    def take_changed(self, *, whole: bool) -> dict[str, list[Record]]:
        """Return the raw records to load by stream, and clear them.

        Unless the load is whole, an order may lack its lines, refunds and events, as after an
        interrupted load. They then come with the next load.
        """
        loads: dict[str, list[Record]] = {"items": self._imported}
        loads |= {"refunds": [], "sales_events": []}
        self._imported = []
        loads["deleted_transactions"] = self._gone
        self._gone = []
        for stream, record in self._held_back:
            loads[stream].append(record)
        self._held_back.clear()
        for collection, changed in self._changed.items():
            for raw in changed.values():
                page = Page()
                normalize.add(collection, normalize.NormalizedRecord(raw), page)
                loads.setdefault(collection, []).extend(page.records)
                held_back = not whole and self._chance(0.1)
                for stream, children in page.embedded.items():
                    if held_back:
                        self._held_back += [(stream, child) for child in children]
                    else:
                        loads[stream] += children
        self._changed.clear()
        for loaded in loads.values():
            for record in loaded:
                record["shop_id"] = self.shop_id
        return loads

    # --- changes ---

    def _new_order(self) -> None:
        number = len(self._shop["transactions"]) + 1
        order: Record = {
            "id": str(number),
            "order_name": f"#{number}",
            "created_at": self._some_day(),
            "currency": self._one(CURRENCIES),
            "financial_status": "paid",
            "fulfillment_status": "fulfilled",
            "items": [self._line(place) for place in range(1, self._number(1, 4) + 1)],
            "refunds": [],
            "is_test": self._chance(0.05),
        }
        self._choose_buyer(order)
        self._add_up(order)
        self._save("transactions", order)

    def _choose_buyer(self, order: Record) -> None:
        customer = self._one([None, *self._shop["customers"].values()])
        order["customer_id"] = customer and customer["id"]
        order["contact_id"] = (
            str(self._one(list(self.contacts) or [7])) if self._chance(0.1) else None
        )
        order["email"] = self._one([None, self._email(), customer and customer["email"]])

    def _edit_order(self) -> None:
        order = self._order()
        self._one(
            [
                lambda: order.update(currency=self._one(CURRENCIES)),
                lambda: order.update(created_at=self._some_day()),
                lambda: order.update(order_name=f"#{self._number(1000, 9999)}"),
                lambda: self._choose_buyer(order),
                lambda: order["items"].append(self._line(_free_place(order))),
                lambda: order.update(shipping_amount=self._amount()),
            ]
        )()
        self._add_up(order)
        self._save("transactions", order)

    def _edit_line(self) -> None:
        order = self._order()
        line = self._one(order["items"])
        line |= {**self._line(1), "id": line["id"]}
        self._add_up(order)
        self._save("transactions", order)

    def _remove_line(self) -> None:
        order = self._order()
        if len(order["items"]) > 1:
            order["items"].pop(self._number(0, len(order["items"]) - 1))
            self._add_up(order)
            self._save("transactions", order)

    def _refund(self) -> None:
        order = self._order()
        number = len(order["refunds"]) + 1
        order["refunds"].append(
            {"id": f"r{number}", "amount": self._amount(), "created_at": self._tick()}
        )
        order["items"][0] |= {"refunded_quantity": "1", "refunded_amount": self._amount()}
        self._add_up(order)
        self._save("transactions", order)

    def _cancel(self) -> None:
        order = self._order()
        order |= {"cancelled_at": self._tick(), "financial_status": "voided"}
        self._save("transactions", order)

    def _delete_order(self) -> None:
        order = self._order()
        order["deleted_at"] = None if order.get("deleted_at") else self._tick()
        self._save("transactions", order)

    def _delete_order_for_good(self) -> None:
        # Sometimes an order that was never loaded.
        number = self._number(1, len(self._shop["transactions"]) + 1)
        self._gone.append({"transaction_id": str(number), "deleted_at": self._tick()})

    def _import_line(self) -> None:
        # A line from a file, which has no version; sometimes of an unknown order.
        number = self._number(1, len(self._shop["transactions"]) + 1)
        line = {**self._line(1), "id": f"file-{self._number(1, 3)}", "updated_at": None}
        page = Page()
        normalize.add(
            "items", normalize.NormalizedRecord({**line, "transaction_id": str(number)}), page
        )
        self._imported += page.embedded["items"]

    def _break_order(self) -> None:
        order = self._order()
        if self._chance(0.5):
            line = self._line(_free_place(order))
            order["items"].append({**line, "product_id": TOO_LONG})
        else:
            order["items"][0]["unit_price_amount"] = "1" + "0" * 17
        self._add_up(order)
        self._save("transactions", order)

    def _correct_order(self) -> None:
        for order in self._shop["transactions"].values():
            too_long = [line for line in order["items"] if line["product_id"] == TOO_LONG]
            if too_long or len(order["gross_amount"]) > 17:
                order["items"] = [self._line(1)]
                self._add_up(order)
                self._save("transactions", order)
                return

    def _new_product(self) -> None:
        # Sometimes a product that was sold before it was in the catalog.
        number = self._number(1, 12)
        product = {
            "id": f"p{number}",
            "name": f"Product {number}",
            "price_amount": self._amount(),
            "currency": self._one(CURRENCIES),
            "status": "active",
            "category_ids": self._categories(),
            "created_at": self._some_day(),
        }
        self._save("products", product)

    def _change_product(self) -> None:
        product = deepcopy(self._one(list(self._shop["products"].values())))
        product |= self._one(
            [
                {"name": f"Renamed {self._number(1, 99)}"},
                {"price_amount": self._amount()},
                {"category_ids": self._categories()},
                {"deleted_at": self._tick()},
                {"deleted_at": None},
            ]
        )
        self._save("products", product)

    def _categories(self) -> list[str]:
        # Products may refer to category 9 before it exists.
        return list(dict.fromkeys(f"k{self._number(1, 9)}" for _ in range(self._number(0, 3))))

    def _new_category(self) -> None:
        number = self._number(1, 9)
        category = {"id": f"k{number}", "name": f"Category {number}", "parent_id": None}
        self._save("categories", category)

    def _change_category(self) -> None:
        category = deepcopy(self._one(list(self._shop["categories"].values())))
        category |= self._one(
            [
                {"name": f"Renamed {self._number(1, 99)}"},
                # Any category, itself included: shops allow cycles temporarily.
                {"parent_id": f"k{self._number(1, 9)}"},
                {"parent_id": None},
                {"deleted_at": self._tick()},
                {"deleted_at": None},
            ]
        )
        self._save("categories", category)

    def _new_customer(self) -> None:
        number = len(self._shop["customers"]) + 1
        customer = {"id": f"{self.seed}-c{number}", "email": self._email()}
        self._save("customers", customer)

    def _change_customer(self) -> None:
        customer = deepcopy(self._one(list(self._shop["customers"].values())))
        customer |= self._one([{"email": self._email()}, {"deleted_at": self._tick()}])
        self._save("customers", customer)

    def _new_contact(self) -> None:
        number = self.seed * 100 + len(self.contacts) + 1
        self.contacts[number] = (self._customer_number(), self._email())

    def _change_contact(self) -> None:
        if self.contacts:
            number = self._one(list(self.contacts))
            self.contacts[number] = (self._customer_number(), self._email())

    def _delete_contact(self) -> None:
        if self.contacts:
            del self.contacts[self._one(list(self.contacts))]

    def _merge_contact(self) -> None:
        # Into another contact, itself, a cycle, or a deleted contact.
        numbers = range(self.seed * 100 + 1, self.seed * 100 + len(self.contacts) + 3)
        merged = self._one(numbers)
        self.aliases[merged] = self._one(numbers)
        if self._chance(0.7):
            self.contacts.pop(merged, None)

    def _separate_contacts(self) -> None:
        if self.aliases:
            del self.aliases[self._one(list(self.aliases))]

    # --- parts of records ---

    def _customer_number(self) -> str | None:
        return f"{self.seed}-c{self._number(1, 3)}" if self._chance(0.5) else None

    def _email(self) -> str:
        return f"person{self._number(1, 5)}@shop{self.seed}.example"

    def _line(self, place: int) -> Record:
        return {
            "id": f"line-{place}",
            "product_id": f"p{self._number(1, 12)}",
            "product_name": f"As sold {self._number(1, 9)}",
            "sku": f"S{place}",
            "quantity": str(self._number(1, 4)),
            "unit_price_amount": self._amount(),
            "discount_amount": self._one(["0", "0.50", None]),
            "tax_amount": self._amount(),
        }

    def _add_up(self, order: Record) -> None:
        lines = order["items"]
        gross = sum(Decimal(r["quantity"]) * Decimal(r["unit_price_amount"]) for r in lines)
        discount = sum(Decimal(line["discount_amount"] or 0) for line in lines)
        tax = sum(Decimal(line["tax_amount"]) for line in lines)
        shipping = Decimal(order.get("shipping_amount", "0"))
        refunded = sum(Decimal(refund["amount"]) for refund in order["refunds"])
        order |= {
            "gross_amount": str(gross),
            "discount_amount": str(discount + 1),
            "tax_amount": str(tax),
            "shipping_amount": str(shipping),
            "shipping_tax_amount": "0",
            "adjustment_amount": "0",
            "total_amount": str(gross - discount - 1 + tax + shipping),
            "refunded_amount": str(refunded),
        }

    def _order(self) -> Record:
        return deepcopy(self._one(list(self._shop["transactions"].values())))

    def _save(self, collection: str, record: Record) -> None:
        record["updated_at"] = self._tick()
        self._shop[collection][record["id"]] = record
        self._changed.setdefault(collection, {})[record["id"]] = record

    def _tick(self) -> str:
        self._clock += timedelta(seconds=1)
        return _format(self._clock)

    def _some_day(self) -> str:
        return _format(FIRST_DAY + timedelta(hours=self._number(0, 24 * DAYS)))

    def _amount(self) -> str:
        return f"{self._number(1, 20000) / 100:.2f}"

    def _number(self, first: int, last: int) -> int:
        return self._random.randint(first, last)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _one(self, options: Any) -> Any:
        return self._random.choice(options)


def _free_place(order: Record) -> int:
    return 1 + max(int(line["id"].removeprefix("line-")) for line in order["items"])


def _format(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
