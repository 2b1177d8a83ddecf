"""Write the two shops and their marketing into a warehouse, as the loader and a project would.

The events are in a materialized view with unusual column names and types.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import raw
from marketing import ALIASES, CATEGORIES, PARENTS, ZONES
from tap_shopapp.pages import Page
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from marketing import Event, Order
    from psycopg import Connection

SETTINGS = {
    "ECOMMERCE_ID_FORMAT": "qualified",
    "ECOMMERCE_CONTACTS_RELATION": "crm.contacts",
    "ECOMMERCE_CONTACT_ALIASES_RELATION": "crm.aliases",
    "ECOMMERCE_CUSTOM_RATES_RELATION": "crm.rates",
    "ECOMMERCE_INTERACTIONS_RELATION": "crm.happened",
    "ECOMMERCE_INTERACTIONS_CONTACT_COLUMN": "Person",
    "ECOMMERCE_INTERACTIONS_TYPE_COLUMN": "What",
    "ECOMMERCE_INTERACTIONS_CHANNEL_COLUMN": "Via",
    "ECOMMERCE_INTERACTIONS_TIME_COLUMN": "At",
    "ECOMMERCE_INTERACTIONS_SEND_COLUMN": "Send",
    "ECOMMERCE_INTERACTIONS_BATCH_COLUMN": "Deployment",
    "ECOMMERCE_INTERACTIONS_CAMPAIGN_COLUMN": "Title",
}


def as_sent(order: Order) -> dict[str, Any]:
    """Return an order as the ShopApp API would send it."""
    contact = str(order.buyer) if isinstance(order.buyer, int) else None
    return {
        "id": order.number,
        "created_at": _text(order.created),
        "updated_at": _text(order.created),
        "processed_at": _text(order.processed),
        "cancelled_at": _text(order.cancelled),
        "deleted_at": _text(order.deleted),
        "is_test": order.is_test,
        "financial_status": order.status,
        "contact_id": contact,
        "email": None if contact else order.buyer,
        "currency": order.currency,
        "gross_amount": str(order.gross),
        "discount_amount": str(order.discount),
        "shipping_amount": str(order.shipping),
        "tax_amount": str(order.tax),
        "shipping_tax_amount": str(order.tax),  # so that lines have no tax
        "total_amount": str(order.total),
        "refunded_amount": str(order.refund),
        "items": [
            {
                "id": str(place),
                "product_id": line.product,
                "quantity": str(line.quantity),
                "unit_price_amount": str(line.price),
                "discount_amount": str(line.discount),
                "refunded_quantity": str(line.returned),
                "status": "cancelled" if line.is_cancelled else "sold",
            }
            for place, line in enumerate(order.lines)
        ],
    }


def as_written(orders: Iterable[Order]) -> Page:
    """Return orders of a shop, and their lines and sales events, as the tap writes them."""
    page = Page()
    for order in orders:
        normalize.add("transactions", normalize.NormalizedRecord(as_sent(order)), page)
    return page


def _text(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def load(connection: Connection[Any], shop_orders: list[Order], events: list[Event]) -> None:
    """Write the raw tables and the relations of the marketing project."""
    now = datetime.now(timezone.utc)
    raw.create(connection)
    for shop, zone in ZONES.items():
        products = Page()
        orders = [order for order in shop_orders if order.shop == shop]
        page = as_written(orders)
        for record, order in zip(page.records, orders, strict=True):
            ids = {"id_send_log": order.send, "id_batch": order.batch}
            record |= {name: str(value) if value else None for name, value in ids.items()}
            names = ("utm_source", "utm_medium", "utm_campaign")
            record |= dict(zip(names, order.utm, strict=True))
        for product, categories in CATEGORIES.items():
            fields = {"id": product, "updated_at": "2026-01-01T00:00:00Z"}
            normalized = normalize.NormalizedRecord({**fields, "category_ids": categories})
            normalize.add("products", normalized, products)
        loads: dict[str, list[dict[str, Any]]] = {
            "shops": [{"currency": "CAD", "time_zone": zone.key}],
            "transactions": page.records,
            "products": products.records,
            "categories": [
                {"category_id": name, "parent_id": parent} for name, parent in PARENTS.items()
            ],
            **page.embedded,
        }
        for stream, loaded in loads.items():
            raw.load(connection, stream, [{**r, "shop_id": shop} for r in loaded], now)
    with connection.cursor() as cursor:
        cursor.execute("create schema crm")
        cursor.execute('create table crm.contacts ("idContact" bigint, email text)')
        cursor.execute("create table crm.aliases (alias_id bigint, id_contact bigint)")
        cursor.execute(
            "create table crm.rates (currency text, base_currency text, rate numeric,"
            " valid_from date, valid_to date)"
        )
        cursor.execute("insert into crm.rates values ('USD', 'CAD', 0.8, '2000-01-01', null)")
        cursor.executemany(
            "insert into crm.contacts values (%s, %s)",
            [(n, f"contact{n}@example.com") for n in range(1, 31)],
        )
        cursor.executemany("insert into crm.aliases values (%s, %s)", ALIASES.items())
        cursor.execute(
            'create table crm.events ("Person" text, "What" text, "Via" text, "At" timestamp,'
            ' "Send" text, "Deployment" numeric, "Title" text)'
        )
        cursor.executemany(
            "insert into crm.events values (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    str(event.contact) if event.contact else "nobody",
                    f" {event.kind.title()}",
                    event.channel.upper(),
                    event.at.replace(tzinfo=None),
                    str(event.send),
                    event.batch,
                    event.campaign,
                )
                for event in events
            ],
        )
        cursor.execute("create materialized view crm.happened as select * from crm.events")
