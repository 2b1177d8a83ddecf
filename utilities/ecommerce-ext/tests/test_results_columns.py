"""Amounts in the results page are whole numbers, exact at any size."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ecommerce_ext.results.columns import encode_sections


def test_amounts_keep_every_digit_and_days_may_be_null() -> None:
    rows: list[dict[str, Any]] = [
        {
            "shop": "north",
            "day": date(2026, 1, 31),
            "net_amount": Decimal("12345678901234567890123456789.1200"),
            "original_net_amount": Decimal("0.000001"),
            "order_count": Decimal(3),
        },
        {
            "shop": "south",
            "day": date(2026, 1, 1),
            "net_amount": Decimal("-0.05"),
            "original_net_amount": Decimal(7),
            "order_count": 1,
        },
        {
            "shop": "north",
            "day": None,
            "net_amount": Decimal(0),
            "original_net_amount": Decimal(0),
            "order_count": 2,
        },
    ]

    assert encode_sections({"sales": rows, "none": []}, date(2026, 1, 1)) == {
        "decimals": {"amount": 2, "original": 6},
        "sections": {
            "sales": {
                "shop": {"values": ["north", "south"], "rows": [0, 1, 0]},
                "day": [30, 0, None],
                "net_amount": "1234567890123456789012345678912 -5 0",
                "original_net_amount": "1 7000000 0",
                "order_count": [3, 1, 2],
            },
            "none": {},
        },
    }
