"""dbt runs in a host project's CI do not change production and build every order.

Production has built the first orders of a shop. Two more loads, an hour apart, are not built
yet. CI uses separate schemas.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from histories import History
from pipelines import ROOT, Pipeline

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]

WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
ORDERS = """
    select (select count(*) from ecommerce_raw.transactions),
        (select count(*) from {0}."ECommerce_Transaction")
        + (select count(*) from {0}.ecommerce_rejects where stream = 'transactions')
"""
CONTACTS = (
    "select to_jsonb(t) - 'changed_at' from {}.ecommerce_contacts as t order by id_contact"
)


@pytest.fixture(scope="module")
def production(pipeline: Pipeline) -> Pipeline:
    # One thread: views that are replaced concurrently can block each other.
    pipeline.settings |= {"ECOMMERCE_THREADS": "1", "DBT_WRITE_JSON": "true"}
    history = History(3)
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        raw.create(connection)
        for hours_ago in (9, 6, 5):
            for _ in range(30):
                history.live()
            loaded_at = datetime.now(timezone.utc) - timedelta(hours=hours_ago)
            for stream, records in history.take_changed(whole=True).items():
                raw.load(connection, stream, records, loaded_at)
            if hours_ago == 9:
                pipeline.dbt("build", *WITHOUT_TESTS)
    (pipeline.folder / "state").mkdir()
    shutil.copy(pipeline.folder / "target" / "manifest.json", pipeline.folder / "state")
    return pipeline


def run(pipeline: Pipeline, schema: str, *arguments: str, project: Path = ROOT) -> None:
    """Run dbt in the schemas of a separate target."""
    pipeline.settings["ECOMMERCE_SCHEMA"] = schema
    pipeline.project = project
    pipeline.dbt(*arguments)


def state(pipeline: Pipeline, *, defer: bool = True) -> tuple[str, ...]:
    return (*(["--defer"] if defer else []), "--state", str(pipeline.folder / "state"))


def versions(pipeline: Pipeline) -> dict[str, list[tuple[Any, ...]]]:
    """Return all relations of production with the version of each row."""
    found = {"relations": pipeline.rows(RELATIONS.format("ecommerce") + ", oid")}
    for schema, name, kind in pipeline.rows(RELATIONS.format("ecommerce")):
        if kind == "r":
            found[name] = pipeline.rows(
                f'select xmin::text, ctid::text from {schema}."{name}" order by 2'
            )
    return found


RELATIONS = """
    select relnamespace::regnamespace::text, relname, relkind::text from pg_class
    where relnamespace::regnamespace::text in ('{0}', '{0}_staging') and relkind in ('r', 'v')
    order by relnamespace::regnamespace::text, relname
"""


def changed(model: str, folder: Path) -> Path:
    """Copy the dbt package and edit a model without an effect on its rows."""
    for part in ("models", "macros", "seeds", "tests/dbt"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "dbt_project.yml", folder)
    path = next((folder / "models").rglob(f"{model}.sql"))
    path.write_text(path.read_text() + "\n-- changed\n")
    return folder


def test_deferred_ci_writes_nothing_to_production_and_reads_every_order(
    production: Pipeline, tmp_path: Path
) -> None:
    before = versions(production)
    orders = changed("stg_ecommerce__transactions", tmp_path / "orders")
    lines = changed("ECommerce_Item", tmp_path / "lines")
    modified = ("--select", "state:modified+", *state(production))
    only_lines = ("run", "--select", "state:modified", *state(production))

    run(production, "ci", "run", *modified, project=orders)
    run(production, "ci_lines", *only_lines, project=lines)

    assert versions(production) == before
    [(loaded, built)] = production.rows(ORDERS.format("ci"))
    assert loaded == built > len(before["ECommerce_Transaction"])

    # The second build of production finds no changes, so CI defers to few candidates.
    run(production, "ecommerce", "build", *WITHOUT_TESTS)
    run(production, "ecommerce", "build", *WITHOUT_TESTS)
    assert production.rows(ORDERS.format("ecommerce")) == [(loaded, loaded)]
    before = versions(production)
    run(production, "ci", "build", *modified, project=orders)
    run(production, "ci_lines", *only_lines, project=lines)

    assert versions(production) == before
    in_ci = {
        table: production.rows(
            f"select (to_jsonb(t) - 'dtLoaded')::text from {schema}.\"{table}\" as t order by 1"
        )
        for schema, table in (("ci", "ECommerce_Transaction"), ("ci_lines", "ECommerce_Item"))
    }
    assert in_ci.items() <= production.cells().items()


def test_clone_writes_nothing_to_production_and_a_build_replaces_it(
    production: Pipeline,
) -> None:
    before = versions(production)

    for _ in range(2):
        run(production, "dev", "clone", *state(production, defer=False))
    kinds = {kind for _, _, kind in production.rows(RELATIONS.format("dev"))}
    candidates = "int_ecommerce__transaction_candidates"
    run(production, "dev", "run", "--select", candidates, "ECommerce_Item", "ecommerce_rejects")

    assert kinds == {"r", "v"}  # seeds are tables, all other clones are views
    assert versions(production) == before

    run(production, "dev", "build", *WITHOUT_TESTS)

    assert versions(production) == before
    assert production.cells("dev") == production.cells()
    assert [(name, kind) for _, name, kind in production.rows(RELATIONS.format("dev"))] == [
        (name, kind) for _, name, kind in production.rows(RELATIONS.format("ecommerce"))
    ]


def test_empty_build_succeeds_and_the_next_build_has_every_row(production: Pipeline) -> None:
    before = production.cells("dev"), production.rows(CONTACTS.format("dev"))

    run(production, "trial", "build", "--empty", "--exclude-resource-type", "unit_test")
    run(production, "dev", "build", "--empty", "--exclude-resource-type", "unit_test")

    assert not any(production.cells("trial").values())

    run(production, "dev", "build", *WITHOUT_TESTS)

    assert (production.cells("dev"), production.rows(CONTACTS.format("dev"))) == before


def test_retry_after_a_failed_model_loses_no_order(production: Pipeline) -> None:
    history = History(4)
    with psycopg.connect(production.postgres.url) as connection:
        for hours_ago in (2, 1):
            loaded_at = datetime.now(timezone.utc) - timedelta(hours=hours_ago)
            for stream, records in history.take_changed(whole=True).items():
                loaded = [
                    {
                        **record,
                        "shop_id": "shop-3",
                        # Additional orders of the shop.
                        **(
                            {"transaction_id": f"retry-{record['transaction_id']}"}
                            if "transaction_id" in record
                            else {}
                        ),
                    }
                    for record in records
                ]
                raw.load(connection, stream, loaded, loaded_at)
            history.live()
        connection.execute(
            'alter table ecommerce."ECommerce_Item"'
            " add constraint broken check (false) not valid"
        )

    with pytest.raises(AssertionError, match="ECommerce_Item: Database Error"):
        run(production, "ecommerce", "run")
    production.execute('alter table ecommerce."ECommerce_Item" drop constraint broken')
    run(production, "ecommerce", "retry")

    retried = production.cells()
    assert any("retry-" in line for (line,) in retried["ECommerce_Item"])
    run(production, "ecommerce", "run", "--full-refresh")
    assert retried == production.cells()
