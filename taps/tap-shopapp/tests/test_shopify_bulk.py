"""Shopify: orders that are read by bulk operations."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from doubles.logical_shop import BEGINNING, written

if TYPE_CHECKING:
    from shopify_reader import Shopify

pytest_plugins = ["shopify_reader"]


def test_the_address_of_a_bulk_operations_file_is_in_no_log(
    shopify: Shopify, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    assert len(shopify.read(bulk=True).ids()) == 9

    assert ".jsonl" not in caplog.text


@pytest.mark.parametrize(("version", "running"), [("2025-10", 1), ("2026-10", 5)])
def test_no_more_bulk_operations_are_begun_than_may_run(
    shopify: Shopify, version: str, running: int
) -> None:
    for _ in range(running):
        query = "{ products { edges { node { id } } } }"
        shopify.server.bulk.run(version, query, is_grouped=True)

    _, error = shopify.attempt(bulk=True, api_version=version)

    assert str(error) == (
        "Another bulk operation of the app is still running."
        " Run again, or unset bulk to have orders read page by page."
    )


def test_a_bulk_operation_that_fails_ends_the_run(shopify: Shopify) -> None:
    shopify.server.bulk.fails_with = "TIMEOUT"

    messages, error = shopify.attempt(bulk=True)

    assert str(error).startswith("The shop did not finish the bulk operation.")
    assert messages.ids() == []


def test_a_bulk_operation_gives_the_same_records(shopify: Shopify) -> None:
    by_page, by_bulk = shopify.read(), shopify.read(bulk=True)

    for stream in ("transactions", "items", "refunds"):
        found, expected = by_bulk.records(stream), by_page.records(stream)
        assert found
        assert sorted(found, key=str) == sorted(expected, key=str)
    assert by_bulk.bookmark is not None
    assert by_bulk.bookmark >= written(BEGINNING)
    # What came since is a matter of a page.
    assert shopify.read(by_bulk.state, bulk=True).ids() == []
