"""The raw tables of any loader: their columns, types, load times and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

STREAMS = (
    *("shops", "transactions", "items", "refunds", "sales_events"),
    *("products", "categories", "customers", "rejected_records", "exchange_rates"),
)
"""The raw tables of the shops, then the raw table of the rates."""

_LOADED = "_sdc_batched_at"
LOADED_AT = "cast(cast(_sdc_batched_at as text) as timestamptz)"
"""The load time of a row. Works for any type of the column; a time without zone is UTC."""

# Loaders can commit batches out of order.
_OVERLAP_SECONDS = 600


def has_load_times(connection: Connection, table: sql.Identifier) -> bool:
    """Return whether a raw table exists and has load times."""
    query = """
        select from pg_attribute
        where attrelid = to_regclass(%s) and attname = %s and not attisdropped
    """
    return connection.execute(query, [table.as_string(), _LOADED]).fetchone() is not None


class RawTables:
    """Reads rows, and changes them by digest, because server logs can contain statements.

    Attributes:
        since: By table, the load time before which rows are skipped, in seconds since 1970.
    """

    def __init__(self, connection: Connection, settings: Settings) -> None:
        """Read the columns of all tables. Times without zone are UTC, as in dbt."""
        self._connection = connection
        self._schema = settings.raw_schema
        self.since: Mapping[str, float] = {}
        connection.execute("set local time zone 'UTC'")
        rows = connection.execute(
            "select table_name, column_name, data_type in ('json', 'jsonb', 'ARRAY')"
            " from information_schema.columns where table_schema = %s",
            [self._schema],
        )
        self._holds_json = {(table, column): is_json for table, column, is_json in rows}

    def has(self, table: str, column: str) -> bool:
        """Return whether a table has a column."""
        return (table, column) in self._holds_json

    def holds_text(self, table: str, column: str) -> bool:
        """Return whether a column accepts any text."""
        return not self._holds_json[table, column]

    def identifier(self, table: str) -> sql.Identifier:
        """Return the name of a table with its schema."""
        return sql.Identifier(self._schema, table)

    def loaded_until(self, tables: Sequence[str]) -> dict[str, float]:
        """Return the last load time of each table that has load times."""
        found = {}
        for table in tables:
            if self.has(table, _LOADED):
                query = sql.SQL("select extract(epoch from max({}::timestamptz)) from {}")
                row = self._connection.execute(
                    query.format(sql.Identifier(_LOADED), self.identifier(table))
                ).fetchone()
                if row and row[0] is not None:
                    found[table] = float(row[0])
        return found

    def rows(
        self, table: str, names: Sequence[str], matching: Sequence[str] = (), pattern: str = ""
    ) -> Iterator[tuple[str | None, ...]]:
        """Yield each distinct row of some columns as texts, followed by its digest.

        Args:
            table: The raw table. A missing table has no rows.
            names: The columns. A missing column is null.
            matching: At least one of these columns must match the pattern.
            pattern: A case-insensitive regular expression.
        """
        if not any(name == table for name, _ in self._holds_json):
            return
        conditions = [sql.SQL("true"), *self._is_new(table)]
        if matching:
            matches = [
                sql.SQL("{} ~* {}").format(column, pattern)
                for column in self._texts(table, matching)
            ]
            conditions.append(sql.SQL("({})").format(sql.SQL(" or ").join(matches)))
        query = sql.SQL("select distinct {}, {} from {} where {}").format(
            sql.SQL(", ").join(self._texts(table, names)),
            self._digest(table, names),
            self.identifier(table),
            sql.SQL(" and ").join(conditions),
        )
        with self._connection.cursor("ecommerce_raw_rows") as cursor:
            cursor.itersize = 10_000
            yield from cursor.execute(query)

    def update(
        self,
        table: str,
        changes: Mapping[str, str | None],
        names: Sequence[str],
        digests: Sequence[str | None],
    ) -> int:
        """Change the existing columns of rows, and return the number of rows."""
        assignments = [
            sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(value))
            for column, value in changes.items()
            if self.has(table, column)
        ]
        # With a load time after all others of the table, the build reads the row again.
        if self.has(table, _LOADED):
            assignments.append(
                sql.SQL(
                    "{0} = (select max({0}::timestamptz) + interval '1 microsecond' from {1})"
                ).format(sql.Identifier(_LOADED), self.identifier(table))
            )
        update = sql.SQL("update {} set {}").format(
            self.identifier(table), sql.SQL(", ").join(assignments)
        )
        return self._execute(update, table, names, digests)

    def delete(self, table: str, names: Sequence[str], digests: Sequence[str | None]) -> int:
        """Delete rows, and return the number of rows."""
        delete = sql.SQL("delete from {}").format(self.identifier(table))
        return self._execute(delete, table, names, digests)

    def delete_reasons(self, email: str) -> None:
        """Delete the reasons of new refunds of orders that have this e-mail address."""
        if not (self.has("refunds", "reason") and self.has("transactions", "email")):
            return
        conditions = [sql.SQL("true"), *self._is_new("refunds")]
        self._connection.execute(
            sql.SQL(
                """
                update {0} as refunds
                set reason = null
                from {1} as transactions
                where
                    refunds.reason is not null
                    and refunds.shop_id = transactions.shop_id
                    and refunds.transaction_id = transactions.transaction_id
                    and transactions.email = {2}
                    and {3}
                """
            ).format(
                self.identifier("refunds"),
                self.identifier("transactions"),
                email,
                sql.SQL(" and ").join(conditions),
            )
        )

    def _is_new(self, table: str) -> Iterator[sql.Composed]:
        if table in self.since:
            yield sql.SQL("coalesce(extract(epoch from {}::timestamptz) > {}, true)").format(
                sql.Identifier(table, _LOADED), self.since[table] - _OVERLAP_SECONDS
            )

    def _texts(self, table: str, names: Sequence[str]) -> list[sql.Composed]:
        return [
            sql.SQL("{}::text" if self.has(table, name) else "null").format(
                sql.Identifier(name)
            )
            for name in names
        ]

    def _digest(self, table: str, names: Sequence[str]) -> sql.Composed:
        columns = sql.SQL(", ").join(self._texts(table, names))
        return sql.SQL("md5(row({})::text)").format(columns)

    def _execute(
        self,
        action: sql.Composed,
        table: str,
        names: Sequence[str],
        digests: Sequence[str | None],
    ) -> int:
        if not digests:
            return 0
        statement = action + sql.SQL(" where {} = any(%s)").format(self._digest(table, names))
        return self._connection.execute(statement, [list(digests)]).rowcount
