"""The raw tables of any loader: their columns, types, load times and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

STREAMS = (
    *("shops", "transactions", "items", "refunds", "products", "categories", "customers"),
    *("rejected_records", "exchange_rates"),
)
"""The raw tables of the shops, then that of the rates."""

_LOADED = "_sdc_batched_at"
LOADED_AT = "cast(cast(_sdc_batched_at as text) as timestamptz)"
"""When the loader wrote a row, of whatever type it made the column; without zone it is UTC."""

# Loaders write in batches that may be committed out of order.
_OVERLAP_SECONDS = 600


def tells_loads(connection: Connection, table: sql.Identifier) -> bool:
    """Return whether the raw table exists and has the load time of each row."""
    query = """
        select from pg_attribute
        where attrelid = to_regclass(%s) and attname = %s and not attisdropped
    """
    return connection.execute(query, [table.as_string(), _LOADED]).fetchone() is not None


class RawTables:
    """Reads and changes rows by digests, since values of statements may reach server logs.

    Attributes:
        since: By table, up to which load its rows are passed over, in seconds since 1970.
    """

    def __init__(self, connection: Connection, settings: Settings) -> None:
        """Look up the columns; times without zone are UTC, as in dbt."""
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
        """Return the table's name with its schema."""
        return sql.Identifier(self._schema, table)

    def loaded_until(self, tables: Sequence[str]) -> dict[str, float]:
        """Return the last load of each table that has load times."""
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
        """Yield each distinct row of these columns as texts, and a digest to find it by.

        Args:
            table: The raw table; one that is not there has no rows.
            names: Its columns; those that are not there are null.
            matching: Columns of which at least one must match the pattern.
            pattern: A regular expression, in any case of letters.
        """
        if not any(there == table for there, _ in self._holds_json):
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
        """Change rows in the columns that there are, and return how many."""
        assignments = [
            sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(value))
            for column, value in changes.items()
            if self.has(table, column)
        ]
        # As if the loader had written it last, by the loader's clock: the build reads it again.
        if self.has(table, _LOADED):
            assignments.append(
                sql.SQL("{0} = (select max({0}) from {1})").format(
                    sql.Identifier(_LOADED), self.identifier(table)
                )
            )
        update = sql.SQL("update {} set {}").format(
            self.identifier(table), sql.SQL(", ").join(assignments)
        )
        return self._execute(update, table, names, digests)

    def delete(self, table: str, names: Sequence[str], digests: Sequence[str | None]) -> int:
        """Delete rows, and return how many."""
        delete = sql.SQL("delete from {}").format(self.identifier(table))
        return self._execute(delete, table, names, digests)

    def delete_reasons(self, mark: str) -> None:
        """Take the reasons out of new refunds of orders whose address is ``mark``."""
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
                mark,
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
