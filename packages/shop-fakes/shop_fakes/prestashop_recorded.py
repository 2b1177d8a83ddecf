"""The recorded PrestaShop shop, as a store of the fake server."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from shop_fakes.measured import read_measured
from shop_fakes.prestashop_records import StoredStore

if TYPE_CHECKING:
    from shopapp_demo.shop import Record

_FOLDER = "prestashop"
_NAMES = (
    *("orders", "order_details", "order_slip", "order_states", "order_cart_rules"),
    *("customers", "currencies", "configurations", "products", "combinations", "categories"),
)
# Measured, but not in the recorded list of settings.
_STATES = {"PS_OS_CANCELED": "6", "PS_OS_REFUND": "7", "PS_OS_ERROR": "8"}
# Times of orders whose records were not kept. The first five are in the answers; the others
# are outside the intervals of the recorded requests.
_OTHER_ORDERS = {
    **dict.fromkeys((1, 2, 3, 4, 5), "2026-11-29 21:33:39"),
    8: "2026-11-29 21:38:14",
    17: "2026-11-29 21:41:00",
    6001: "2026-11-29 21:45:30",
    6002: "2026-11-29 21:45:35",
}


def read_answers() -> list[Record]:
    """Return the recorded requests with their answers."""
    path = files("shop_fakes.measured") / _FOLDER / "answers.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def recorded_store(*, has_all_orders: bool = False) -> StoredStore:
    """Return the records of the shop.

    Cart rules were not recorded: rule 1 has a made up code, and the others were deleted.

    Args:
        has_all_orders: Whether orders whose records were not kept are there, with id and time.
    """
    records: dict[str, list[Record]] = {name: _list(name) for name in _NAMES}
    records["order_details"] += _list("order_details_of_deleted_order")
    settings = [
        *records["configurations"],
        *({"name": name, "value": value} for name, value in _STATES.items()),
    ]
    records["configurations"] = [
        {"id": place, **setting} for place, setting in enumerate(settings, 1)
    ]
    records["cart_rules"] = [{"id": 1, "code": "CODE-OF-RULE-1"}]
    if has_all_orders:
        empty = dict.fromkeys(records["orders"][0])
        records["orders"] += [
            {**empty, "id": order_id, "date_upd": time, "id_shop": 1}
            for order_id, time in _OTHER_ORDERS.items()
        ]
    return StoredStore(records)


def _list(name: str) -> list[Record]:
    """Return the rows of a recorded list. Its name in the JSON may differ from the file's."""
    body: dict[str, Any] = read_measured(_FOLDER, name)
    [rows] = body.values()
    return list(rows)
