"""The SQL of a merge: which staged rows are newest, and what they change in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from target_ecommerce.schema import METADATA
from target_ecommerce.writers.base import ROW_NUMBER, STAGED_METADATA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from target_ecommerce.writers.postgres.catalog import PostgresPlan

_ROW = sql.Identifier(ROW_NUMBER)
_VERSION = "_sdc_table_version"


def _list(parts: Iterable[sql.Composable], separator: str = ", ") -> sql.Composed:
    return sql.SQL(separator).join(parts)


def _names(names: Iterable[str], prefix: str = "") -> sql.Composed:
    return _list(sql.SQL(prefix) + sql.Identifier(name) for name in names)


def staged_columns(plan: PostgresPlan) -> list[str]:
    """Return the columns of the stage, after the row number."""
    metadata = [name for name in STAGED_METADATA if name in plan.metadata]
    return [column.name for column in plan.schema.columns] + metadata


def create_stage(plan: PostgresPlan) -> sql.Composed:
    """Return the statement that creates the stage, which ends with the transaction."""
    columns = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(plan.types[name]))
        for name in staged_columns(plan)
    ]
    return sql.SQL("create temporary table {} ({} bigint{}) on commit drop").format(
        sql.Identifier(plan.stage), _ROW, sql.SQL("").join(sql.SQL(", ") + c for c in columns)
    )


def copy_stage(plan: PostgresPlan, null: str) -> sql.Composed:
    """Return the COPY statement of the stage."""
    return sql.SQL("copy pg_temp.{} ({}) from stdin with (format text, null {})").format(
        sql.Identifier(plan.stage),
        _names([ROW_NUMBER, *staged_columns(plan)]),
        sql.Literal(null),
    )


def delete_older(plan: PostgresPlan) -> sql.Composed:
    """Return the statement that keeps the newest row of each key in the stage."""
    newest = _ROW + sql.SQL(" desc")
    if plan.schema.order:
        newest = _in_time_order(plan, "") + sql.SQL(" desc nulls last, ") + newest
    return sql.SQL(
        "delete from pg_temp.{stage} using ("
        "select {row} as row, row_number() over (partition by {keys} order by {newest}) as age"
        " from pg_temp.{stage}) as ranked where ranked.row = {stage}.{row} and ranked.age > 1"
    ).format(
        stage=sql.Identifier(plan.stage),
        row=_ROW,
        keys=_names(plan.schema.keys),
        newest=newest,
    )


def has_duplicates(plan: PostgresPlan) -> sql.Composed:
    """Return the query whether a key has several rows in the stage."""
    return sql.SQL(
        "select exists (select from pg_temp.{} group by {} having count(*) > 1)"
    ).format(sql.Identifier(plan.stage), _names(plan.schema.keys))


def analyze_keys(plan: PostgresPlan) -> sql.Composed:
    """Return the statement after which the planner knows how to join the stage."""
    return sql.SQL("analyze pg_temp.{} ({})").format(
        sql.Identifier(plan.stage), _names(plan.schema.keys)
    )


def merge_rows(
    plan: PostgresPlan, table: sql.Identifier, constants: Mapping[str, object]
) -> sql.Composed:
    """Return the statement that inserts or updates, and counts both.

    Args:
        plan: The stream.
        table: Its table.
        constants: Values of metadata columns that are the same in all rows. They are part of
            the statement, since with parameters a `%` in a name would be a placeholder.
    """
    names = list(plan.types)
    insert = sql.SQL(
        "insert into {table} as present ({names}) select {values} from pg_temp.{stage}"
    ).format(
        table=table,
        names=_names(names),
        values=_list(_value(plan, name, constants) for name in names),
        stage=sql.Identifier(plan.stage),
    )
    if plan.schema.keys:
        insert += sql.SQL(" on conflict ({}) do update set {} where {}").format(
            _names(plan.schema.keys),
            _list(_assignment(plan, n) for n in names if n not in plan.schema.keys)
            if len(names) > len(plan.schema.keys)
            else _assignment(plan, plan.schema.keys[0]),
            _is_change(plan),
        )
    return sql.SQL(
        "with written as ({} returning (present.xmax = 0) as is_new)"
        " select count(*) filter (where is_new), count(*) filter (where not is_new)"
        " from written"
    ).format(insert)


def compare_rows(plan: PostgresPlan, table: sql.Identifier) -> sql.Composed:
    """Return the query that counts staged rows by what the table has for their key.

    It counts rows with the same values, and rows that are older than the table's.
    """
    staged = _contents(plan, "staged.")
    same = sql.SQL("({}) is not distinct from ({})").format(_contents(plan, "present."), staged)
    older: sql.Composable = sql.SQL("false")
    if plan.schema.order:
        older = sql.SQL("coalesce({present} > {staged}, {present} is not null)").format(
            present=_in_time_order(plan, "present."), staged=_in_time_order(plan, "staged.")
        )
    keys = _list(
        (
            sql.SQL("present.{key} = staged.{key}").format(key=sql.Identifier(key))
            for key in plan.schema.keys
        ),
        " and ",
    )
    return sql.SQL(
        "select count(*) filter (where {same} and not {older}), count(*) filter (where {older})"
        " from pg_temp.{stage} as staged join {table} as present on {keys}"
    ).format(same=same, older=older, stage=sql.Identifier(plan.stage), table=table, keys=keys)


def activate_version(
    table: sql.Identifier, version: int, batched_at: datetime, *, hard_delete: bool
) -> sql.Composed:
    """Return the statement that deletes the rows of earlier versions, or marks them."""
    earlier = sql.SQL("({name} < {version} or {name} is null)").format(
        name=sql.Identifier(_VERSION), version=sql.Literal(version)
    )
    if hard_delete:
        return sql.SQL("delete from {} where {}").format(table, earlier)
    return sql.SQL(
        "update {table} set _sdc_deleted_at = {now}, _sdc_batched_at = {now}"
        " where {earlier} and _sdc_deleted_at is null"
    ).format(table=table, now=sql.Literal(batched_at), earlier=earlier)


def _in_time_order(plan: PostgresPlan, prefix: str) -> sql.Composed:
    """Return the value whose greatest is the newest version; text is ordered by its bytes."""
    name = plan.schema.order or ""
    column = sql.SQL(prefix) + sql.Identifier(name)
    if plan.types[name] == "text":
        return column + sql.SQL(' collate "C"')
    if plan.types[name].startswith("timestamp"):
        return sql.SQL("(case when {column} <= {latest} then {column} end)").format(
            column=column, latest=sql.Literal(plan.latest)
        )
    return column


def _value(plan: PostgresPlan, name: str, constants: Mapping[str, object]) -> sql.Composable:
    """Return the value that a column of the table gets."""
    if name in staged_columns(plan):
        return sql.Identifier(name)
    return sql.Literal(constants.get(name))


def _assignment(plan: PostgresPlan, name: str) -> sql.Composed:
    """Return the update of a column.

    A row that only gets another version keeps the time at which its content was written.
    """
    column = sql.Identifier(name)
    if name == "_sdc_batched_at" and _VERSION in plan.metadata:
        return sql.SQL("{c} = case when {d} then excluded.{c} else present.{c} end").format(
            c=column, d=_content_differs(plan)
        )
    return sql.SQL("{c} = excluded.{c}").format(c=column)


def _is_change(plan: PostgresPlan) -> sql.Composed:
    """Return the condition that a row differs from the table's and is not older."""
    differs = _content_differs(plan)
    if _VERSION in plan.metadata:
        differs = sql.SQL("({} or excluded.{v} > coalesce(present.{v}, -1))").format(
            differs, v=sql.Identifier(_VERSION)
        )
    if not plan.schema.order:
        return differs
    return sql.SQL("{} and ({present} is null or {excluded} >= {present})").format(
        differs,
        present=_in_time_order(plan, "present."),
        excluded=_in_time_order(plan, "excluded."),
    )


def _content_differs(plan: PostgresPlan) -> sql.Composed:
    return sql.SQL("({}) is distinct from ({})").format(
        _contents(plan, "present."), _contents(plan, "excluded.")
    )


def _contents(plan: PostgresPlan, prefix: str) -> sql.Composed:
    """Return the columns that make two rows differ: those of the schema, and the deletion."""
    names = [column.name for column in plan.schema.columns]
    parts: list[sql.Composable] = [
        sql.SQL(prefix) + sql.Identifier(name) + _comparable(plan.types[name]) for name in names
    ]
    if (
        "_sdc_deleted_at" in METADATA
        and "_sdc_deleted_at" in plan.metadata
        and ("_sdc_deleted_at" not in names)
    ):
        is_staged = prefix == "staged."
        parts.append(sql.SQL("null" if is_staged else f"{prefix}_sdc_deleted_at"))
    return sql.SQL("row({})").format(_list(parts))


def _comparable(sql_type: str) -> sql.SQL:
    return sql.SQL("::text" if sql_type == "json" else "")
