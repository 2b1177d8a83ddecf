"""Shopify: which scopes the app needs, for which streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tap_shopapp.contract import CONTRACTS

if TYPE_CHECKING:
    from shopify_reader import Shopify

pytest_plugins = ["shopify_reader"]


def selecting(*streams: str) -> dict[str, Any]:
    """Return a catalog in which only these streams are selected."""
    entries = [
        {
            "tap_stream_id": name,
            "schema": contract.schema,
            "key_properties": list(contract.primary_keys),
            "metadata": [{"breadcrumb": [], "metadata": {"selected": name in streams}}],
        }
        for name, contract in CONTRACTS.items()
    ]
    return {"streams": entries}


@pytest.mark.parametrize(
    ("withdrawn", "streams"),
    [
        ("products", ("products",)),
        ("products", ("categories",)),
        # An order's lines name their products, and the order its customer.
        ("products", ("transactions", "items")),
        ("products", ("items",)),
        ("products", tuple(CONTRACTS)),
        ("customers", ("customers",)),
        ("customers", ("transactions",)),
        ("customers", tuple(CONTRACTS)),
    ],
)
def test_missing_scope_is_named_before_records_are_read(
    shopify: Shopify, withdrawn: str, streams: tuple[str, ...]
) -> None:
    shopify.fake.withdraw[withdrawn]()

    messages, error = shopify.attempt(None, selecting(*streams))

    assert str(error) == (
        f"The app lacks the scopes read_{withdrawn}. Grant them and install the app again, or"
        " deselect the streams that need them."
    )
    assert [its for its in messages.all if its["type"] == "RECORD"] == []
    assert shopify.fake.requests == 1


@pytest.mark.parametrize(
    ("withdrawn", "stream", "count"),
    [("products", "customers", 3), ("customers", "products", 5), ("orders", "products", 5)],
)
def test_scope_of_deselected_streams_is_not_required(
    shopify: Shopify, withdrawn: str, stream: str, count: int
) -> None:
    shopify.fake.withdraw[withdrawn]()

    messages, error = shopify.attempt(None, selecting(stream))

    assert error is None
    assert len(messages.records(stream)) == count


def test_write_scope_includes_reading(shopify: Shopify) -> None:
    shopify.server.scopes = {"write_orders", "write_products", "write_customers"}

    assert len(shopify.read().ids()) == 9


@pytest.mark.parametrize("withdrawn", ["products", "customers"])
def test_scope_withdrawn_during_a_run_ends_it_and_is_named(
    shopify: Shopify, withdrawn: str
) -> None:
    """The first request asks for the scopes, the third for orders."""
    shopify.fake.before_request = lambda number: (
        shopify.fake.withdraw[withdrawn]() if number == 3 else None
    )

    messages, error = shopify.attempt(None, selecting("transactions"))

    assert str(error).startswith(
        "The shop denies the app access to some fields (ACCESS_DENIED)."
    )
    assert f"read_{withdrawn}" in str(error)
    assert messages.ids() == []
    assert messages.bookmark is None
