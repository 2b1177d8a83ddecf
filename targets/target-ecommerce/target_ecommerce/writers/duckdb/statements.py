"""The SQL of a merge in DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_ecommerce.schema import Kind
from target_ecommerce.writers.base import ROW_NUMBER, STAGED_METADATA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_ecommerce.writers.duckdb.plan import DuckDBPlan

_VERSION = "_sdc_table_version"
LOG_TABLE = (
    "create table if not exists {} (run_id varchar, checkpoint integer, stream varchar,"
    " table_name varchar, started_at timestamptz, batched_at timestamptz, rows_received bigint,"
    " rows_rejected bigint, rows_staged bigint, rows_inserted bigint, rows_updated bigint,"
    " rows_unchanged bigint, rows_superseded bigint, rows_deleted bigint)"
)


def quoted(name: str) -> str:
    """Return a name as a quoted identifier."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def widen(table: str, name: str, found: str, sql_type: str) -> str:
    """Return the statement that changes a column's type without changing its values."""
    column = quoted(name)
    statement = f"alter table {table} alter column {column} type {sql_type}"
    if sql_type == "VARCHAR" and found.startswith("TIMESTAMP"):
        utc = f"timezone('UTC', {column})" if found.endswith("ZONE") else column
        statement += f" using strftime({utc}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return statement


def staged_columns(plan: DuckDBPlan) -> list[str]:
    """Return the columns of the stage, after the row number."""
    metadata = [name for name in STAGED_METADATA if name in plan.metadata]
    return [column.name for column in plan.schema.columns] + metadata


def create_stage(plan: DuckDBPlan) -> str:
    """Return the statement that creates the stage."""
    columns = "".join(f", {quoted(name)} {plan.types[name]}" for name in staged_columns(plan))
    name = plan.stage.removeprefix("temp.")
    return f"create temporary table {name} ({ROW_NUMBER} bigint{columns})"


def fill_stage(plan: DuckDBPlan, lists: Sequence[tuple[str, str]]) -> str:
    """Return the statement that fills the stage from lists of text.

    The row numbers are the first parameter.

    Args:
        plan: The stream.
        lists: Expression of the list of each column, and a template of the value of an element.
    """
    sources = "".join(
        f", unnest({source}) as c{place}" for place, (source, _) in enumerate(lists)
    )
    values = "".join(
        f", cast({template.format(f'c{place}')} as {plan.types[name]})"
        for place, (name, (_, template)) in enumerate(
            zip(staged_columns(plan), lists, strict=True)
        )
    )
    return (
        f"insert into {plan.stage} select number{values}"
        f" from (select unnest($1::bigint[]) as number{sources})"
    )


def delete_older(plan: DuckDBPlan) -> str:
    """Return the statement that keeps the newest row of each key in the stage."""
    newest = f"{ROW_NUMBER} desc"
    if plan.schema.order:
        newest = f"{_in_time_order(plan, '')} desc nulls last, {newest}"
    keys = ", ".join(map(quoted, plan.schema.keys))
    return (
        f"delete from {plan.stage} where {ROW_NUMBER} in (select {ROW_NUMBER} from ("
        f"select {ROW_NUMBER}, row_number() over (partition by {keys} order by {newest}) as age"
        f" from {plan.stage}) where age > 1)"
    )


def update_rows(plan: DuckDBPlan, table: str) -> str:
    """Return the statement that updates rows that differ and are not newer."""
    differs = f"{_contents(plan, 'present.')} is distinct from {_contents(plan, 'staged.')}"
    condition = differs
    if _VERSION in plan.metadata:
        version = f"staged.{_VERSION} > coalesce(present.{_VERSION}, -1)"
        condition = f"({differs} or {version})"
    assignments = []
    for name in plan.types:
        if name in plan.schema.keys:
            continue
        value = _value(plan, name, "staged.")
        if name == "_sdc_batched_at":
            value = f"case when {differs} then {value} else present.{name} end"
        assignments.append(f"{quoted(name)} = {value}")
    if not assignments:
        return "select 0"
    return (
        f"update {table} as present set {', '.join(assignments)} from {plan.stage} as staged"
        f" where {_join(plan)} and {condition} and not {_is_older(plan)}"
    )


def insert_rows(plan: DuckDBPlan, table: str) -> str:
    """Return the statement that inserts rows whose key the table does not have."""
    names = ", ".join(map(quoted, plan.types))
    values = ", ".join(_value(plan, name, "staged.") for name in plan.types)
    statement = f"insert into {table} ({names}) select {values} from {plan.stage} as staged"
    if plan.schema.keys:
        statement += f" where not exists (select 1 from {table} as present where {_join(plan)})"
    return statement


def compare_rows(plan: DuckDBPlan, table: str) -> str:
    """Return the query that counts staged rows that the table has, and older ones."""
    same = f"{_contents(plan, 'present.')} is not distinct from {_contents(plan, 'staged.')}"
    older = _is_older(plan)
    return (
        f"select count(*) filter (where {same} and not {older}),"
        f" count(*) filter (where {older})"
        f" from {plan.stage} as staged join {table} as present on {_join(plan)}"
    )


def _join(plan: DuckDBPlan) -> str:
    return " and ".join(f"present.{quoted(k)} = staged.{quoted(k)}" for k in plan.schema.keys)


def _is_older(plan: DuckDBPlan) -> str:
    if not plan.schema.order:
        return "false"
    present, staged = (_in_time_order(plan, prefix) for prefix in ("present.", "staged."))
    return f"coalesce({present} > {staged}, {present} is not null)"


def _in_time_order(plan: DuckDBPlan, prefix: str) -> str:
    name = plan.schema.order or ""
    column = f"{prefix}{quoted(name)}"
    kinds = {c.name: kind for c, kind in zip(plan.schema.columns, plan.kinds, strict=True)}
    if kinds[name] is Kind.NUMBER:
        return f"try_cast({column} as double)"
    if kinds[name] is Kind.TIMESTAMP:
        latest = f"cast('{plan.latest.isoformat()}' as {plan.types[name]})"
        return f"(case when {column} <= {latest} then {column} end)"
    return column


def _value(plan: DuckDBPlan, name: str, prefix: str) -> str:
    if name in staged_columns(plan):
        return f"{prefix}{quoted(name)}"
    return {
        "_sdc_batched_at": "$batched_at",
        "_sdc_sync_started_at": "$sync_started_at",
    }.get(name, "null")


def _contents(plan: DuckDBPlan, prefix: str) -> str:
    names = [column.name for column in plan.schema.columns]
    parts = [f"{prefix}{quoted(name)}" for name in names]
    if "_sdc_deleted_at" in plan.metadata and "_sdc_deleted_at" not in names:
        is_staged = prefix == "staged."
        parts.append("null::timestamptz" if is_staged else f"{prefix}_sdc_deleted_at")
    return f"row({', '.join(parts)})"
