"""Copies of orders in Vendure's tables, so that a shop has more than one page of orders.

To place an order by the API takes a second; to copy it is much faster. Later copies have higher
ids and earlier times, so the order of ids differs from the order of times. All copies of some
rounds have the same time of change.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

ROUNDS = 7
# All copies of these rounds have the same time of change.
_AT_ONCE = (3, 4, 5)
_OFFSET = 100_000
# By table: the column that refers to the order, and the columns with other copied ids.
_CHILDREN = {
    "shipping_line": ("orderId", ()),
    "order_line": ("orderId", ("shippingLineId",)),
    "payment": ("orderId", ()),
    "order_channels_channel": ("orderId", ()),
    "order_fulfillments_fulfillment": ("orderId", ()),
    "order_promotions_promotion": ("orderId", ()),
    "refund": ("paymentId", ()),
    "order_modification": ("orderId", ("paymentId", "refundId")),
    "surcharge": ("orderId", ("orderModificationId",)),
    "order_line_reference": ("orderLineId", ("modificationId", "refundId")),
}
_TIMES = ("createdAt", "updatedAt", "orderPlacedAt")


def copy_orders(database: str) -> None:
    """Copy every placed order several times, with its lines, payments and refunds."""
    with psycopg.connect(database) as connection:
        for number in range(1, ROUNDS + 1):
            _copy(connection, "order", (), number)
            for table, (parent, others) in _CHILDREN.items():
                _copy(connection, table, (parent, *others), number)


def _copy(
    connection: psycopg.Connection, table: str, references: tuple[str, ...], number: int
) -> None:
    """Copy the rows of a table that the API created."""
    names = [
        row[0]
        for row in connection.execute(
            "select column_name from information_schema.columns"
            " where table_schema = 'public' and table_name = %s",
            [table],
        )
    ]
    values = [_value(name, references, number) for name in names]
    key = "id" if "id" in names else "orderId"
    placed = sql.SQL(' and "orderPlacedAt" is not null' if table == "order" else "")
    parent: sql.Composable = sql.SQL("")
    if references:
        parent = sql.SQL(" and {} + {} in (select id from {})").format(
            sql.Identifier(references[0]),
            sql.Literal(number * _OFFSET),
            sql.Identifier(_parent(references[0])),
        )
    connection.execute(
        sql.SQL(
            "insert into {table} ({names}) select {values} from {table} where {own}"
        ).format(
            table=sql.Identifier(table),
            names=sql.SQL(", ").join(map(sql.Identifier, names)),
            values=sql.SQL(", ").join(values),
            own=sql.SQL("{} < {}").format(sql.Identifier(key), sql.Literal(_OFFSET))
            + placed
            + parent,
        )
    )


def _parent(reference: str) -> str:
    return {"orderId": "order", "paymentId": "payment", "orderLineId": "order_line"}[reference]


def _value(name: str, references: tuple[str, ...], number: int) -> sql.Composed:
    """Return the value of a column of a copy."""
    column = sql.Identifier(name)
    if name == "id" or name in references:
        return sql.SQL("{} + {}").format(column, sql.Literal(number * _OFFSET))
    if name == "code":
        return sql.SQL("left({}, 8) || {}").format(column, sql.Literal(f"-{number}"))
    if name == "updatedAt" and number in _AT_ONCE:
        return sql.SQL("cast('2026-01-05 10:00:00.123456' as timestamp)").format()
    if name in _TIMES:
        return sql.SQL("{} - make_interval(mins => {})").format(
            column, sql.Literal(37 * number)
        )
    return sql.SQL("{}").format(column)
