"""The version of an order, which names its lines, refunds and sales events."""

from __future__ import annotations

import hashlib

from tap_shopapp.errors import RecordError


def order_version(
    origin: str | None, item_ids: list[str], refund_ids: list[str], event_ids: list[str]
) -> str:
    """Return the version of an order, from its last change and its children.

    Children are included since some shops remove lines without changing `updated_at`.

    Args:
        origin: The last change of the order, or what its source states instead.
        item_ids: Ids of its lines.
        refund_ids: Ids of its refunds.
        event_ids: Ids of its sales events.

    Raises:
        RecordError: Two lines, two refunds or two events have the same id.
    """
    if len({*item_ids}) < len(item_ids) or len({*refund_ids}) < len(refund_ids):
        raise RecordError("repeated_key", "Two lines or refunds of the order have the same id.")
    if len({*event_ids}) < len(event_ids):
        raise RecordError("repeated_key", "Two sales events of the order have the same id.")
    # Orders without events keep the versions that earlier releases gave them.
    events = ["\x1e", *event_ids] if event_ids else []
    children = "\x1f".join([*item_ids, "\x1e", *refund_ids, *events])
    digest = hashlib.sha256(children.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{origin or 'undated'}-{digest}"
