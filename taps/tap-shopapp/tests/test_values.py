"""Values in the form of the contract."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING, Any

import pytest
from tap_shopapp.errors import RecordError
from tap_shopapp.records import timestamps
from tap_shopapp.records.campaign import campaign_fields
from tap_shopapp.records.timestamps import utc_timestamp
from tap_shopapp.records.values import decimal, integer, key, text, texts

if TYPE_CHECKING:
    from conftest import Extract, Place


def test_doctests_of_timestamps_pass() -> None:
    assert doctest.testmod(timestamps).attempted
    assert not doctest.testmod(timestamps).failed


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"),
        ("2024-01-05T10:00:00.1Z", "2024-01-05T10:00:00.100000Z"),
        ("2024-01-05t10:00:00.1234567z", "2024-01-05T10:00:00.123456Z"),
        ("2024-12-31T23:30:00-01:00", "2025-01-01T00:30:00.000000Z"),
        ("0999-01-01T00:00:00Z", "0999-01-01T00:00:00.000000Z"),
        (None, None),
    ],
)
def test_times_are_fixed_width_utc(raw: str | None, expected: str | None) -> None:
    assert utc_timestamp(raw, "at") == expected


@pytest.mark.parametrize(
    "raw",
    [
        "2023-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00",
        "2024-01-05T10:00:00",
        "2024-01-05",
        "2024-01-05T24:00:00Z",
        "٢٠٢٤-01-05T10:00:00Z",
        "yesterday",
        "",
        1704448800,
        ["2024-01-05T10:00:00Z"],
    ],
)
def test_impossible_time_or_missing_offset_is_rejected(raw: object) -> None:
    with pytest.raises(RecordError, match="at is not a valid RFC 3339 time"):
        utc_timestamp(raw, "at")


@pytest.mark.parametrize(
    "raw", ["0", "-0.000001", "+5", "12345678901234567890.123456789", "10.00"]
)
def test_amounts_stay_as_the_shop_wrote_them(raw: str) -> None:
    assert decimal(raw, "amount") == raw
    assert decimal(7, "amount") == "7"
    assert decimal(None, "amount") is None


@pytest.mark.parametrize(
    "raw",
    [1.5, 0.0, True, "", " 1", "1,5", "1e3", "NaN", "Infinity", "٣", "1.", ".5", {}, "1\n"],
)
def test_amount_that_is_not_a_decimal_string_is_rejected(raw: object) -> None:
    with pytest.raises(RecordError, match="amount is not a decimal string"):
        decimal(raw, "amount")


def test_integers_fit_into_64_bits() -> None:
    assert integer(-(2**63) + 1, "n") == -(2**63) + 1
    for raw in (2**63, 1.0, "1", True):
        with pytest.raises(RecordError):
            integer(raw, "n")


def test_ids_are_text_and_never_empty() -> None:
    assert (key("a", "id"), key(0, "id"), key(2**64, "id")) == (
        "a",
        "0",
        "18446744073709551616",
    )
    invalid: tuple[object, ...] = (None, "", 1.0, True, [], {})
    for raw in invalid:
        with pytest.raises(RecordError) as error:
            key(raw, "id")
        assert error.value.code == "no_key"


def test_descriptive_text_is_never_rejected() -> None:
    assert [text(value) for value in (None, "", "é", 5, 1.5, True, {"a": [None]})] == [
        *(None, "", "é", "5", "1.5", "true", '{"a":[null]}')
    ]
    assert texts(None) == []
    assert texts("SPRING") == ["SPRING"]
    assert texts(["A", 5, None, {"code": "B"}]) == ["A", "5", '{"code":"B"}']


@pytest.mark.parametrize(
    ("url", "attributes", "expected"),
    [
        (
            "https://s.example/?utm_source=mail&utm_campaign=Spring%20%26%20sun&idSendLog=7&idBatch=8",
            {},
            {
                "utm_source": "mail",
                "utm_campaign": "Spring & sun",
                "id_send_log": "7",
                "id_batch": "8",
            },
        ),
        (
            "https://s.example/?IDSENDLOG=7&UTM_Source=a",
            {},
            {"id_send_log": "7", "utm_source": "a"},
        ),
        ("https://s.example/?utm_source=first&utm_source=second", {}, {"utm_source": "first"}),
        ("https://s.example/?idSendLog=7", {"idSendLog": 9}, {"id_send_log": "9"}),
        ("https://s.example/?idVisit=1", {"idVisit": ""}, {"id_visit": "1"}),
        ("https://s.example/?utm_source=a%00b%ED%A0%80", {}, {"utm_source": "a�b���"}),
        ("https://[s.example/?utm_source=a", {}, {"utm_source": "a"}),
        ("https://s.example/#utm_source=a", {}, {}),
        (None, {"utm_term": "x"}, {"utm_term": "x"}),
        ("https://s.example/?idBatch=7", {"idBatch": {"id": 9}}, {"id_batch": "7"}),
        ("https://s.example/?idBatch=7", {"idBatch": [9]}, {"id_batch": "7"}),
        # Long values are not cut, since a cut value could be another id.
        (
            f"https://s.example/?utm_source={'a' * 9000}&idSendLog={'9' * 40}",
            {},
            {"utm_source": "a" * 9000, "id_send_log": "9" * 40},
        ),
    ],
)
def test_campaign_is_read_from_the_link_and_attributes(
    url: str | None, attributes: dict[str, Any], expected: dict[str, str]
) -> None:
    found = campaign_fields(url, None, attributes)

    assert {name: value for name, value in found.items() if value is not None} == expected


@pytest.mark.parametrize(
    ("landing", "referrer", "expected"),
    [
        (
            "https://s.example/tea?size=2",
            "https://letters.example/may?utm_source=mail&idBatch=8",
            {"utm_source": "mail", "id_batch": "8"},
        ),
        (None, "https://letters.example/may?idSendLog=7", {"id_send_log": "7"}),
        # A campaign of another site, and a landing page with its own campaign.
        (None, "https://other.example/?utm_source=theirs", {}),
        (
            "https://s.example/?utm_source=ad",
            "https://letters.example/may?utm_campaign=may&idSendLog=7",
            {"utm_source": "ad"},
        ),
    ],
)
def test_referrer_counts_only_with_the_id_of_a_send(
    landing: str | None, referrer: str, expected: dict[str, str]
) -> None:
    found = campaign_fields(landing, referrer, {})

    assert {name: value for name, value in found.items() if value is not None} == expected


def test_order_is_written_as_the_contract_defines(extract: Extract, place: Place) -> None:
    place(
        "7",
        customer_id=12,
        contact_id="c-1",
        email="Ann@Example.com",
        currency="jpy",
        total_amount="1000",
        shop_money={"currency": "CAD", "total_amount": "9.17"},
        financial_status="paid",
        fulfillment_status="on its way",
        landing_url="https://s.example/?utm_source=mail",
        attributes={"note": "é"},
        items=[
            {"id": 5, "quantity": "2", "unit_price_amount": "500"},
            {"id": "6", "position": 9, "quantity": "1.5", "status": "cancelled"},
        ],
        refunds=[{"id": "r", "amount": "1", "created_at": "2024-01-06T00:00:00+01:00"}],
    )

    messages = extract()

    (order,) = messages.records("transactions")
    expected = {
        "shop_id": "s",
        "transaction_id": "7",
        "customer_id": "12",
        "id_contact": "c-1",
        "email": "Ann@Example.com",
        "email_normalized": "ann@example.com",
        "currency": "JPY",
        "total_amount": "1000",
        "gross_amount": None,
        "shop_currency": "CAD",
        "shop_total_amount": "9.17",
        "financial_status": "paid",
        "financial_status_raw": "paid",
        "fulfillment_status": "unknown",
        "fulfillment_status_raw": "on its way",
        "utm_source": "mail",
        "item_count": 2,
        "refund_count": 1,
        "attributes": {"note": "é"},
    }
    assert {name: order[name] for name in expected} == expected
    first, second = messages.records("items")
    assert (first["item_id"], first["position"], first["status"]) == ("5", 1, "sold")
    assert (second["item_id"], second["position"], second["status"]) == ("6", 9, "cancelled")
    (refund,) = messages.records("refunds")
    assert (refund["created_at"], refund["currency"]) == ("2024-01-05T23:00:00.000000Z", "JPY")
    for child in (first, second, refund):
        assert child["transaction_version"] == order["version"]
        assert child["transaction_updated_at"] == order["updated_at"]


def test_unstorable_characters_are_replaced_anywhere_in_an_order(
    extract: Extract, place: Place
) -> None:
    place(
        "1",
        order_name="a\x00b",
        attributes={"deep": [{"\x00": "\ud800 😀"}]},
        items=[{"id": "1", "product_name": "\udfff é"}],
    )
    place("2", order_name="whole 😀")

    messages = extract()

    first, second = messages.records("transactions")
    assert first["order_name"] == "a\ufffdb"
    assert first["attributes"] == {"deep": [{"\ufffd": "\ufffd 😀"}]}
    assert second["order_name"] == "whole 😀"
    assert messages.records("items")[0]["product_name"] == "\ufffd é"


def test_version_changes_with_updated_at_and_the_set_of_children(
    extract: Extract, place: Place
) -> None:
    def version(updated_at: str, items: str, refunds: str = "") -> str:
        place(
            "1",
            updated_at,
            items=[{"id": item} for item in items],
            refunds=[{"id": refund} for refund in refunds],
        )
        return str(extract().records("transactions")[0]["version"])

    first = version("2024-01-05T10:00:00Z", "ab")

    assert version("2024-01-05T10:00:00Z", "ab") == first
    others = [
        version("2024-01-05T10:00:00Z", "a"),
        version("2024-01-05T10:00:00Z", "ab", "r"),
        version("2024-01-05T10:00:00Z", "a", "b"),
        version("2024-01-05T10:00:01Z", "ab"),
    ]
    assert len({first, *others}) == 5
    assert max(first, *others) == others[-1]
