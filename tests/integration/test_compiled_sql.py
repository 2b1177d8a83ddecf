"""SQL that dbt compiles and executes for two shops, with every part of the package in use.

The second build compiles the incremental form of the models.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import marketing
import marketing_raw
import psycopg
import pytest
from dbt_logs import LOG_SETTINGS, compiled, log_rows, statements, writes
from ecommerce_ext.warehouse.user_views import KEPT
from sql_rules import Checker

if TYPE_CHECKING:
    from dbt_logs import Statement
    from duckdb_builds import DuckDB
    from pipelines import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]

COLUMNS = {
    "postgres": """
        select current_database()::text, nspname::text, relname::text, attname::text,
            format_type(atttypid, atttypmod)
        from pg_attribute
        join pg_class on pg_class.oid = attrelid
        join pg_namespace on pg_namespace.oid = relnamespace
        where attnum > 0 and relkind in ('r', 'v', 'm') and nspname not like 'pg\\_%'
    """,
    "duckdb": """
        select table_catalog, table_schema, table_name, column_name, data_type
        from information_schema.columns
    """,
}
# Statements on the catalog belong to dbt or to the macros of one engine. dbt writes the merges.
NOT_CHECKED = re.compile(r"\b(?:pg_\w+|duckdb_\w+|information_schema|DBT_INTERNAL_SOURCE)\b")


@dataclass
class Builds:
    """SQL of a first and a second build on one engine.

    Attributes:
        compiled: Compiled SQL by node, per build. The first build has the data tests.
        executed: All statements in the order of execution.
        checker: The rules of the engine.
    """

    compiled: list[dict[str, str]]
    executed: list[Statement]
    checker: Checker

    def findings(self) -> list[str]:
        """Return what breaks rules, in the compiled SQL and in the package's other statements.

        dbt embeds the compiled SQL in longer statements, which are left out. Data tests may
        multiply the amounts of the tables, whose range the build has checked.
        """
        checked = {(node, sql) for build in self.compiled for node, sql in build.items()}
        checked |= {
            (node, sql)
            for node, sql in self.executed
            if not NOT_CHECKED.search(sql)
            and not node.startswith("seed.")
            and not any(node in build and build[node] in sql for build in self.compiled)
        }
        return sorted(
            f"{node}: {rule}: {expression}"
            for node, sql in checked
            for rule, expression in self.checker.findings(sql)
            if not (node.startswith("test.") and rule == "uncast_products")
        )

    def logged(self) -> dict[str, list[str]]:
        """Return each model that writes the run log, with its statements from then on."""
        logged = {
            node.rpartition(".")[2]: executed
            for node, executed in log_rows(self.executed).items()
        }
        del logged["ecommerce_run_log"]  # the log itself
        del logged["int_ecommerce__transaction_candidates"]  # logs when the run began
        return logged


def build_twice(warehouse: Pipeline | DuckDB, dialect: str) -> Builds:
    """Build all tables with tests, then without, and record the SQL."""
    warehouse.build()
    builds = [compiled(warehouse.folder)]
    warehouse.dbt("run")
    builds.append(compiled(warehouse.folder))
    columns: dict[str, Any] = {}
    for database, schema, relation, column, type_ in warehouse.rows(COLUMNS[dialect]):
        relations = columns.setdefault(database, {}).setdefault(schema, {})
        relations.setdefault(relation, {})[column] = type_
    checker = Checker(dialect, columns)
    return Builds(builds, statements(warehouse.folder), checker)


@pytest.fixture(scope="module")
def builds(pipeline: Pipeline, duckdb_warehouse: DuckDB) -> dict[str, Builds]:
    with psycopg.connect(pipeline.postgres.url) as connection:
        marketing_raw.load(connection, *marketing.make())
    duckdb_warehouse.copy_raw(pipeline, "crm")
    pipeline.settings |= {
        **marketing_raw.SETTINGS,
        **LOG_SETTINGS,
        "ECOMMERCE_ATTRIBUTION_OPENS": "true",
    }
    return {
        "postgres": build_twice(pipeline, "postgres"),
        "duckdb": build_twice(duckdb_warehouse, "duckdb"),
    }


@pytest.mark.parametrize("engine", ["postgres", "duckdb"])
def test_both_forms_of_the_models_are_compiled(engine: str, builds: dict[str, Builds]) -> None:
    first, second = builds[engine].compiled
    assert sum(node.startswith("test.") for node in first) > 80
    incremental = {node.rpartition(".")[2] for node in second if first[node] != second[node]}
    assert incremental >= {"ECommerce_Transaction", "ECommerce_Item", "ecommerce_rejects"}


@pytest.mark.parametrize("engine", ["postgres", "duckdb"])
def test_types_of_columns_are_known(engine: str, builds: dict[str, Builds]) -> None:
    known = [
        is_known
        for sql in builds[engine].compiled[0].values()
        for is_known in builds[engine].checker.known_types(sql)
    ]
    # Without types, the rules about types find nothing.
    assert known.count(True) > 0.95 * len(known) > 1000


@pytest.mark.parametrize("engine", ["postgres", "duckdb"])
def test_compiled_sql_breaks_no_rule(engine: str, builds: dict[str, Builds]) -> None:
    assert builds[engine].findings() == []


@pytest.mark.parametrize("engine", ["postgres", "duckdb"])
def test_run_log_is_written_after_the_rows(engine: str, builds: dict[str, Builds]) -> None:
    logged = builds[engine].logged()
    of_candidates = {
        *("ECommerce_Transaction", "ECommerce_Item", "ecommerce_item_references"),
        *("ecommerce_rejects", "ecommerce_sales_ledger", "int_ecommerce__products_inferred"),
    }
    computed_completely = {
        *("ECommerce_Product", "ECommerce_ProductCategory", "ecommerce_product_categories"),
        *("ecommerce_category_stats", "ecommerce_cohorts", "ecommerce_data_quality"),
        *("ecommerce_product_stats", "int_ecommerce__category_members"),
    }
    without_position = {
        *("ecommerce_contacts", "ecommerce_changed_keys", "ecommerce_run_log"),
        *("ecommerce_erasures", "int_ecommerce__recent_loads"),
        *computed_completely,
    }
    assert logged.keys() == of_candidates | {*KEPT} - without_position
    # A missing foreign key is added after the commit. Its block first deletes lines without an
    # order, and every build repeats it until the key exists.
    assert [
        (model, sql)
        for model, executed in logged.items()
        for sql in executed
        if writes(sql, model) and "add foreign key" not in sql
    ] == []
