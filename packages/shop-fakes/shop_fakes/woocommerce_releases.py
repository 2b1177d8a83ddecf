"""Releases of WooCommerce whose answers were recorded or measured, and how they differ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """What differs between releases.

    Attributes:
        version: The number of the release.
        has_order_tables: Whether orders are in tables of their own (HPOS), not in posts. In
            posts, saving an order's metadata does not move its time of change.
        lists_refunds: Whether `GET /refunds` exists.
        accepts_the_epoch: Whether 1970-01-01T00:00:00 is a valid date.
        accepts_keys_on_the_index: Whether `GET /wp-json/` ignores a WooCommerce key.
        refund_tax: Whether `refunds[]` of an order has `total_tax`.
        has_brands: Whether products have `brands` and products and lines `global_unique_id`.
    """

    version: str
    has_order_tables: bool
    lists_refunds: bool
    accepts_the_epoch: bool
    accepts_keys_on_the_index: bool
    refund_tax: bool
    has_brands: bool


RELEASES = {
    release.version: release
    for release in (
        # The epoch was not requested from 8.9.3. The fake is as strict as 9.4.2.
        Release(
            "8.9.3",
            has_order_tables=False,
            lists_refunds=False,
            accepts_the_epoch=False,
            accepts_keys_on_the_index=False,
            refund_tax=False,
            has_brands=False,
        ),
        Release(
            "9.4.2",
            has_order_tables=True,
            lists_refunds=True,
            accepts_the_epoch=False,
            accepts_keys_on_the_index=False,
            refund_tax=False,
            has_brands=False,
        ),
        Release(
            "11.0.1",
            has_order_tables=True,
            lists_refunds=True,
            accepts_the_epoch=True,
            accepts_keys_on_the_index=True,
            refund_tax=True,
            has_brands=True,
        ),
    )
}
"""Releases by version."""

NEWEST = RELEASES["11.0.1"]
