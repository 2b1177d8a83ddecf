"""Global ids of Shopify, and records that have one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = dict[str, Any]


def gid(kind: str, plain: object) -> str:
    """Return a global id.

    >>> gid("Order", 101)
    'gid://shopify/Order/101'
    """
    return f"gid://shopify/{kind}/{plain}"


def row(kind: str, record: Mapping[str, Any], fields: Row) -> Row:
    """Return a record of a type; its field `shopify` overrides the fields."""
    named = {"__typename": kind, "id": gid(kind, record["id"])}
    return {**named, **fields, **record.get("shopify", {})}


def of(kind: str, plain: str | None) -> Row | None:
    """Return a reference to a record; null without an id."""
    return {"__typename": kind, "id": gid(kind, plain)} if plain else None
