"""Streams without tombstones: records that a complete list lacks are deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.applications.shopapp.client import ShopApp
from tap_shopapp.errors import TapError
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt, Extract
    from shopapp_demo.shop import Shop
    from tap_shopapp.pages import Page, Window


class ListedShopApp(ShopApp):
    """A ShopApp that does not report deleted categories."""

    full_lists = frozenset({"categories"})


@pytest.fixture(autouse=True)
def _listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(APPLICATIONS, "shopapp", ListedShopApp)


def put(shop: Shop, *ids: str, **fields: Any) -> None:
    for category_id in ids:
        record = {"id": category_id, "updated_at": "2024-01-05T10:00:00Z", "name": category_id}
        shop.put("categories", {**record, **fields})


def test_full_list_is_read_completely_and_dated_by_every_run(
    extract: Extract, shop: Shop
) -> None:
    put(shop, "a", "b")
    first = extract()
    shop.remove("categories", "b")

    second = extract(state=first.state, start_date="2025-01-01")

    assert first.ids("categories", "category_id") == ["a", "b"]
    assert second.ids("categories", "category_id") == ["a"]
    for run in (first, second):
        [listed] = run.records("full_lists")
        [listed_at] = {record["listed_at"] for record in run.records("categories")}
        assert listed == {"shop_id": "s", "stream": "categories", "listed_at": listed_at}
    assert "replication_key_value" not in second.state["bookmarks"].get("categories", {})
    assert {record["listed_at"] for record in second.records("products")} == set()


def test_full_list_has_no_version_that_deletes_rows_of_other_shops(
    extract: Extract, shop: Shop
) -> None:
    put(shop, "a")

    run = extract(emit_activate_version_messages=True)

    assert run.ids("categories", "category_id") == ["a"]
    assert {message["type"] for message in run.all} == {"SCHEMA", "RECORD", "STATE"}


def test_list_with_rejects_detects_no_deletions(extract: Extract, shop: Shop) -> None:
    put(shop, "a")
    put(shop, "b", updated_at="2024-01-06T10:00:00Z", deleted_at="2024-02-30T00:00:00Z")

    run = extract()

    assert run.ids("categories", "category_id") == ["a"]
    assert run.ids("rejected_records", "reason_code") == ["impossible_time"]
    assert run.records("full_lists") == []


class BrokenShopApp(ListedShopApp):
    """A ShopApp that fails after the first page of categories."""

    @override
    def pages(self, stream: str, window: Window) -> Iterator[Page]:
        for page in super().pages(stream, window):
            yield page
            if stream == "categories":
                raise TapError("It fails.", "Run again.")


def test_failed_run_detects_no_deletions(
    attempt: Attempt, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(APPLICATIONS, "shopapp", BrokenShopApp)
    put(shop, "a", "b")

    messages, error = attempt(page_size=1)

    assert error
    assert messages.ids("categories", "category_id") == ["a"]
    assert messages.records("full_lists") == []
