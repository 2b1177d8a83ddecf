"""The generated shop: same bytes everywhere, exact amounts, and every kind of order."""

from __future__ import annotations

import copy
import hashlib
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from shopapp_demo.generate import (
    demo_contacts,
    demo_custom_rates,
    edit_order,
    generate_shop,
)

if TYPE_CHECKING:
    from shopapp_demo.shop import Record, Shop

# The hash of shop.json and the four files of records, joined in the order of their names.
SHA256 = "6bc6f91336254e8ecd26b2d7b23a28fb77018273567812396060629d605199ea"
DECIMALS = {"CAD": 2, "USD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3}


@pytest.fixture(scope="module")
def shop() -> Shop:
    return generate_shop()


@pytest.fixture(scope="module")
def orders(shop: Shop) -> list[Record]:
    return list(shop.transactions.values())


def amount(record: Record, name: str) -> Decimal:
    return Decimal(record[f"{name}_amount"])


def lines_gross(order: Record) -> Decimal:
    return sum(
        (Decimal(line["quantity"]) * amount(line, "unit_price") for line in order["items"]),
        Decimal(0),
    )


def lines_total(order: Record, name: str) -> Decimal:
    return sum((amount(line, name) for line in order["items"]), Decimal(0))


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def assert_adds_up(order: Record) -> None:
    """Assert that the amounts add up exactly, as the contract requires."""
    gross, discount = amount(order, "gross"), amount(order, "discount")
    tax, refunded = amount(order, "tax"), amount(order, "refunded")
    assert gross == lines_gross(order)
    assert lines_total(order, "discount") <= discount <= gross
    assert tax == amount(order, "shipping_tax") + lines_total(order, "tax")
    charges = ("shipping", "tax", "fee", "tip", "duty", "adjustment")
    total = gross - discount + sum(amount(order, name) for name in charges)
    assert total == amount(order, "total")
    assert refunded == sum((Decimal(r["amount"]) for r in order["refunds"]), Decimal(0))
    assert 0 <= refunded <= total
    for line in order["items"]:
        price = Decimal(line["quantity"]) * amount(line, "unit_price")
        assert 0 <= amount(line, "discount") <= price
        assert amount(line, "tax") >= 0
        assert 0 <= Decimal(line["refunded_quantity"]) <= Decimal(line["quantity"])
        # Refunds are rounded to coins, so they can exceed a price without tax.
        assert 0 <= amount(line, "refunded") <= price - amount(line, "discount") + 1


def written(shop: Shop) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        shop.write(Path(folder))
        return b"".join(path.read_bytes() for path in sorted(Path(folder).iterdir()))


def test_shop_has_the_expected_bytes(shop: Shop) -> None:
    assert hashlib.sha256(written(shop)).hexdigest() == SHA256


def test_shop_with_the_same_seed_has_the_same_bytes() -> None:
    assert written(generate_shop(7, 300)) == written(generate_shop(7, 300))
    assert written(generate_shop(7, 300)) != written(generate_shop(8, 300))


def test_shop_with_other_hash_seed_is_the_same() -> None:
    script = "from shopapp_demo.generate import generate_shop as g; print(g(7, 300))"
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_orders_span_two_years_without_future_dates(orders: list[Record]) -> None:
    assert len(orders) >= 2000
    created = [moment(order["created_at"]) for order in orders]
    assert timedelta(days=725) < max(created) - min(created) <= timedelta(days=731)
    end = datetime(2026, 10, 30, tzinfo=timezone.utc)
    for order in orders:
        assert order["created_at"] <= order["processed_at"] <= order["updated_at"]
        assert moment(order["updated_at"]) < end


def test_amounts_of_every_order_add_up_exactly(orders: list[Record]) -> None:
    for order in orders:
        assert_adds_up(order)


def test_paid_amounts_have_the_decimals_of_their_currency(orders: list[Record]) -> None:
    assert {order["currency"] for order in orders} == set(DECIMALS)
    for order in orders:
        for name in ("discount", "shipping", "shipping_tax", "fee", "total"):
            scaled = amount(order, name).scaleb(DECIMALS[order["currency"]])
            assert scaled == scaled.to_integral_value(), (order["id"], name)


def test_yen_have_no_decimals_and_dinars_have_three(orders: list[Record]) -> None:
    yen = [amount(order, "total") for order in orders if order["currency"] == "JPY"]
    dinars = [amount(order, "total") for order in orders if order["currency"] == "KWD"]
    assert len(yen) >= 50
    assert len(dinars) >= 50
    assert all(total % 1 == 0 and total >= 100 for total in yen)
    assert any(total % Decimal("0.01") for total in dinars)


def test_prices_include_tax_in_some_markets(orders: list[Record]) -> None:
    inclusive = {order["currency"] for order in orders if order["prices_include_tax"]}
    exclusive = {order["currency"] for order in orders if not order["prices_include_tax"]}
    assert inclusive == {"EUR", "GBP", "JPY"}
    assert exclusive == {"CAD", "USD", "KWD"}
    untaxed = [order for order in orders if order["currency"] == "KWD"]
    assert all(amount(order, "tax") == 0 for order in untaxed)


def test_amounts_have_no_exponent(shop: Shop) -> None:
    for order in shop.transactions.values():
        for record in (order, *order["items"], *order["refunds"]):
            for name, value in record.items():
                if name.endswith(("amount", "quantity")):
                    assert isinstance(value, str)
                    assert value.lstrip("-").replace(".", "", 1).isdecimal()


def test_buyers_include_customers_and_guests_with_and_without_email(
    shop: Shop, orders: list[Record]
) -> None:
    guests = [order for order in orders if order["customer_id"] is None]
    known = [order for order in orders if order["customer_id"]]
    assert sum(order["email"] is None for order in guests) >= 50
    assert sum(order["email"] is not None for order in guests) >= 200
    assert len(known) >= 1000
    for order in known:
        assert order["email"] == shop.customers[order["customer_id"]]["email"]


def test_orders_include_partial_and_full_refunds(orders: list[Record]) -> None:
    partial = [order for order in orders if order["financial_status"] == "partially_refunded"]
    full = [order for order in orders if order["financial_status"] == "refunded"]
    assert len(partial) >= 50
    assert len(full) >= 25
    for order in partial:
        assert len(order["refunds"]) == 1
        assert 0 < amount(order, "refunded") < amount(order, "total")
    for order in full:
        assert amount(order, "refunded") == amount(order, "total")
    assert sum(len(order["refunds"]) > 1 for order in full) >= 25
    refunded = sum(bool(order["refunds"]) for order in orders)
    assert refunded == len(partial) + len(full)


def test_orders_include_cancelled_orders(orders: list[Record]) -> None:
    cancelled = [order for order in orders if order["cancelled_at"]]
    assert len(cancelled) >= 50
    for order in cancelled:
        assert order["financial_status"] == "voided"
        assert order["fulfillment_status"] == "cancelled"
        assert order["updated_at"] == order["cancelled_at"] > order["created_at"]


def test_orders_include_fees_discounts_tests_and_unpaid_orders(orders: list[Record]) -> None:
    assert sum(amount(order, "fee") > 0 for order in orders) >= 50
    assert sum(amount(order, "fee") < 0 for order in orders) >= 50
    assert all(amount(order, "adjustment") == 0 for order in orders)
    assert sum(amount(order, "discount") > 0 for order in orders) >= 200
    coded = [order for order in orders if order["discount_codes"]]
    assert len(coded) >= 100
    assert all(amount(o, "discount") > lines_total(o, "discount") for o in coded)
    assert sum(order["is_test"] for order in orders) >= 5
    assert sum(order["financial_status"] == "pending" for order in orders) >= 50


def test_orders_include_orders_with_a_removed_line(orders: list[Record]) -> None:
    edited = [
        order
        for order in orders
        if not order["cancelled_at"]
        and not order["refunds"]
        and moment(order["updated_at"]) - moment(order["created_at"]) >= timedelta(hours=1)
    ]
    assert len(edited) >= 50
    assert {len(order["items"]) for order in edited} == {1, 2, 3, 4}


def test_edited_order_keeps_its_first_lines_and_adds_up(orders: list[Record]) -> None:
    # A discount on the whole order can be larger than the remaining lines.
    long = [o for o in orders if len(o["items"]) >= 3 and not o["discount_codes"]]
    assert long
    for order in long:
        if order["refunds"]:
            continue
        edited: dict[str, Any] = copy.deepcopy(order)
        edit_order(edited, kept_lines=2)
        assert edited["items"] == order["items"][:2]
        assert amount(edited, "total") < amount(order, "total")
        assert amount(edited, "shipping") == amount(order, "shipping")
        assert_adds_up(edited)


def test_categories_have_three_levels(shop: Shop) -> None:
    def depth(category_id: str) -> int:
        parent = shop.categories[category_id]["parent_id"]
        return 1 if parent is None else 1 + depth(parent)

    depths = [depth(category_id) for category_id in shop.categories]
    assert set(depths) == {1, 2, 3}
    assert depths.count(1) == 3


def test_products_include_products_in_several_categories(shop: Shop) -> None:
    products = shop.products.values()
    assert sum(len(product["category_ids"]) > 1 for product in products) >= 10
    for product in products:
        assert product["category_ids"]
        assert len(set(product["category_ids"])) == len(product["category_ids"])
        assert set(product["category_ids"]) <= set(shop.categories)


def test_orders_name_deleted_and_missing_products(shop: Shop, orders: list[Record]) -> None:
    sold = {line["product_id"] for order in orders for line in order["items"]}
    deleted = {key for key, product in shop.products.items() if product["deleted_at"]}
    assert len(deleted) >= 3
    assert deleted <= sold
    assert sold - set(shop.products) == {"p5", "p40"}
    for product in shop.products.values():
        if product["deleted_at"]:
            assert product["updated_at"] == product["deleted_at"]
            assert product["status"] == "archived"


def test_campaign_links_name_the_send(orders: list[Record]) -> None:
    queries = [parse_qs(urlsplit(order["landing_url"]).query) for order in orders]
    campaigns = [query for query in queries if query]
    sends = [query for query in campaigns if "idSendLog" in query]
    assert len(campaigns) >= 500
    assert 300 <= len(sends) < len(campaigns)
    assert all(query["utm_source"] == ["dialog"] for query in campaigns)
    assert all(query["idBatch"][0].isdecimal() for query in sends)
    assert len({query["idSendLog"][0] for query in sends}) == len(sends)


def test_contacts_cover_most_customers_and_two_share_an_address(shop: Shop) -> None:
    contacts = demo_contacts(shop)
    assert len({contact for contact, *_ in contacts}) == len(contacts)
    numbers = {number for _, number, *_ in contacts}
    assert len(numbers & set(shop.customers)) == len(shop.customers) * 9 // 10
    addresses = [(email or "").lower() for *_, email in contacts]
    assert addresses.count("guest7@mail.example") == 2


def test_dinar_rates_have_no_gap(orders: list[Record]) -> None:
    windows = [(first, last) for _, _, _, first, last in demo_custom_rates()]
    assert windows[0][0] < min(order["created_at"] for order in orders)
    assert windows[-1][1] is None
    for (_, last), (first, _) in pairwise(windows):
        assert last is not None
        day_after = datetime.fromisoformat(last) + timedelta(days=1)
        assert first == day_after.date().isoformat()
