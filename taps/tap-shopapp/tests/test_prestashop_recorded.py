"""PrestaShop, compared with the answers of a real shop (9.1.4, in Montreal).

They are in `shop_fakes/measured/prestashop`. The expected values were calculated by hand from
them; the comments have the arithmetic. Amounts with tax end in `_wt` or `_tax_incl` there, the
others are before tax.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from prestashop_reader import Site
from shop_fakes.serving import serve_answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt, Messages

# Order: gross, discount, shipping, its tax, tax, adjustment, total, refunded.
AMOUNTS = {
    # Tax 108.39 - 90.33 = 18.06; on shipping 8.40 - 7.00 = 1.40. Slips 2.00 + 30.00.
    "7": ("83.33", "0", "7", "1.40", "18.06", "0", "108.39", "32"),
    # Lines 242.98 + 40.95. Tax 338.44 - 286.90; on shipping 9.07 - 7.56.
    # 286.90 - (283.93 - 4.58 + 7.56) = -0.01. Slip 10.00 + 3.00.
    "9": ("283.93", "4.58", "7.56", "1.51", "51.54", "-0.01", "338.44", "13"),
    # Tax 123.08 - 115.84; on shipping 7.22 - 6.02. No slip, but the line lost 9.99.
    "10": ("114.12", "4.30", "6.02", "1.20", "7.24", "0", "123.08", "9.99"),
    # Lines 13540.31 + 3250.00. Tax 19823.38 - 16790.31. The rule takes all of the shipping,
    # 1137.50 and its tax of 227.50, so none of the tax is for shipping.
    "11": ("16790.31", "1137.50", "1137.50", "0", "3033.07", "0", "19823.38", "0"),
    # Tax 22.68 - 18.90. Slip 14.28 + 8.40.
    "12": ("11.90", "0", "7", "1.40", "3.78", "0", "22.68", "22.68"),
    "13": ("0", "0", "0", "0", "0", "0", "0", "0"),
    # Tax 41.40 - 37.00.
    "14": ("30", "0", "7", "1.40", "4.40", "0", "41.40", "0"),
    # Tax 43.20 - 36.00.
    "15": ("29", "0", "7", "1.40", "7.20", "0", "43.20", "0"),
    # Slip 99.99 + 8.40.
    "18": ("83.33", "0", "7", "1.40", "18.06", "0", "108.39", "108.39"),
    # Lines 83.33 + 18.96. Tax 107.99 - 92.05. 92.05 - (102.29 - 10.23) = -0.01.
    "6003": ("102.29", "10.23", "0", "0", "15.94", "-0.01", "107.99", "0"),
}
# Order: currency, total and refunded amount in euros at the rate of the order.
IN_EUROS = {
    "7": ("EUR", "108.39", "32"),
    "9": ("USD", "313.370370", "12.037037"),  # 338.44 / 1.08, 13 / 1.08; the slip says 1.20
    "10": ("GBP", "143.116279", "11.616279"),  # 123.08 / 0.86, 9.99 / 0.86
    "11": ("JPY", "121.990031", "0"),  # 19823.38 / 162.5
    "12": ("EUR", "22.68", "22.68"),
    "13": ("EUR", "0", "0"),
    "14": ("EUR", "41.40", "0"),
    "15": ("EUR", "43.20", "0"),
    "18": ("EUR", "108.39", "108.39"),
    "6003": ("EUR", "107.99", "0"),
}
# Order: payment status, word of the tap, fulfillment, placed, changed and paid (after 02:
# in UTC, 21: in Montreal), account, address.
STATUSES = {
    "7": (
        *("partially_refunded", "paid", "fulfilled", "38:12", "39:16", "38:12"),
        *("3", "amelie.dubois@example.com"),
    ),
    "9": (
        *("partially_refunded", "paid", "unfulfilled", "38:16", "38:16", "38:16"),
        *("5", "carla.rossi@example.org"),
    ),
    # The customer was deleted.
    "10": (
        *("partially_refunded", "paid", "unfulfilled", "38:17", "38:17", "38:17", "6", None),
    ),
    "11": (
        *("paid", "paid", "unfulfilled", "38:18", "38:18", "38:18"),
        *("3", "amelie.dubois@example.com"),
    ),
    "12": (
        *("refunded", "paid", "unfulfilled", "38:19", "38:19", "38:19"),
        *("4", "Bruno.Keller@Example.com"),
    ),
    # Two guests' rows with one address.
    "13": (
        *("voided", "canceled", "cancelled", "38:20", "39:35", None),
        *(None, "guest.one@example.com"),
    ),
    "14": (
        *("refunded", "refunded", "returned", "38:20", "39:50", "38:20"),
        *(None, "guest.one@example.com"),
    ),
    "15": (
        *("voided", "canceled", "cancelled", "38:22", "39:33", None),
        *("5", "carla.rossi@example.org"),
    ),
    "18": (
        *("refunded", "paid", "fulfilled", "38:23", "40:21", "38:26"),
        *("3", "amelie.dubois@example.com"),
    ),
    "6003": (
        *("paid", "paid", "unfulfilled", "45:36", "45:36", "45:36"),
        *("3", "amelie.dubois@example.com"),
    ),
}
# Line: order, product, variant, stock-keeping unit, quantity, gross, tax, refunded, status.
# The tax of a line is that with tax less that without, less its share of the discount's tax.
LINES = {
    "9": ("7", "20", None, "RAIN-1", "1", "83.33", "16.66", "25", "sold"),
    # The lines state 48.59 and 2.25, but 51.54 - 1.51 = 50.03 is left: 48.59 x 50.03 / 50.84.
    "12": ("9", "20", None, "RAIN-1", "3", "242.98", "47.82", "8.33", "sold"),
    "13": ("9", "22", None, "BOOK", "2", "40.95", "2.21", "0", "sold"),
    # 7.24 - 1.20
    "14": ("10", "22", None, "BOOK", "7", "114.12", "6.04", "9.47", "sold"),
    "15": ("11", "20", None, "RAIN-1", "1", "13540.31", "2708.07", "0", "sold"),
    "16": ("11", "21", None, "GONE-1", "2", "3250", "325", "0", "sold"),
    "17": ("12", "6", None, "demo_11", "1", "11.90", "2.38", "11.90", "returned"),
    "19": ("14", "21", None, "GONE-1", "3", "30", "3", "0", "sold"),
    "20": ("15", "3", "13", "demo_6", "1", "29", "5.80", "0", "sold"),
    "25": ("18", "20", None, "RAIN-1", "1", "83.33", "16.66", "83.33", "returned"),
    # 16.66 and 1.04 are stated, 15.94 is left: 16.66 x 15.94 / 17.70 = 15.0035.
    "110004": ("6003", "20", None, "RAIN-1", "1", "83.33", "15.00", "0", "sold"),
    "110005": ("6003", "22", None, "BOOK", "1", "18.96", "0.94", "0", "sold"),
}
# Slip: order, amount with tax, time (after 02: in UTC).
SLIPS = {
    "1": ("7", "2", "39:18"),
    "2": ("7", "30", "39:20"),
    "4": ("9", "13", "39:29"),
    "5": ("18", "108.39", "40:24"),
    "6": ("12", "22.68", "40:26"),
}
# Order, kind, line, units, amount before tax, tax, time.
EVENTS = {
    ("7", "shipping_refund", None, None, "-1.67", "-0.33", "39:18"),
    ("7", "return", "9", "-1", "-25", "-5", "39:20"),
    ("9", "return", "12", "-1", "-8.33", "-1.67", "39:29"),
    ("9", "shipping_refund", None, None, "-2.50", "-0.50", "39:29"),
    ("10", "return", "14", "-1", "-9.47", "-0.52", None),
    ("12", "return", "17", "-1", "-11.90", "-2.38", "40:26"),
    ("12", "shipping_refund", None, None, "-7", "-1.40", "40:26"),
    ("18", "return", "25", "-1", "-83.33", "-16.66", "40:24"),
    ("18", "shipping_refund", None, None, "-7", "-1.40", "40:24"),
}
NAMES = (
    "gross",
    "discount",
    "shipping",
    "shipping_tax",
    "tax",
    "adjustment",
    "total",
    "refunded",
)


@pytest.fixture(scope="module")
def found(try_run: Attempt) -> Iterator[Messages]:
    """The messages of a run on the recorded shop."""
    site = Site(try_run)
    with serve_answers(site.answer) as site.url:
        yield site.extract()


def minute(time: str | None) -> str | None:
    """Return minute and second of a time in the hour of the recording."""
    if time is None:
        return None
    assert time.startswith("2026-11-30T02:")
    assert time.endswith(".000000Z")
    return time[14:19]


def number(text: str) -> Decimal:
    return Decimal(text).normalize() + 0


def orders(found: Messages) -> dict[str, dict[str, Any]]:
    return {its["transaction_id"]: its for its in found.records("transactions")}


def test_recorded_amounts_are_read_exactly(found: Messages) -> None:
    assert {
        key: tuple(number(its[f"{name}_amount"]) for name in NAMES)
        for key, its in orders(found).items()
    } == {key: tuple(map(number, amounts)) for key, amounts in AMOUNTS.items()}


@pytest.mark.parametrize("prefix", ["", "shop_"])
def test_recorded_amounts_add_up_in_both_currencies(found: Messages, prefix: str) -> None:
    charges = ("shipping", "tax", "fee", "tip", "duty", "adjustment")
    for its in found.records("transactions"):
        amount = {
            name: Decimal(its[f"{prefix}{name}_amount"])
            for name in ("gross", "discount", "total", *charges)
        }
        explained = amount["gross"] - amount["discount"]
        assert explained + sum(amount[name] for name in charges) == amount["total"]


def test_recorded_amounts_in_euros_have_the_rate_of_the_order(found: Messages) -> None:
    assert {
        key: (
            its["currency"],
            number(its["shop_total_amount"]),
            number(its["shop_refunded_amount"]),
        )
        for key, its in orders(found).items()
    } == {
        key: (currency, number(total), number(refunded))
        for key, (currency, total, refunded) in IN_EUROS.items()
    }
    assert {its["shop_currency"] for its in found.records("transactions")} == {"EUR"}


def test_recorded_statuses_times_and_buyers_are_read_exactly(found: Messages) -> None:
    assert {
        key: (
            *(its["financial_status"], its["financial_status_raw"]),
            its["fulfillment_status"],
            *(minute(its[name]) for name in ("created_at", "updated_at", "paid_at")),
            *(its["customer_id"], its["email"]),
        )
        for key, its in orders(found).items()
    } == STATUSES
    cancelled = {key: minute(its["cancelled_at"]) for key, its in orders(found).items()}
    assert {key: time for key, time in cancelled.items() if time} == {
        "13": "39:35",
        "15": "39:33",
    }


def test_recorded_lines_are_read_exactly(found: Messages) -> None:
    assert {
        its["item_id"]: (
            *(its["transaction_id"], its["product_id"], its["variant_id"], its["sku"]),
            its["quantity"],
            *(number(its[name]) for name in ("line_gross_amount", "tax_amount")),
            number(its["refunded_amount"]),
            its["status"],
        )
        for its in found.records("items")
    } == {
        key: (*texts, *map(number, amounts), status)
        for key, (*texts, gross, tax, refunded, status) in LINES.items()
        for amounts in [(gross, tax, refunded)]
    }


def test_recorded_lines_sum_to_gross_and_tax_of_their_orders(found: Messages) -> None:
    sums: dict[str, list[Decimal]] = {key: [Decimal(0), Decimal(0)] for key in AMOUNTS}
    for line in found.records("items"):
        pair = sums[line["transaction_id"]]
        pair[0] += Decimal(line["line_gross_amount"])
        pair[1] += Decimal(line["tax_amount"])

    assert sums == {
        key: [
            Decimal(its["gross_amount"]),
            Decimal(its["tax_amount"]) - Decimal(its["shipping_tax_amount"]),
        ]
        for key, its in orders(found).items()
    }


def test_recorded_refunds_are_read_exactly(found: Messages) -> None:
    assert {
        its["refund_id"]: (
            its["transaction_id"],
            number(its["amount"]),
            minute(its["created_at"]),
        )
        for its in found.records("refunds")
    } == {key: (order, number(amount), time) for key, (order, amount, time) in SLIPS.items()}


def test_recorded_sales_events_are_read_exactly(found: Messages) -> None:
    events = found.records("sales_events")

    assert {
        (
            *(its["transaction_id"], its["kind"], its["item_id"]),
            its["quantity"] and number(its["quantity"]),
            *(number(its[name]) for name in ("goods_amount", "tax_amount")),
            minute(its["occurred_at"]),
        )
        for its in events
    } == {
        (order, kind, line, units and number(units), number(goods), number(tax), time)
        for order, kind, line, units, goods, tax, time in EVENTS
    }
    assert {its["refund_split"] for its in events} == {"stated"}
    lost: dict[str, Decimal] = dict.fromkeys(AMOUNTS, Decimal(0))
    for its in events:
        lost[its["transaction_id"]] -= Decimal(its["goods_amount"]) + Decimal(its["tax_amount"])
    assert lost == {key: Decimal(its["refunded_amount"]) for key, its in orders(found).items()}


def test_code_of_a_cart_rule_is_not_its_name(found: Messages) -> None:
    """Rules 2 to 5 were deleted, so their codes are unknown; their names are attributes."""
    read = orders(found)

    assert {
        key: its["discount_codes"] for key, its in read.items() if its["discount_codes"]
    } == {"6003": ["CODE-OF-RULE-1"]}
    names = {key: its["attributes"]["cart_rules"] for key, its in read.items()}
    assert {key: name for key, [*name] in names.items() if name} == {
        "9": ["MINUS5"],
        "10": ["MINUS5X"],
        "11": ["SHIPFREE"],
        "12": ["GIFT"],
        "6003": ["PCT10"],
    }


def test_recorded_catalogue_is_read_exactly(found: Messages) -> None:
    """Categories 1 and 2 are technical. A combination adds its price, here 0, to 24.90."""
    assert {
        its["product_id"]: (its["name"], its["sku"], number(its["price_amount"]))
        for its in found.records("products")
    } == {
        "1": ("Hummingbird printed t-shirt", "demo_1", number("24.9")),
        "20": ('Raincoat "Storm" & Co', "RAIN-1", number("83.325")),
        "22": ("Book", "BOOK", number("18.957346")),
    }
    products = {its["product_id"]: its for its in found.records("products")}
    assert {key: its["category_ids"] for key, its in products.items()} == {
        "1": ["4", "3"],
        "20": ["11", "4", "10"],
        "22": ["9"],
    }
    assert {its["brand"] for its in products.values()} == {"Studio Design", None}
    assert {its["status"] for its in products.values()} == {"active"}
    assert products["1"]["updated_at"] == "2026-11-30T02:40:30.000000Z"
    variants = products["1"]["attributes"]["variants"]
    assert {(its["id"], its["sku"], number(its["price"])) for its in variants} == {
        (str(place), "demo_1", number("24.9")) for place in range(1, 9)
    }
    assert {
        its["category_id"]: (its["parent_id"], its["name"])
        for its in found.records("categories")
    } == {
        "3": (None, "Clothes"),
        "4": ("3", "Men"),
        "5": ("3", "Women"),
        "6": (None, "Accessories"),
        "7": ("6", "Stationery"),
        "8": ("6", "Home Accessories"),
        "9": (None, "Art"),
        "10": ("4", 'Jackets & "coats"'),
        "11": ("10", "Rain"),
    }


def test_recorded_accounts_are_read_without_guests_and_anonymous(found: Messages) -> None:
    assert {
        its["customer_id"]: (its["email"], its["first_name"], its["accepts_marketing"])
        for its in found.records("customers")
    } == {
        "2": ("john.doe@example.com", "John", True),
        "3": ("amelie.dubois@example.com", "Amélie", True),
        "4": ("Bruno.Keller@Example.com", "Bruno", True),
        "5": ("carla.rossi@example.org", "Carla", True),
    }


def test_recorded_shop_has_its_zone_and_currency(found: Messages) -> None:
    [shop] = found.records("shops")

    assert (shop["name"], shop["currency"], shop["time_zone"]) == (
        "Atelier",
        "EUR",
        "America/Montreal",
    )
