"""Ids, currency codes, statuses and signs have one form, whatever the shop or file writes.

The same functions read the records of every application, so the tests read records in the form
of the ShopApp API.
"""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING, Any

import pytest
from tap_shopapp.errors import RecordError
from tap_shopapp.pages import Page
from tap_shopapp.records import email, money, signs, values
from tap_shopapp.records.normalize import NormalizedRecord, add
from tap_shopapp.records.values import currency, key, reference, references, word

if TYPE_CHECKING:
    from types import ModuleType

    from tap_shopapp.pages import Record

AT = "2026-03-05T10:00:00Z"
AROUND_AN_ID = [
    " 1001",
    "1001 ",
    "1001\u00a0",
    "\u200b1001",
    "\ufeff1001",
    "\u202f1001\u2009",
    "\t1001\r\n",
    "\u200e1001",
    "\u202a1001\u202c",  # Windows' calculator and contacts write these marks of direction
    "\u20601001",
    "\u30001001\u3000",
    "1001\u00ad",
]
SCIENTIFIC = [
    "1.23457E+11",
    "1,23457E+11",
    "1e+20",
    "1.5e+05",
    " 1.23457E+11\u00a0",
    "-1.2E+11",
    "1E+11",
    "2.5E-05",
    "1.23457e+011",
    "9.99999E+99",
    "1.23457E11",
]


@pytest.mark.parametrize("module", [email, money, signs, values])
def test_doctests_of_records_pass(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed


def order(**changed: Any) -> Record:
    fields = {
        "id": "1",
        "currency": "CAD",
        "gross_amount": "100",
        "discount_amount": "0",
        "total_amount": "100",
        "refunded_amount": "0",
        "created_at": AT,
        "updated_at": AT,
        "items": [],
        "refunds": [],
    }
    return fields | changed


def item(number: int = 1, **changed: Any) -> Record:
    fields = {"id": str(number), "quantity": "1", "unit_price_amount": "100"}
    return fields | changed


def read(stream: str = "transactions", **fields: Any) -> Page:
    page = Page()
    add(stream, NormalizedRecord(order(**fields) if stream == "transactions" else fields), page)
    return page


@pytest.mark.parametrize("written", AROUND_AN_ID)
def test_spaces_around_an_id_are_removed(written: str) -> None:
    assert (key(written, "id"), reference(written, "customer_id")) == ("1001", "1001")


@pytest.mark.parametrize(
    "written",
    ["00123", "A 100", "#1001", "12E5", "1E5", "1001.0", "E+11", "1.2", "ABC-1E+2", "1001/2"],
)
def test_id_that_is_not_a_rounded_number_is_unchanged(written: str) -> None:
    assert key(written, "id") == written


@pytest.mark.parametrize("written", SCIENTIFIC)
def test_id_in_scientific_notation_is_rejected(written: str) -> None:
    with pytest.raises(RecordError) as error:
        key(written, "id")

    assert error.value.code == "scientific_id"
    assert error.value.message == (
        "id is in scientific notation, so a spreadsheet program has removed its last digits."
        " Export the ids from the shop again, and format the column as text before you fill it."
    )


@pytest.mark.parametrize(
    "written", [None, "", " ", "\u00a0", "\u200b", "\t", "\ufeff", "\u3000", "\r\n", "\u2060"]
)
def test_empty_id_is_no_key_and_no_reference(written: str | None) -> None:
    assert reference(written, "customer_id") is None
    with pytest.raises(RecordError) as error:
        key(written, "id")
    assert error.value.code == "no_key"


@pytest.mark.parametrize("value", [1.0, 1.5, 2.0**53, float("nan"), True, False, [], {}, ["7"]])
def test_json_value_that_is_no_id_is_rejected(value: object) -> None:
    """A JSON number with an exponent is in scientific notation, too: 1.23457E+11."""
    for function in (key, reference):
        with pytest.raises(RecordError) as error:
            function(value, "id")
        assert error.value.code == "no_key"


def test_each_reference_has_the_text_of_the_id_that_it_names() -> None:
    spaced, plain = "\u00a071 ", "71"
    page = read(
        id=spaced,
        customer_id=spaced,
        contact_id=spaced,
        parent_transaction_id=spaced,
        items=[
            item(id=spaced, product_id=spaced, variant_id=spaced, bundle_parent_item_id=spaced)
        ],
        refunds=[{"id": spaced, "amount": "1"}],
        sales_events=[{"id": spaced, "item_id": spaced, "kind": "return"}],
    )
    [found] = page.records
    names = ("transaction_id", "customer_id", "id_contact", "parent_transaction_id")
    assert {found[name] for name in names} == {plain}
    [line] = page.embedded["items"]
    ids = [line["item_id"], line["transaction_id"], line["bundle_parent_item_id"]]
    assert {*ids, line["product_id"], line["variant_id"]} == {plain}
    [event] = page.embedded["sales_events"]
    assert (event["event_id"], event["item_id"]) == (plain, plain)
    assert page.embedded["refunds"][0]["refund_id"] == plain

    catalogue = read("products", id=spaced, updated_at=AT, category_ids=[spaced, " ", 71])
    assert catalogue.records[0]["product_id"] == plain
    assert catalogue.records[0]["category_ids"] == [plain, plain]
    categories = read("categories", id=spaced, updated_at=AT, parent_id=spaced)
    assert (categories.records[0]["category_id"], categories.records[0]["parent_id"]) == (
        plain,
        plain,
    )
    assert read("customers", id=spaced, updated_at=AT).records[0]["customer_id"] == plain
    gone = read("deleted_transactions", id=spaced, updated_at=AT).deleted
    assert gone[0]["transaction_id"] == plain


@pytest.mark.parametrize(
    "fields",
    [
        {"customer_id": "1.2E+11"},
        {"contact_id": "1.2E+11"},
        {"parent_transaction_id": "1.2E+11"},
        {"items": [item(product_id="1.2E+11")]},
        {"items": [item(variant_id="1.2E+11")]},
        {"items": [item(bundle_parent_item_id="1.2E+11")]},
        {"refunds": [{"id": "1.2E+11", "amount": "1"}]},
        {"sales_events": [{"id": "1", "item_id": "1.2E+11", "kind": "return"}]},
    ],
)
def test_reference_in_scientific_notation_rejects_the_order(fields: Record) -> None:
    with pytest.raises(RecordError) as error:
        read(**fields)
    assert error.value.code == "scientific_id"


def test_ids_of_categories_are_normalized_one_by_one() -> None:
    assert references(None, "category_ids") == []
    assert references(" 7", "category_ids") == ["7"]
    assert references([7, "\u00a08", "", None], "category_ids") == ["7", "8"]
    with pytest.raises(RecordError):
        references(["7", "1.2E+11"], "category_ids")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (" CAD ", "CAD"),
        ("cad", "CAD"),
        ("CAD\u00a0", "CAD"),
        ("\u200bEUR", "EUR"),
        ("EUR\u202f", "EUR"),
        ("\tUSD\n", "USD"),
        ("eUr", "EUR"),
        ("\ufeffGBP", "GBP"),
        ("\u2009sek", "SEK"),
        ("jpy\u3000", "JPY"),
        ("", None),
        ("\u00a0", None),
        # No codes of ISO 4217. They stay, so that the warehouse counts them.
        ("US$", "US$"),
        ("€", "€"),
        ("Euro", "EURO"),
        ("840", "840"),
        ("Kč", "Kč"),
        ("EUR.", "EUR."),
        ("E UR", "E UR"),
        ("\uff25\uff35\uff32", "\uff25\uff35\uff32"),  # full-width letters
        ("uß", "uß"),  # in capitals, it would be USS
        ("CA-D", "CA-D"),
    ],
)
def test_currency_code_has_capitals_and_no_spaces(written: str, code: str | None) -> None:
    assert currency(written) == code
    page = read(currency=written, shop_money={"currency": written})
    assert page.records[0]["currency"] == code
    assert page.records[0]["shop_currency"] == code
    assert read("products", id="1", updated_at=AT, currency=written).records[0]["currency"] == (
        code
    )


@pytest.mark.parametrize(
    "written",
    [
        "Partially refunded",
        "partially-refunded",
        "PARTIALLY_REFUNDED",
        "partially\u00a0refunded",
        "Partially  refunded",
        "partially\u2011refunded",
        "partially\trefunded",
        "partially - refunded",
        "\ufeffPartially\u202frefunded",
        "partially\u2013refunded",
        " partially_refunded\u200b",
    ],
)
def test_status_is_compared_without_case_spaces_and_hyphens(written: str) -> None:
    [found] = read(financial_status=written).records
    assert found["financial_status"] == "partially_refunded"
    assert found["financial_status_raw"] == written


@pytest.mark.parametrize(
    "written", ["paid.", "pa id", "PAıD", "bezahlt", "-", "partial refund"]
)
def test_word_outside_the_vocabulary_is_unknown(written: str) -> None:
    assert word(written, frozenset(("paid", "partially_refunded"))) == "unknown"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("-20.00", "20.00"),
        ("20.00", "20.00"),
        ("+20", "+20"),
        ("-0.00", "0.00"),
        ("0", "0"),
        ("-0.0000000001", "0.0000000001"),
        ("-123456789012345678901234567890.12", "123456789012345678901234567890.12"),
        (None, None),
    ],
)
def test_refunded_amount_of_an_order_is_its_size(
    stated: str | None, expected: str | None
) -> None:
    page = read(
        refunded_amount=stated,
        shop_money={"currency": "CAD", "refunded_amount": stated},
    )
    assert page.records[0]["refunded_amount"] == expected
    assert page.records[0]["shop_refunded_amount"] == expected


def test_negative_refunds_and_refunded_lines_are_sizes() -> None:
    page = read(
        refunded_amount="25",  # an application can write only its refunds as negative amounts
        items=[
            item(1, refunded_quantity="-1", refunded_amount="-5.00"),
            item(2, refunded_quantity="0", refunded_amount="-20"),
        ],
        refunds=[{"id": "1", "amount": "-5.00"}, {"id": "2", "amount": "-20"}],
    )
    assert [refund["amount"] for refund in page.embedded["refunds"]] == ["5.00", "20"]
    lines = page.embedded["items"]
    assert [line["refunded_amount"] for line in lines] == ["5.00", "20"]
    assert [line["refunded_quantity"] for line in lines] == ["1", "0"]


@pytest.mark.parametrize(
    "fields",
    [
        {"refunds": [{"id": "1", "amount": "-5"}, {"id": "2", "amount": "20"}]},
        {"items": [item(1, refunded_amount="-5"), item(2, refunded_amount="1")]},
        {"items": [item(1, refunded_quantity="-1"), item(2, refunded_quantity="1")]},
    ],
)
def test_refunds_of_both_signs_reject_the_order(fields: Record) -> None:
    with pytest.raises(RecordError) as error:
        read(**fields)
    assert error.value.code == "mixed_signs"


@pytest.mark.parametrize(
    ("amounts", "discount"),
    [
        # 100 − 10 = 90: written as a negative amount.
        ({"discount_amount": "-10", "total_amount": "90"}, "10"),
        # 100 − (−10) = 110: a line was made more expensive by hand, as WooCommerce allows.
        ({"discount_amount": "-10", "total_amount": "110"}, "-10"),
        # 100 − 10 + 15 = 105, with shipping of 15.
        ({"discount_amount": "-10", "shipping_amount": "15", "total_amount": "105"}, "10"),
        # 100 − 10 + 12 of tax − 0.01 of rounding = 101.99.
        ({"discount_amount": "-10", "tax_amount": "12", "total_amount": "101.99"}, "10"),
        # Shipping of 5 is missing in the record: 90 is nearer to 95 than 110.
        ({"discount_amount": "-10", "total_amount": "95"}, "10"),
        ({"discount_amount": "-10", "total_amount": None}, "10"),
        ({"discount_amount": "-10", "gross_amount": None}, "10"),
        ({"discount_amount": "-10", "total_amount": "100"}, "10"),
        ({"discount_amount": "-0.00"}, "-0.00"),
        ({"discount_amount": "10", "total_amount": "90"}, "10"),
        ({"discount_amount": None}, None),
        # A return as a separate order: −100 + 10 = −90.
        (
            {"gross_amount": "-100", "discount_amount": "-10", "total_amount": "-90"},
            "-10",
        ),
    ],
)
def test_negative_discount_is_a_surcharge_only_if_the_total_proves_it(
    amounts: Record, discount: str | None
) -> None:
    assert read(**amounts).records[0]["discount_amount"] == discount


@pytest.mark.parametrize(("total", "discount"), [("45", "5"), ("55", "-5")])
def test_discount_in_shop_money_follows_the_total_in_shop_money(
    total: str, discount: str
) -> None:
    money = {"gross_amount": "50", "discount_amount": "-5", "total_amount": total}
    page = read(shop_money={"currency": "USD", **money})
    assert page.records[0]["shop_discount_amount"] == discount


@pytest.mark.parametrize(
    ("of_order", "stated", "expected"),
    [
        ("10", ["-10"], ["10"]),
        ("10", ["-4", "-6"], ["4", "6"]),
        ("10", ["4", "-6"], ["4", "6"]),
        # 12 off one line, and another line 2 more expensive, by hand.
        ("10", ["12", "-2"], ["12", "-2"]),
        ("0", ["-10"], ["10"]),
        (None, ["-10"], ["10"]),
        (None, ["10", "-3"], ["10", "3"]),
        # Lines of 6 and 4, and 5 off the whole order.
        ("15", ["-6", "-4"], ["6", "4"]),
        ("10", [None, "-10"], [None, "10"]),
        ("10", ["10"], ["10"]),
    ],
)
def test_negative_discounts_of_lines_follow_the_order(
    of_order: str | None, stated: list[str | None], expected: list[str | None]
) -> None:
    lines = [item(number, discount_amount=each) for number, each in enumerate(stated)]
    page = read(discount_amount=of_order, items=lines)

    assert [line["discount_amount"] for line in page.embedded["items"]] == expected


def test_discounts_of_a_more_expensive_line_agree_with_the_order() -> None:
    """One unit of 100 was sold for 110: gross 100, discount −10, total 110."""
    page = read(discount_amount="-10", total_amount="110", items=[item(discount_amount="-10")])
    assert page.records[0]["discount_amount"] == "-10"
    assert page.embedded["items"][0]["discount_amount"] == "-10"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"discount_amount": "-5"}, {"discount_amount": "5"}),
        ({"refunded_amount": "-5"}, {"refunded_amount": "5"}),
        ({"refunded_quantity": "-1"}, {"refunded_quantity": "1"}),
        # A line that returns goods: −1 × 100 and a discount of −5.
        ({"quantity": "-1", "discount_amount": "-5"}, {"discount_amount": "-5"}),
        ({"line_gross_amount": "-100", "discount_amount": "-5"}, {"discount_amount": "-5"}),
        ({"quantity": None, "discount_amount": "-5"}, {"discount_amount": "5"}),
    ],
)
def test_line_without_its_order_has_sizes(changed: Record, expected: Record) -> None:
    page = read("items", transaction_id="1", updated_at=AT, **item(**changed))
    [line] = page.embedded["items"]
    assert {name: line[name] for name in expected} == expected


def test_negative_price_and_total_are_unchanged() -> None:
    """Some shops sell a credit as a line, and some book a return as a separate order."""
    page = read(
        gross_amount="-5", total_amount="-5", items=[item(quantity="-1", unit_price_amount="5")]
    )
    assert page.records[0]["total_amount"] == "-5"
    assert page.embedded["items"][0]["quantity"] == "-1"
