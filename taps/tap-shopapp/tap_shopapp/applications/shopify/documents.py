"""GraphQL documents for Shopify: operations from `queries/` with their fragments."""

from __future__ import annotations

from importlib.resources import files

from tap_shopapp.api.graphql import Document, read_document


def _with(name: str, *fragments: str) -> Document:
    """Return an operation with fragments. Shopify rejects unused fragments."""
    folder = files("tap_shopapp.applications.shopify") / "queries" / "fragments"
    texts = [(folder / f"{each}.graphql").read_text(encoding="utf-8") for each in fragments]
    operation = read_document("shopify", name)
    return Document(name, "\n".join([operation.text, *texts]))


SHOP = _with("shop")
ORDERS = _with("orders", "order", "visit", "line", "shipping", "amount")
MORE_LINES = _with("more_lines", "line", "amount")
MORE_SHIPPING = _with("more_shipping", "shipping", "amount")
REFUNDS = _with("refunds", "refunded_line")
MORE_REFUND_LINES = _with("more_refund_lines", "refunded_line")
AGREEMENTS = _with("agreements", "sale", "amount")
MORE_AGREEMENTS = _with("more_agreements", "sale", "amount")
BULK_ORDERS = _with("bulk_orders", "order", "visit", "line", "shipping", "amount")
BULK_OPERATIONS = _with("bulk_operations")
RUN_BULK = _with("run_bulk")
BULK_STATUS = _with("bulk_status")
DELETED_ORDERS = _with("deleted_orders")
PRODUCTS = _with("products", "variant")
MORE_VARIANTS = _with("more_variants", "variant")
MORE_COLLECTIONS = _with("more_collections")
COLLECTIONS = _with("collections")
TAXONOMY = _with("taxonomy", "category")
ANCESTORS = _with("ancestors", "category")
CUSTOMERS = _with("customers")
CUSTOMER_IDS = _with("customer_ids")
ORDERS_COUNT = _with("orders_count")
CUSTOMERS_COUNT = _with("customers_count")
PRODUCTS_COUNT = _with("products_count")
COLLECTIONS_COUNT = _with("collections_count")
