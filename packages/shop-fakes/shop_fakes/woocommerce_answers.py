"""The form of the answers of the WooCommerce API, as recorded."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from shopapp_demo.shop import Record

# Amounts with the requested decimals, by the list that contains them ("" is the record itself).
_SUMS = {"total", "total_tax"}
_LINE = {"subtotal", "subtotal_tax", *_SUMS}
_AMOUNTS = {
    "": {
        *("amount", "cart_tax", "discount_tax", "discount_total", "shipping_tax"),
        *("shipping_total", *_SUMS),
    },
    "line_items": _LINE,
    "shipping_lines": _SUMS,
    "fee_lines": _SUMS,
    "tax_lines": {"tax_total", "shipping_tax_total"},
    "taxes": {"subtotal", "total"},
    "refunds": _SUMS,
}
# Amounts that are first rounded to the decimals of the shop's settings, whatever is stored.
_ROUNDED = {
    "": _SUMS,
    "line_items": {"subtotal_tax", "total_tax"},
    "shipping_lines": {"total_tax"},
    "fee_lines": {"total_tax"},
    "refunds": {"total_tax"},
}


class RefusalError(Exception):
    """An answer other than 200, in the form of WordPress.

    Args:
        status: The status.
        code: The code in the body.
        parameter: The invalid parameter, for `rest_invalid_param`.
        cause: The code of what is invalid.
        text: The text. By default it is "canary", because no log may show it.
    """

    def __init__(
        self,
        status: int,
        code: str,
        parameter: str = "",
        cause: str = "",
        text: str = "canary",
    ) -> None:
        super().__init__(code)
        self.status = status
        self._text = text
        self._parameter = parameter
        self._cause = cause

    def body(self) -> Record:
        """Return the body."""
        data: Record = {"status": self.status}
        if self._parameter:
            cause = {"code": self._cause, "message": "canary", "data": None}
            data["params"] = {self._parameter: "canary"}
            data["details"] = {self._parameter: cause}
        return {"code": str(self), "message": self._text, "data": data}


def without_deleted_products(order: Record, deleted: Collection[int]) -> Record:
    """Return an order as the API answers it once products are deleted for good.

    The database keeps the ids. The API looks the products up and answers 0.
    """
    if not deleted or "line_items" not in order:
        return order
    gone: Record = {"product_id": 0, "variation_id": 0, "sku": None, "parent_name": None}
    return {
        **order,
        "line_items": [
            {**line, **{name: value for name, value in gone.items() if name in line}}
            | ({"global_unique_id": None} if "global_unique_id" in line else {})
            if line.get("product_id") in deleted
            else line
            for line in order["line_items"]
        ],
    }


def with_decimals(
    record: Record, places: int, rounded_to: int, within: str = ""
) -> dict[str, Any]:
    """Return a record with the requested number of decimals.

    Args:
        record: The stored record.
        places: The parameter `dp`.
        rounded_to: The shop's setting woocommerce_price_num_decimals. Totals and taxes are
            rounded by it at the time of the request.
        within: The list that contains the record.
    """
    answered: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, list) and name in _AMOUNTS:
            answered[name] = [
                with_decimals(each, places, rounded_to, name)
                if isinstance(each, dict)
                else each
                for each in value
            ]
        elif isinstance(value, str) and value and name in _AMOUNTS.get(within, ()):
            is_rounded = name in _ROUNDED.get(within, ())
            amount = _rounded(Decimal(value), rounded_to) if is_rounded else Decimal(value)
            answered[name] = f"{_rounded(amount, places):f}"
        else:
            answered[name] = value
    return answered


def _rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def with_fields(records: list[Record], query: Mapping[str, str]) -> list[Record]:
    """Return records with the requested fields."""
    if "_fields" not in query:
        return records
    names = query["_fields"].split(",")
    return [{name: record[name] for name in names if name in record} for record in records]
