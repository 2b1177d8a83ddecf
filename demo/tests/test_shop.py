"""The shop in memory: each record once, in order, and the same after a round trip to files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from shopapp_demo.generate import generate_shop
from shopapp_demo.shop import COLLECTIONS, Shop, read_shop, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator

NINE = "2026-01-05T09:00:00Z"
TEN = "2026-01-05T10:00:00Z"


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def shop_of(*records: tuple[str, str]) -> Shop:
    shop = Shop({"id": "s"})
    for record_id, updated_at in records:
        shop.put("products", {"id": record_id, "updated_at": updated_at})
    return shop


def walk(shop: Shop, limit: int, *, since: str = "", before: str = "") -> list[str]:
    """Return the ids of all pages, read in sequence."""
    ids: list[str] = []
    after = None
    while True:
        page, has_more = shop.page(
            "products", since=since, before=before, after=after, limit=limit
        )
        assert len(page) <= limit
        ids += [record["id"] for record in page]
        if not has_more:
            return ids
        assert page, "More records follow, but the page has no position."
        after = (sort_key(page[-1]["updated_at"]), page[-1]["id"])


@pytest.mark.parametrize("limit", [*range(1, 33), 100, 250])
def test_pages_of_records_with_equal_times_have_each_record_once(limit: int) -> None:
    early = [(f"a{number:02}", NINE) for number in range(13)]
    late = [(f"b{number:02}", TEN) for number in range(17)]
    shop = shop_of(*reversed(early + late))
    assert walk(shop, limit) == [record_id for record_id, _ in early + late]


def test_ids_are_sorted_as_text() -> None:
    shop = shop_of(("9", NINE), ("10", NINE), ("é", NINE), ("z", NINE), ("a", TEN))
    assert walk(shop, 1) == ["10", "9", "z", "é", "a"]


def test_times_with_different_decimals_are_sorted_by_time() -> None:
    shop = shop_of(
        ("third", "2026-01-05T10:00:00.5Z"),
        ("first", "2026-01-05T10:00:00Z"),
        ("second", "2026-01-05T10:00:00.25Z"),
        ("also first", "2026-01-05T10:00:00.000000Z"),
    )
    assert walk(shop, 1) == ["also first", "first", "second", "third"]
    since = walk(shop, 1, since="2026-01-05T10:00:00.250Z")
    assert since == ["second", "third"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_adjacent_windows_have_each_record_once(limit: int) -> None:
    shop = shop_of(("1", NINE), ("2", TEN), ("3", TEN), ("4", "2026-01-05T11:00:00Z"))
    assert walk(shop, limit, before=TEN) == ["1"]
    assert walk(shop, limit, since=TEN) == ["2", "3", "4"]
    assert walk(shop, limit, since=NINE, before=TEN) == ["1"]
    assert walk(shop, limit, since=TEN, before=TEN) == []


def test_put_with_existing_id_replaces_the_record() -> None:
    shop = shop_of(("1", NINE), ("2", NINE))
    assert walk(shop, 10) == ["1", "2"]
    shop.put("products", {"id": "1", "updated_at": TEN, "name": "Teapot"})
    assert walk(shop, 10) == ["2", "1"]
    assert shop.products["1"]["name"] == "Teapot"


def test_removed_record_is_not_in_pages() -> None:
    shop = shop_of(("1", NINE), ("2", NINE))
    assert walk(shop, 10) == ["1", "2"]
    shop.remove("products", "1")
    assert walk(shop, 10) == ["2"]
    with pytest.raises(KeyError):
        shop.remove("products", "1")


def test_collections_are_separate() -> None:
    shop = shop_of(("1", NINE))
    shop.put("customers", {"id": "1", "updated_at": TEN})
    shop.remove("products", "1")
    assert walk(shop, 10) == []
    assert list(shop.customers) == ["1"]


def test_written_shop_is_read_unchanged(folder: Path) -> None:
    shop = generate_shop(orders=150)
    shop.write(folder / "new" / "shop")
    again = read_shop(folder / "new" / "shop")
    assert again.info == shop.info
    for collection in COLLECTIONS:
        written: dict[str, Any] = getattr(shop, collection)
        assert written
        assert list(getattr(again, collection).items()) == list(written.items())


def test_shop_written_by_hand_is_read(folder: Path) -> None:
    (folder / "shop.json").write_text('{"id": "s"}')
    line = f'{{"id": "p1", "updated_at": "{NINE}", "name": "Théière"}}\n'
    (folder / "products.jsonl").write_text(line, encoding="utf-8")
    shop = read_shop(folder)
    assert shop.info == {"id": "s"}
    assert shop.products["p1"]["name"] == "Théière"
    assert shop.transactions == {}
