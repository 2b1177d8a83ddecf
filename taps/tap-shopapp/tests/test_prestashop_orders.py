"""Orders of PrestaShop: money, statuses, buyers and values that the recording does not have.

Expected values were worked out by hand; the comments have the arithmetic.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from prestashop_reader import Site
from shop_fakes.serving import serve_answers
from tap_shopapp.applications.prestashop.values import amount, flag, phrase, reference
from tap_shopapp.applications.prestashop.webservice import CUSTOMER_FIELDS
from tap_shopapp.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt, Messages
    from shopapp_demo.shop import Record

# Everything that may leave a row of customers, as the shop's documentation of privacy needs it.
ALLOWED = {
    *("id", "email", "firstname", "lastname", "is_guest", "newsletter", "optin", "deleted"),
    *("active", "date_add", "date_upd"),
}


@pytest.fixture
def site(try_run: Attempt) -> Iterator[Site]:
    site = Site(try_run)
    with serve_answers(site.answer) as site.url:
        yield site


def order(found: Messages, order_id: str) -> dict[str, Any]:
    """Return an order of a run."""
    [its] = [its for its in found.records("transactions") if its["transaction_id"] == order_id]
    return its


def lines(found: Messages, order_id: str) -> list[dict[str, Any]]:
    """Return the lines of an order of a run."""
    return [its for its in found.records("items") if its["transaction_id"] == order_id]


def amounts(its: dict[str, Any], *names: str) -> list[Decimal]:
    return [Decimal(its[f"{name}_amount"]) for name in names]


def test_wrapping_is_a_fee_with_its_tax(site: Site) -> None:
    """Gift wrapping of 5.00 and its tax of 1.00, added to order 7."""
    site.row("orders", 7).update(
        total_wrapping_tax_incl="6.000000",
        total_wrapping_tax_excl="5.000000",
        total_paid_tax_incl="114.390000",  # 108.39 + 6
        total_paid_tax_excl="95.330000",  # 90.33 + 5
        total_wrapping="6.000000",
    )

    its = order(site.extract(), "7")

    assert amounts(its, "fee", "fee_tax", "adjustment") == [5, 1, 0]
    assert amounts(its, "tax", "total") == [Decimal("19.06"), Decimal("114.39")]


def test_paid_amount_with_tax_is_the_total(site: Site) -> None:
    """The vendor's demo orders differ: 61.80 was to be paid, and 68.20 is the order."""
    site.row("orders", 12)["total_paid"] = "61.800000"

    assert amounts(order(site.extract(), "12"), "total", "adjustment") == [Decimal("22.68"), 0]


def test_amount_of_a_line_is_not_quantity_times_price(site: Site) -> None:
    """2 x 22.944 = 45.888, but the shop rounds the line to 45.89."""
    site.row("order_details", 16).update(
        unit_price_tax_excl="22.944000", total_price_tax_excl="45.890000"
    )

    [_, line] = lines(site.extract(), "11")

    assert Decimal(line["unit_price_amount"]) == Decimal("22.944")
    assert Decimal(line["line_gross_amount"]) == Decimal("45.89")


def test_reduction_in_the_catalogue_is_part_of_the_price(site: Site) -> None:
    """Order 9: 89.991 less 10 % is 80.9919, and only the cart rule is a discount."""
    found = site.extract()

    line = lines(found, "9")[0]
    assert Decimal(line["unit_price_amount"]) == Decimal("80.9919")
    assert Decimal(line["discount_amount"]) == 0
    assert amounts(order(found, "9"), "gross", "discount") == [
        Decimal("283.93"),
        Decimal("4.58"),
    ]


def test_rule_for_shipping_and_products_frees_only_the_shipping_of_tax(site: Site) -> None:
    """Order 7 with free shipping (8.40, tax 1.40) and 12.00 off the products (tax 2.00)."""
    site.rows("order_cart_rules").append(
        {
            "id": 50,
            "id_order": 7,
            "id_cart_rule": 50,
            "name": "BOTH",
            "value": "20.400000",
            "value_tax_excl": "17.000000",
            "free_shipping": "1",
            "deleted": "0",
        }
    )
    site.row("orders", 7).update(
        total_discounts_tax_incl="20.400000",
        total_discounts_tax_excl="17.000000",
        total_paid_tax_incl="87.990000",  # 108.39 - 20.40
        total_paid_tax_excl="73.330000",  # 90.33 - 17.00
    )

    found = site.extract()

    # Tax 87.99 - 73.33 = 14.66, all of it for the products: 16.66 - 2.00.
    assert amounts(order(found, "7"), "shipping", "shipping_tax", "tax", "adjustment") == [
        7,
        0,
        Decimal("14.66"),
        0,
    ]
    assert Decimal(lines(found, "7")[0]["tax_amount"]) == Decimal("14.66")


def test_cart_rule_that_was_removed_from_an_order_is_ignored(site: Site) -> None:
    site.row("order_cart_rules", 9)["deleted"] = "1"

    its = order(site.extract(), "6003")

    assert its["discount_codes"] == []
    assert its["attributes"]["cart_rules"] == []


def test_rule_without_a_code_gives_no_discount_code(site: Site) -> None:
    """Rules that apply on their own have no code; their names are not codes."""
    site.row("cart_rules", 1)["code"] = ""

    assert order(site.extract(), "6003")["discount_codes"] == []


def test_slip_of_a_free_amount_is_split_over_what_is_left(site: Site) -> None:
    """A module's slip of 12.00 without lines: order 12 has goods of 14.28, shipping of 8.40."""
    slip = site.row("order_slip", 6)
    slip.pop("associations")
    slip.update(
        total_products_tax_excl="10.000000",
        total_products_tax_incl="12.000000",
        total_shipping_tax_excl="0.000000",
        total_shipping_tax_incl="0.000000",
    )
    site.row("order_details", 17).update(
        total_refunded_tax_incl="0", total_refunded_tax_excl="0", product_quantity_refunded=0
    )

    found = site.extract()

    events = [its for its in found.records("sales_events") if its["transaction_id"] == "12"]
    assert {its["refund_split"] for its in events} == {"derived"}
    lost = sum(Decimal(its["goods_amount"]) + Decimal(its["tax_amount"]) for its in events)
    # Tax of 2.00 is stated: 12 - 10.
    assert (lost, sum(Decimal(its["tax_amount"]) for its in events)) == (-12, -2)
    assert order(found, "12")["financial_status"] == "partially_refunded"


def test_voucher_after_a_slip_counts_only_what_no_slip_explains(site: Site) -> None:
    """The line of order 9 lost 10.00 by a slip, and 6.00 more as a voucher."""
    site.row("order_details", 12).update(
        total_refunded_tax_incl="16.000000",
        total_refunded_tax_excl="13.330000",  # 8.33 + 5.00
        product_quantity_refunded=2,
    )

    found = site.extract()

    assert amounts(order(found, "9"), "refunded") == [19]  # 10 + 3 + 6
    [event] = [
        its
        for its in found.records("sales_events")
        if its["transaction_id"] == "9" and its["occurred_at"] is None
    ]
    assert event["item_id"] == "12"
    names = ("quantity", "goods_amount", "tax_amount")
    assert [Decimal(event[name]) for name in names] == [-1, -5, -1]


@pytest.mark.parametrize(
    ("flags", "received", "expected"),
    [
        (("1", "1", "1", "1"), "22.68", ("paid", "paid", "fulfilled")),
        (("1", "1", "0", "1"), "22.68", ("paid", "paid", "unfulfilled")),
        (("1", "0", "0", "0"), "22.68", ("paid", "paid_not_logable", "unfulfilled")),
        (("0", "1", "0", "0"), "0", ("pending", "logable_not_paid", "unfulfilled")),
        (("0", "0", "0", "0"), "0", ("pending", "awaiting_payment", "unfulfilled")),
        (("0", "0", "0", "0"), "5", ("partially_paid", "awaiting_payment", "unfulfilled")),
    ],
)
def test_status_follows_flags_of_a_state_of_the_merchant(
    site: Site, flags: tuple[str, ...], received: str, expected: tuple[str, ...]
) -> None:
    """Its id is above those of PrestaShop, and its name is misleading."""
    names = ("paid", "logable", "shipped", "delivery")
    state = dict(zip(names, flags, strict=True))
    site.rows("order_states").append({"id": 42, "name": "Canceled", **state})
    site.row("orders", 15).update(current_state=42, total_paid_real=received)

    its = order(site.extract(), "15")

    status = ("financial_status", "financial_status_raw", "fulfillment_status")
    assert tuple(its[name] for name in status) == expected
    assert its["attributes"]["order_state"] == "Canceled"


def test_cancelled_order_keeps_the_money_that_came(site: Site) -> None:
    """43.20 came before order 15 was cancelled, and nothing was paid back."""
    site.row("orders", 15).update(
        total_paid_real="43.200000", invoice_date="2026-11-29 21:39:00"
    )

    its = order(site.extract(), "15")

    assert (its["financial_status"], its["financial_status_raw"]) == ("paid", "canceled")
    assert its["paid_at"] == "2026-11-30T02:39:00.000000Z"
    assert its["cancelled_at"] == "2026-11-30T02:39:33.000000Z"


def test_invoice_before_the_payment_is_no_payment(site: Site) -> None:
    site.rows("order_states").append({"id": 42, "name": "Invoiced", "logable": "1"})
    site.row("orders", 15).update(current_state=42, invoice_date="2026-11-29 21:39:00")

    its = order(site.extract(), "15")

    assert its["paid_at"] is None
    assert its["processed_at"] == "2026-11-30T02:39:00.000000Z"
    assert its["financial_status"] == "pending"


def test_false_flags_may_be_absent_or_numbers(site: Site) -> None:
    site.rows("order_states").append({"id": 42, "name": "Mine", "paid": 1, "logable": True})
    site.row("orders", 15)["current_state"] = "42"

    its = order(site.extract(), "15")

    assert its["financial_status_raw"] == "paid"
    assert its["fulfillment_status"] == "unfulfilled"


def test_cancelled_state_is_that_of_the_settings(site: Site) -> None:
    """The shop uses state 40 for cancelled orders, and state 6 for something else."""
    for row in site.rows("configurations"):
        if row["name"] == "PS_OS_CANCELED":
            row["value"] = "40"
    site.rows("order_states").append({"id": 40, "name": "Storniert"})
    site.row("orders", 12)["current_state"] = 40

    found = site.extract()

    assert order(found, "12")["financial_status_raw"] == "canceled"
    assert order(found, "15")["financial_status_raw"] == "awaiting_payment"


def test_state_added_during_a_run_is_read(site: Site) -> None:
    site.row("orders", 12)["current_state"] = 77

    def add(_: int) -> None:
        if len(site.queries("order_states")) == 1 and len(site.rows("order_states")) == 13:
            site.rows("order_states").append({"id": 77, "paid": "1", "logable": "1"})

    site.happen = add

    assert order(site.extract(), "12")["financial_status_raw"] == "paid"


def test_unknown_state_is_unknown(site: Site) -> None:
    site.row("orders", 15)["current_state"] = 0

    its = order(site.extract(), "15")

    assert (its["financial_status"], its["financial_status_raw"]) == ("unknown", "unknown")


def test_deleted_currency_is_still_known(site: Site) -> None:
    """JPY was deleted after order 11; the list of currencies still has it."""
    assert site.row("currencies", 4)["deleted"] == "1"
    assert order(site.extract(), "11")["currency"] == "JPY"


def test_order_in_an_unknown_currency_is_rejected(site: Site) -> None:
    site.row("orders", 11)["id_currency"] = 99

    found = site.extract()

    assert "11" not in found.ids()
    [reject] = found.records("rejected_records")
    assert reject["reason_code"] == "no_currency"


def test_line_that_left_between_two_requests_rejects_its_order(site: Site) -> None:
    """The next run reads the order again, since the removal moved its time."""

    def remove(number: int) -> None:
        request = site.requests[number - 1]
        if request.path == "/api/order_details" and "filter[id_order]" in request.args:
            rows = site.rows("order_details")
            rows[:] = [row for row in rows if row["id"] != 13]

    site.happen = remove
    first = site.extract(voucher_days=0)
    site.happen = lambda _: None
    changed = site.row("orders", 9)
    changed["associations"]["order_rows"].pop()
    changed["date_upd"] = "2026-11-29 21:46:00"
    second = site.extract(state=first.state)

    [reject] = first.records("rejected_records")
    assert (reject["reason_code"], json.loads(reject["payload"])["id"]) == ("changed", 9)
    assert "secure_key" not in reject["payload"]
    assert "9" not in first.ids()
    assert "9" in second.ids()


def test_only_allowed_fields_of_customers_are_asked_for(site: Site) -> None:
    """All fields include the hash of the password and the secure key."""
    for row in site.rows("customers"):
        row |= {"passwd": "canary", "secure_key": "canary", "note": "canary"}
    for row in site.rows("orders"):
        row |= {"secure_key": "canary", "note": "canary", "gift_message": "canary"}

    found = site.extract()

    displayed = {its["display"] for its in site.queries("customers")}
    assert displayed <= {"[id]", "[id,date_upd]", f"[{','.join(CUSTOMER_FIELDS)}]"}
    assert set(CUSTOMER_FIELDS) == ALLOWED
    assert "canary" not in json.dumps(found.all)


def test_secrets_and_notes_are_not_in_rejects(site: Site) -> None:
    site.row("orders", 9).update(secure_key="canary", note="canary", gift_message="canary")
    site.row("orders", 9)["total_paid_tax_incl"] = 338.44

    found = site.extract()

    [reject] = found.records("rejected_records")
    assert reject["reason_code"] == "inexact_amount"
    assert "canary" not in reject["payload"]


@pytest.mark.parametrize("has_setting", [True, False])
def test_anonymous_customer_is_nobody(site: Site, *, has_setting: bool) -> None:
    """The privacy module moves the orders of erased people to one customer."""
    site.row("orders", 7)["id_customer"] = 1
    site.row("orders", 9)["id_customer"] = "1"
    if has_setting:
        name = "PSGDPR_ANONYMOUS_CUSTOMER"
        site.rows("configurations").append({"id": 99, "name": name, "value": "1"})
        site.row("customers", 1).update(firstname="Nobody", email="nobody@shop.example")

    found = site.extract()

    for key in ("7", "9"):
        its = order(found, key)
        assert (its["customer_id"], its["email"], its["email_normalized"]) == (None, None, None)
    assert "1" not in found.ids("customers", "customer_id")


def test_person_named_anonymous_is_a_customer(site: Site) -> None:
    site.row("customers", 3)["lastname"] = site.row("customers", 3)["firstname"] = "Anonymous"

    assert "3" in site.extract().ids("customers", "customer_id")


def test_guests_with_one_address_are_no_accounts(site: Site) -> None:
    found = site.extract()

    emails = {key: order(found, key)["email_normalized"] for key in ("13", "14")}
    assert emails == dict.fromkeys(("13", "14"), "guest.one@example.com")
    assert {"7", "8"}.isdisjoint(found.ids("customers", "customer_id"))


def test_deleted_customer_has_a_time_of_deletion(site: Site) -> None:
    site.row("customers", 4)["deleted"] = 1

    [its] = [its for its in site.extract().records("customers") if its["customer_id"] == "4"]
    assert its["deleted_at"] == its["updated_at"]


@pytest.mark.parametrize("language", ["1", "2"])
def test_texts_have_the_default_language_of_the_shop(site: Site, language: str) -> None:
    for row in site.rows("configurations"):
        if row["name"] == "PS_LANG_DEFAULT":
            row["value"] = language

    found = site.extract()

    names = {its["product_id"]: its["name"] for its in found.records("products")}
    assert names["22"] == {"1": "Book", "2": "Livre"}[language]


def test_draft_and_inactive_products_are_told_apart(site: Site) -> None:
    site.row("products", 20)["state"] = 0
    site.row("products", 22)["active"] = "0"

    statuses = {its["product_id"]: its["status"] for its in site.extract().records("products")}

    assert statuses == {"1": "active", "20": "draft", "22": "archived"}


def test_combination_adds_its_price_to_the_product(site: Site) -> None:
    site.row("combinations", 2).update(price="5.100000", reference="")

    [product] = [its for its in site.extract().records("products") if its["product_id"] == "1"]

    assert product["attributes"]["variants"][1] == {
        "id": "2",
        "sku": None,
        "price": "30.000000",
    }


def test_category_below_a_later_root_has_no_parent(site: Site) -> None:
    """The root of a second shop has a higher id than the category that moved there."""
    site.row("categories", 11).update(is_root_category="1", id_parent=1, level_depth=1)
    site.row("categories", 9)["id_parent"] = 11

    found = site.extract(page_size=3)

    parents = {its["category_id"]: its["parent_id"] for its in found.records("categories")}
    assert "11" not in parents
    assert parents["9"] is None


def test_product_with_an_unreadable_combination_is_kept(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.row("products", 22)["associations"]["combinations"] = [{"id": 50}]
    combination = {**site.row("combinations", 1), "id": 50, "id_product": 22}
    site.rows("combinations").append(combination)
    site.server.broken = {("combinations", 2)}

    found = site.extract()

    variants = {
        its["product_id"]: its["attributes"].get("variants")
        for its in found.records("products")
    }
    assert variants["1"] is None
    assert [its["id"] for its in variants["22"]] == ["50"]
    assert "PHP fails in the shop on those of product 1." in caplog.text


def test_second_root_of_a_multistore_is_technical(site: Site) -> None:
    site.row("categories", 6).update(is_root_category="1", id_parent=1, level_depth=1)

    found = site.extract()

    parents = {its["category_id"]: its["parent_id"] for its in found.records("categories")}
    assert "6" not in parents
    assert parents["7"] is parents["8"] is None


VALUES: list[tuple[Any, Any, str | None]] = [
    (reference, 7, "7"),
    (reference, "7", "7"),
    (reference, 0, None),
    (reference, "0", None),
    (reference, "", None),
    (reference, None, None),
    (reference, False, None),
    (phrase, "Book", "Book"),
    (phrase, "", None),
    (phrase, None, None),
    (phrase, False, None),
    (phrase, 7, "7"),
    (phrase, [], None),
    (phrase, [{"id": 1, "value": ""}], None),
]


@pytest.mark.parametrize(("read", "value", "expected"), VALUES)
def test_value_is_read_in_each_of_its_types(
    read: Any, value: Any, expected: str | None
) -> None:
    assert read(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((each, True) for each in ("1", 1, True)),
        *((each, False) for each in ("0", 0, "", None, False)),
    ],
)
def test_flag_is_read_in_each_of_its_types(value: Any, *, expected: bool) -> None:
    assert flag(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("8.400000", "8.400000"), (8, "8"), ("", "0"), (None, "0"), (False, "0"), (0, "0")],
)
def test_amount_is_read_in_each_of_its_types(value: Any, expected: str) -> None:
    record: Record = {"total": value}

    assert amount(record, "total") == expected
    assert amount({}, "total") == "0"


@pytest.mark.parametrize("value", [8.4, "8,40", "EUR 8", [], True])
def test_value_that_is_no_exact_amount_is_refused(value: Any) -> None:
    with pytest.raises(RecordError):
        amount({"total": value}, "total")


@pytest.mark.parametrize("language", ["2", "3", ""])
def test_text_in_several_languages_has_the_requested_one(language: str) -> None:
    value = [{"id": "1", "value": "Book"}, {"id": 2, "value": "Livre"}]

    assert phrase(value, language) == ("Livre" if language == "2" else "Book")
