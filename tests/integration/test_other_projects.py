"""The module in a host project, by the commands of docs/add-to-your-project.md."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml
from dbt_runs import invoke
from host_project import (
    ADDRESS,
    CLONE,
    VERSION,
    Host,
    blocks,
    commands,
    follow_page,
    make_clone,
    make_contacts,
    make_host,
)
from pipelines import TABLES, TOKEN, Pipeline
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROLE = "acme_analyst"
ORDERS = 300  # fewer than in the demo, whose numbers `test_readme.py` compares
FOUR_TABLES = {
    *("ECommerce_Transaction", "ECommerce_Item"),
    *("ECommerce_Product", "ECommerce_ProductCategory"),
}
OUR_SCHEMAS = r"""
select nspname from pg_namespace
where nspname not like 'pg\_%' and nspname not in ('information_schema', 'public', 'crm')
"""
EXAMPLES_FAILING_TEST = "not_null_my_first_dbt_model_id"
REVENUE = """
select sum("Revenue") as revenue
from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
"""


@pytest.fixture(scope="module")
def shop(pipeline: Pipeline) -> Iterator[str]:
    """Address of a small shop like the demo's; its contacts are in the warehouse."""
    shop = generate_shop(orders=ORDERS)
    make_contacts(shop, pipeline.postgres, ROLE)
    with serve(shop, token=TOKEN) as running:
        yield running.url
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        connection.execute(f"drop owned by {ROLE}; drop role {ROLE}".encode())


@pytest.fixture(scope="module")
def added(pipeline: Pipeline, shop: str, tmp_path_factory: pytest.TempPathFactory) -> Host:
    """The host project after all chapters of the page except the last."""
    folder = tmp_path_factory.mktemp("acme")
    clone = make_clone(folder / "a clone" / "ecommerce-module")
    host = make_host(folder / "acme co", clone, pipeline.postgres)
    follow_page(host, shop, ROLE)
    *before, sync, status = commands("5. Run")
    host.type(*before)
    host.outputs["refused"] = host.type(
        "TAP_SHOPAPP_ACCESS_TOKEN=of-another meltano invoke ecommerce:activate 2>&1", code=1
    )
    host.outputs["misplaced"] = host.type(
        "meltano run tap-shopapp target-postgres ecommerce:build 2>&1", code=1
    )
    host.type(sync, status)
    return host


@pytest.mark.pipeline
@pytest.mark.timeout(900)
def test_host_loader_keeps_its_schema_and_build_names_both(
    added: Host, pipeline: Pipeline
) -> None:
    assert "The shop rejected the credentials" in added.outputs["refused"]
    assert (
        'The loader wrote into the schema "tap_shopapp", but the build reads "acme_raw".'
        in " ".join(added.outputs["misplaced"].split())
    )
    assert pipeline.rows("select count(*) from tap_shopapp.transactions") == [(ORDERS,)]


@pytest.mark.pipeline
@pytest.mark.timeout(900)
def test_four_tables_equal_those_of_the_demo(
    added: Host, pipeline: Pipeline, shop: str
) -> None:
    make_as_the_demo_does(pipeline, shop)

    assert pipeline.rows('select count(*) from acme_ecommerce."ECommerce_Transaction"') == [
        (ORDERS,)
    ]
    assert cells(pipeline, "acme_ecommerce") == cells(pipeline, "ecommerce")
    assert {schema for (schema,) in pipeline.rows(OUR_SCHEMAS)} == {
        *("acme_ecommerce", "acme_ecommerce_staging", "acme_raw", "tap_shopapp"),
        *("ecommerce", "ecommerce_staging", "ecommerce_raw"),
    }
    assert added


@pytest.mark.pipeline
def test_installed_packages_are_independent_wheels(added: Host) -> None:
    extractors = ("tap-shopapp", "tap-ecb-rates", "tap-shopapp-files")
    for member in (*(f"extractors/{name}" for name in extractors), "utilities/ecommerce"):
        site = next((added.folder / ".meltano" / member / "venv").glob("lib/*/site-packages"))
        (origin,) = [
            found
            for path in site.glob("*.dist-info/direct_url.json")
            if (found := json.loads(path.read_text()))
        ]
        assert origin["url"] == ADDRESS
        assert origin["vcs_info"]["requested_revision"] == f"v{VERSION}"


@pytest.mark.pipeline
def test_reader_role_reads_only_the_tables(added: Host, pipeline: Pipeline) -> None:
    assert added
    rows = pipeline.rows(
        """
        select nspname, relname
        from pg_class
        inner join pg_namespace on relnamespace = pg_namespace.oid
        where
            (nspname like 'acme%' or nspname = 'crm')
            and relkind in ('r', 'v')
            and has_schema_privilege('acme_analyst', pg_namespace.oid, 'usage')
            and has_table_privilege('acme_analyst', pg_class.oid, 'select')
        """
    )

    readable = {table for _, table in rows}
    assert {schema for schema, _ in rows} == {"acme_ecommerce"}
    with_people = {"ECommerce_Transaction", "ecommerce_contacts"}
    assert (FOUR_TABLES | {"ecommerce_sales_daily"}) - with_people <= readable
    assert {f"{table}_reader" for table in with_people} <= readable
    assert readable.isdisjoint(with_people | {"ecommerce_rejects"})


@pytest.mark.pipeline
@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_status_and_doctor_report_the_runs(added: Host, pipeline: Pipeline) -> None:
    status = json.loads(added.type("meltano invoke ecommerce:status --json"))
    results = json.loads(added.type("meltano invoke ecommerce:doctor --json || true"))

    assert {row["table"]: row["rows"] for row in status["tables"]} == {
        table: pipeline.rows(f'select count(*) from acme_ecommerce."{table}"')[0][0]
        for table in TABLES | {"ecommerce_contacts": ""}
    }
    raw = {row["stream"]: row["rows"] for row in status["streams"]}
    assert raw["transactions"] == ORDERS
    assert all(row["hours_ago"] < 1 for row in status["streams"] if row["rows"])
    assert sum(row["orders"] for row in status["contacts"]) == ORDERS
    assert sum(row["orders"] for row in status["rates"]) == ORDERS
    assert (status["missing_rates"], status["rejects"]) == ([], [])
    newest = pipeline.rows("select max(updated_at)::date::text from acme_raw.transactions")
    read_until = {row["stream"]: row["read_until"] for row in status["bookmarks"]}
    assert read_until["transactions"].startswith(newest[0][0])
    # The bundled rates end on a fixed day, and some guests of the demo match no contact.
    assert [row["check"] for row in results if row["result"].startswith("ok")] == [
        *("settings", "warehouse", "permissions", "currency", "contents"),
        *("credentials of tap-shopapp", "schemas", "tables", "keys"),
        *("foreign keys", "types", "loads", "bookmarks", "builds", "orders"),
        *(name for name in ("rates", "quality") if f"'{name}', 'result': 'ok" in str(results)),
    ]


@pytest.mark.pipeline
@pytest.mark.timeout(300)
def test_host_dbt_builds_the_same_without_variables(added: Host, pipeline: Pipeline) -> None:
    versions = 'select "idTransaction", xmin::text from acme_ecommerce."ECommerce_Transaction"'
    before = dict(pipeline.rows(versions))

    added.type(
        "dbt --quiet --no-send-anonymous-usage-stats build"
        " --project-dir transform --profiles-dir transform"
        " --select my_first_dbt_model ECommerce_Transaction"
        " --exclude-resource-type test --exclude-resource-type unit_test"
    )

    assert pipeline.rows("select count(*) from acme_models.my_first_dbt_model") == [(2,)]
    assert dict(pipeline.rows(versions)) == before


@pytest.mark.pipeline
@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_dbt_alone_builds_the_same_cells_with_host_models(
    added: Host,
    pipeline: Pipeline,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = tmp_path / "plain"
    shutil.copytree(
        added.dbt_project, project, ignore=shutil.ignore_patterns("target", "dbt_packages")
    )
    (variables,) = blocks("With dbt alone", "yaml")
    settings = yaml.safe_load(variables)
    dbt_project = yaml.safe_load((project / "dbt_project.yml").read_text())
    assert set(settings["vars"]) == {"ecommerce_raw_schema"}
    dbt_project["vars"] |= {"ecommerce_schema": "plain_ecommerce"}
    (project / "dbt_project.yml").write_text(yaml.safe_dump(dbt_project))
    _, local, _ = blocks("2. Add the dbt package", "yaml")
    (project / "packages.yml").write_text(local.replace(CLONE, str(added.clone)))
    (project / "package-lock.yml").unlink(missing_ok=True)
    (project / "models" / "acme_revenue.sql").write_text(REVENUE)
    macro = project / "macros" / "generate_schema_name.sql"
    macro.write_text(macro.read_text().replace("acme_", "plain_"))
    for name in set(os.environ) - set(added.environment):
        monkeypatch.delenv(name)
    where = ["--project-dir", str(project), "--profiles-dir", str(project)]

    # A test of dbt's first example model is made to fail.
    build = [
        "build",
        "--exclude-resource-type",
        "unit_test",
        "--exclude",
        EXAMPLES_FAILING_TEST,
    ]
    for command in (["deps"], build):
        outcome = invoke([*command, *where])
        assert outcome.success, outcome.exception or outcome.result

    assert cells(pipeline, "plain_ecommerce") == cells(pipeline, "acme_ecommerce")
    assert pipeline.rows("select revenue from plain_models.acme_revenue") == pipeline.rows(
        'select sum("Revenue") from acme_ecommerce."ECommerce_Transaction"'
    )
    assert pipeline.rows("select id from plain_models.my_second_dbt_model") == [(1,)]


@pytest.mark.pipeline
@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_files_fill_the_same_tables_and_pages_are_written(
    added: Host, pipeline: Pipeline
) -> None:
    (settings,) = blocks("Import files", "bash")
    added.write(".env", settings)
    (added.folder / "imports").mkdir()
    added.write(
        "imports/ECommerce_Transaction_2026.csv",
        "idTransaction,Revenue,Currency,dtTransaction\nfrom-a-file,12.34,CAD,2026-01-05\n",
    )

    added.type(commands("Import files")[-1])
    added.type("meltano run ecommerce-docs ecommerce-results")

    rows = pipeline.rows(
        """
        select "idTransaction", "Revenue"::text from acme_ecommerce."ECommerce_Transaction"
        where "idTransaction" like '%from-a-file'
        """
    )
    assert rows == [("from-a-file", "12.3400")]
    for name in ("static_index.html", "results.html"):
        assert (added.dbt_project / "target" / name).stat().st_size > 10_000
    shutil.rmtree(added.folder / "imports")


@pytest.mark.pipeline
@pytest.mark.timeout(300)
def test_project_is_unchanged_after_removal(added: Host) -> None:
    assert "tap-shopapp" in added.changes()

    *by_meltano, clear, install = commands("Remove it again")
    added.type(*by_meltano)
    added.type("git checkout -q transform/dbt_project.yml")
    (added.dbt_project / "packages.yml").unlink()
    kept = added.folder / ".env"
    lines = kept.read_text().splitlines(keepends=True)
    kept.write_text("".join(line for line in lines if line.startswith("TARGET_POSTGRES_")))
    added.type(clear, install)

    assert added.changes() == ""
    loaders = {path.name for path in (added.folder / ".meltano" / "loaders").iterdir()}
    assert loaders == {"target-postgres"}
    listed = added.type("dbt --quiet ls --project-dir transform --profiles-dir transform")
    assert "my_first_dbt_model" in listed
    assert "ecommerce" not in listed.lower()


def make_as_the_demo_does(pipeline: Pipeline, shop: str) -> None:
    """Load and build the demo's data from this directory, without Meltano."""
    pipeline.settings |= {
        "ECOMMERCE_CONTACTS_RELATION": "crm.contacts",
        "ECOMMERCE_CONTACTS_ID_COLUMN": "id",
        "ECOMMERCE_CONTACTS_ID_TYPE": "uuid",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "customer_number",
        "ECOMMERCE_CUSTOM_RATES_RELATION": "crm.rates",
    }
    pipeline.load_rates(source="bundled", start_date="2024-08-15")
    access = {"shop_id": "maple", "api_url": shop, "access_token": TOKEN}
    pipeline.extract_and_load("tap-shopapp", access)
    pipeline.dbt("build", "--exclude-resource-type", "unit_test", "test")


def cells(pipeline: Pipeline, schema: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all cells of the four tables except load times."""
    return {
        table: pipeline.rows(
            f"select (to_jsonb(t) - 'dtLoaded')::text from {schema}.\"{table}\" as t order by 1"
        )
        for table in FOUR_TABLES
    }
