"""What administrators and plugins change in a site, and which changes move the time of change.

Measured on releases 11.0.1 and 8.9.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shop_fakes.woocommerce_rows import times

if TYPE_CHECKING:
    from shopapp_demo.shop import Record

    from shop_fakes.woocommerce import WordPress
    from shop_fakes.woocommerce_records import StoredSite


@dataclass(frozen=True)
class Administration:
    """Changes a site.

    Attributes:
        wordpress: The site.
        stored: Its records.
    """

    wordpress: WordPress
    stored: StoredSite

    def save_order(self, order_id: int, **fields: object) -> None:
        """Change an order and save it."""
        self._moved(self._order(order_id)).update(fields)

    def refund(self, order_id: int, refund: Record) -> None:
        """Refund an order, which moves its time of change."""
        order = self._moved(self._order(order_id))
        stub = {name: refund[name] for name in ("id", "reason")}
        order["refunds"] = [{**stub, "total": f"-{refund['amount']}"}, *order["refunds"]]
        self.stored.refunds.append({**refund, "parent_id": order_id})

    def delete_refund(self, refund_id: int) -> None:
        """Delete a refund. The order's time of change stays."""
        self.stored.refunds[:] = [it for it in self.stored.refunds if it["id"] != refund_id]
        for order in self.stored.orders:
            order["refunds"] = [it for it in order["refunds"] if it["id"] != refund_id]

    def save_item(self, order_id: int, item_id: int, **fields: object) -> None:
        """Change a line and save only the line. The order's time of change stays."""
        for line in self._order(order_id)["line_items"]:
            if line["id"] == item_id:
                line.update(fields)

    def save_metadata(self, order_id: int, key: str, value: object) -> None:
        """Add metadata to an order and save it. With orders in posts, its time stays."""
        order = self._order(order_id)
        order["meta_data"] = [*order["meta_data"], {"id": 1, "key": key, "value": value}]
        if self.wordpress.release.has_order_tables:
            self._moved(order)

    def trash_order(self, order_id: int) -> None:
        """Move an order to the trash."""
        self.save_order(order_id, status="trash")

    def delete_order(self, order_id: int) -> None:
        """Delete an order for good, without a trace."""
        self.stored.orders.remove(self._order(order_id))

    def trash_product(self, product_id: int) -> None:
        """Move a product to the trash."""
        self._moved(self._product(product_id))["status"] = "trash"

    def delete_product(self, product_id: int) -> None:
        """Delete a product for good. Lines of orders lose it, and their orders do not move."""
        self.stored.products.remove(self._product(product_id))
        self.stored.deleted_products.add(product_id)

    def delete_category(self, category_id: int) -> None:
        """Delete a category. Products lose it, and their times of change stay."""
        stored = self.stored
        stored.categories[:] = [it for it in stored.categories if it["id"] != category_id]
        for product in stored.products:
            product["categories"] = [
                it for it in product["categories"] if it["id"] != category_id
            ]

    def set_categories(self, product_id: int, *category_ids: int) -> None:
        """Set the categories of a product by `wp_set_object_terms`. Its time stays."""
        self._product(product_id)["categories"] = [
            {"id": each, "name": str(each), "slug": str(each)} for each in category_ids
        ]

    def set_price(self, product_id: int, price: str) -> None:
        """Set the price of a product by `update_post_meta`. Its time of change stays."""
        self._product(product_id)["price"] = price

    def _order(self, order_id: int) -> Record:
        return next(order for order in self.stored.orders if order["id"] == order_id)

    def _product(self, product_id: int) -> Record:
        return next(its for its in self.stored.products if its["id"] == product_id)

    def _moved(self, record: Record) -> Record:
        record |= times(date_modified=f"{self.wordpress.clock():%Y-%m-%dT%H:%M:%S}")
        return record
