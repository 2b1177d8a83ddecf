"""The module in projects that are not ours, by docs/add-to-your-project.md word by word."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml
from conftest import BIN, ROOT, TABLES, TOKEN, Pipeline
from dbt.cli.main import dbtRunner
from shopapp_demo.generate import demo_contacts, demo_custom_rates, generate_shop
from shopapp_demo.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = (ROOT / "docs" / "add-to-your-project.md").read_text(encoding="utf-8")
CHAPTERS = {
    chapter.partition("\n")[0]: chapter
    for chapter in re.split(r"^## ", PAGE, flags=re.MULTILINE)
}
# As a company names its schemas: none of ours, and no default.
SCHEMA_NAMES = """
{% macro generate_schema_name(custom_schema_name, node) %}
    {{- 'acme_' ~ (custom_schema_name or 'models') -}}
{% endmacro %}
"""
PROFILE = """
transform:
  target: live
  outputs:
    live:
      type: postgres
      host: "{{ env_var('ACME_HOST') }}"
      port: "{{ env_var('ACME_PORT') | as_number }}"
      user: "{{ env_var('ACME_USER') }}"
      password: "{{ env_var('ACME_PASSWORD') }}"
      dbname: "{{ env_var('ACME_DATABASE') }}"
      schema: acme
      threads: 4
"""
MEASURES = {
    "ECommerce_Transaction": 'sum("Revenue")',
    "ECommerce_Item": 'sum("Revenue")',
    "ECommerce_Product": "null::numeric",
    "ECommerce_ProductCategory": "null::numeric",
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


def commands(chapter: str) -> list[str]:
    """Return what a chapter of the page tells to type."""
    blocks = re.findall(r"```console\n(.+?)```", CHAPTERS[chapter], re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines()]


def blocks(chapter: str, kind: str) -> list[str]:
    """Return what a chapter of the page tells to write into files of a kind."""
    return re.findall(rf"```{kind}\n(.+?)```", CHAPTERS[chapter], re.DOTALL)


@dataclass
class Host:
    """A Meltano project of someone else, with a dbt project in it."""

    folder: Path
    environment: dict[str, str]

    @property
    def dbt_project(self) -> Path:
        return self.folder / "transform"

    def type(self, *lines: str) -> str:
        """Type commands, each of which has to succeed; return what the last one printed."""
        printed = ""
        for line in lines:
            done = subprocess.run(
                ["bash", "-c", line],
                cwd=self.folder,
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
            printed = done.stdout
        return printed

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(path.read_text() + text if path.exists() else text)

    def replace_models(self, block: str) -> None:
        """Write a block into dbt_project.yml, beside what it says of models already."""
        path = self.dbt_project / "dbt_project.yml"
        project, added = yaml.safe_load(path.read_text()), yaml.safe_load(block)
        project["models"] |= added.pop("models")
        path.write_text(yaml.safe_dump(project | added, sort_keys=False))

    def changes(self) -> str:
        """Return what git sees as different from what was committed."""
        return self.type("git add --intent-to-add . && git diff")


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this repository, with all that git would commit."""
    folder = tmp_path_factory.mktemp("clone") / "ecommerce-module"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    commit(folder)
    subprocess.run(["git", "tag", "v0.1.0"], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def host(pipeline: Pipeline, module: Path, tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Projects as `meltano init` and `dbt init` make them, with schemas of their own."""
    folder = tmp_path_factory.mktemp("acme") / "acme"
    server = pipeline.postgres
    host = Host(
        folder,
        {
            # Some twenty times Meltano: it compiles itself once, and not each time.
            **{
                name: value
                for name, value in os.environ.items()
                if "ECOMMERCE_" not in name and name != "PYTHONDONTWRITEBYTECODE"
            },
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "ECOMMERCE_HOME": str(module),
            "ACME_HOST": server.host,
            "ACME_PORT": str(server.port),
            "ACME_USER": server.user,
            "ACME_PASSWORD": server.password,
            "ACME_DATABASE": server.database,
            "NO_COLOR": "1",
        },
    )
    init = ["meltano", "init", "acme", "--no-usage-stats"]
    subprocess.run(
        [BIN / init[0], *init[1:]], cwd=folder.parent, check=True, capture_output=True
    )
    shutil.rmtree(host.dbt_project)
    host.type("dbt init transform --skip-profile-setup && rm -rf logs")
    host.write("transform/profiles.yml", PROFILE)
    host.write("transform/macros/generate_schema_name.sql", SCHEMA_NAMES)
    commit(folder)
    return host


@pytest.fixture(scope="module")
def shop(pipeline: Pipeline) -> Iterator[str]:
    """The address of the shop that the demo reads, and its contacts in the warehouse."""
    shop = generate_shop()
    role = "acme_analyst"
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        connection.execute(f"drop role if exists {role}; create role {role}")
        connection.execute(
            """
            create schema crm;
            create table crm.people (
                "idContact" bigint primary key, customer_number text, name text, email text
            );
            create table crm.rates (
                currency text, base_currency text, rate numeric, valid_from date, valid_to date
            );
            """
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into crm.people values (%s, %s, %s, %s)", demo_contacts(shop)
            )
            cursor.executemany(
                "insert into crm.rates values (%s, %s, %s, %s, %s)", demo_custom_rates()
            )
    with serve(shop, token=TOKEN) as running:
        yield running.url
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        connection.execute(f"drop owned by {role}; drop role {role}")


@pytest.fixture(scope="module")
def added(host: Host, pipeline: Pipeline, shop: str) -> Host:
    """The host after all chapters of the page but the last."""
    server = pipeline.postgres
    values = {
        "ECOMMERCE_PROJECT_DIR": "transform",
        **server.environment(),
        "ECOMMERCE_SCHEMA": "acme_ecommerce",
        "ECOMMERCE_CURRENCY": "CAD",
        "ECOMMERCE_CONTACTS_RELATION": "crm.people",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "customer_number",
        "TAP_SHOPAPP_SHOP_ID": "maple",
        "TAP_SHOPAPP_API_URL": shop,
        "TAP_SHOPAPP_ACCESS_TOKEN": TOKEN,
    }
    (shown,) = blocks("3. Set what is yours", "bash")
    assert re.findall(r"^(\w+)=", shown, re.MULTILINE) == list(values)
    values |= {
        "ECOMMERCE_CUSTOM_RATES_RELATION": "crm.rates",
        "ECOMMERCE_RAW_SCHEMA": "acme_raw",
        "ECOMMERCE_READER_ROLE": "acme_analyst",
        "TAP_ECB_RATES_SOURCE": "bundled",
        "TAP_ECB_RATES_START_DATE": "2024-08-15",
    }
    packages, _, models = blocks("2. Add the dbt package", "yaml")

    host.type(*commands("1. Add the plugins"))
    host.write("transform/packages.yml", packages)
    host.replace_models(models)
    host.write(".env", "".join(f"{name}={value}\n" for name, value in values.items()))
    host.type(*commands("4. Add jobs and a schedule"))
    host.type(*commands("Import files")[:-1])
    *before, sync, status = commands("5. Run")
    host.type(*before)
    refused = host.type(
        "! TAP_SHOPAPP_ACCESS_TOKEN=of-another meltano invoke ecommerce:activate 2>&1"
    )
    assert "The shop refused the authorization" in refused
    host.type(sync, status)
    return host


@pytest.mark.pipeline
@pytest.mark.timeout(900)
def test_the_four_tables_are_the_demos(added: Host, pipeline: Pipeline, shop: str) -> None:
    make_as_the_demo_does(pipeline, shop)
    found = [
        f"{table:<26}{count:>8,} rows"
        + (f"   Revenue {revenue:>14,.2f} CAD" if revenue else "")
        for table, measure in MEASURES.items()
        for count, revenue in pipeline.rows(
            f'select count(*), {measure} from acme_ecommerce."{table}"'
        )
    ]

    assert "\n".join(found) in (ROOT / "README.md").read_text()
    assert cells(pipeline, "acme_ecommerce") == cells(pipeline, "ecommerce")
    assert {schema for (schema,) in pipeline.rows(OUR_SCHEMAS)} == {
        *("acme_ecommerce", "acme_ecommerce_staging", "acme_raw"),
        *("ecommerce", "ecommerce_staging", "ecommerce_raw"),
    }
    assert added


@pytest.mark.pipeline
def test_what_is_installed_is_a_wheel_by_itself(added: Host, module: Path) -> None:
    extractors = ("tap-shopapp", "tap-ecb-rates", "tap-shopapp-files")
    for member in (*(f"extractors/{name}" for name in extractors), "utilities/ecommerce"):
        site = next((added.folder / ".meltano" / member / "venv").glob("lib/*/site-packages"))
        (origin,) = [
            found
            for path in site.glob("*.dist-info/direct_url.json")
            if (found := json.loads(path.read_text()))
        ]
        assert origin["url"].startswith(f"file://{module}")
        assert not origin["dir_info"].get("editable")


@pytest.mark.pipeline
def test_a_reader_reads_the_tables_and_nothing_else(added: Host, pipeline: Pipeline) -> None:
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
    assert (set(MEASURES) | {"ecommerce_sales_daily"}) - with_people <= readable
    assert {f"{table}_reader" for table in with_people} <= readable
    assert readable.isdisjoint(with_people | {"ecommerce_rejects"})


@pytest.mark.pipeline
@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_status_and_doctor_know_what_ran(added: Host, pipeline: Pipeline) -> None:
    status = json.loads(added.type("meltano invoke ecommerce:status --json"))
    looked_at = json.loads(added.type("meltano invoke ecommerce:doctor --json || true"))

    assert {row["table"]: row["rows"] for row in status["tables"]} == {
        table: pipeline.rows(f'select count(*) from acme_ecommerce."{table}"')[0][0]
        for table in TABLES | {"ecommerce_contacts": ""}
    }
    raw = {row["stream"]: row["rows"] for row in status["streams"]}
    assert raw["transactions"] == 2400
    assert all(row["hours_ago"] < 1 for row in status["streams"] if row["rows"])
    assert sum(row["orders"] for row in status["contacts"]) == 2400
    assert sum(row["orders"] for row in status["rates"]) == 2400
    assert (status["missing_rates"], status["rejects"]) == ([], [])
    newest = pipeline.rows("select max(updated_at)::date::text from acme_raw.transactions")
    read_until = {row["stream"]: row["read_until"] for row in status["bookmarks"]}
    assert read_until["transactions"].startswith(newest[0][0])
    # The bundled rates end where they end, and the demo has guests that nobody knows.
    assert [row["looked at"] for row in looked_at if row["found"].startswith("ok")] == [
        *("settings", "warehouse", "rights", "currency", "contents"),
        *("authorization of tap-shopapp", "places", "tables", "keys"),
        *("foreign keys", "types", "loads", "builds", "orders"),
        *(name for name in ("rates", "quality") if f"'{name}', 'found': 'ok" in str(looked_at)),
    ]


@pytest.mark.pipeline
@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_dbt_alone_makes_the_same_cells_beside_models_of_ones_own(
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
    settings["vars"] |= {
        "ecommerce_raw_schema": "acme_raw",
        "ecommerce_contacts_relation": "crm.people",
        "ecommerce_custom_rates_relation": "crm.rates",
    }
    dbt_project = yaml.safe_load((project / "dbt_project.yml").read_text())
    (project / "dbt_project.yml").write_text(yaml.safe_dump(dbt_project | settings))
    _, local, _ = blocks("2. Add the dbt package", "yaml")
    (project / "packages.yml").write_text(local)
    (project / "package-lock.yml").unlink(missing_ok=True)
    (project / "models" / "acme_revenue.sql").write_text(REVENUE)
    macro = project / "macros" / "generate_schema_name.sql"
    macro.write_text(macro.read_text().replace("acme_", "plain_"))
    for name, value in added.environment.items():
        monkeypatch.setenv(name, value)
    where = ["--quiet", "--project-dir", str(project), "--profiles-dir", str(project)]

    # dbt's own first example is made to fail a test.
    build = [
        "build",
        "--exclude-resource-type",
        "unit_test",
        "--exclude",
        EXAMPLES_FAILING_TEST,
    ]
    for command in (["deps"], build):
        outcome = dbtRunner().invoke([*command, *where])
        assert outcome.success, outcome.exception or outcome.result

    assert cells(pipeline, "plain_ecommerce") == cells(pipeline, "acme_ecommerce")
    ((revenue,),) = pipeline.rows("select revenue from plain_models.acme_revenue")
    assert f"{revenue:,.2f}" == "842,405.28"
    assert pipeline.rows("select id from plain_models.my_second_dbt_model") == [(1,)]


@pytest.mark.pipeline
def test_a_definition_is_added_by_its_address_too(module: Path, tmp_path: Path) -> None:
    (tmp_path / "meltano.yml").write_text("send_anonymous_usage_stats: false\n")
    path = "hub/utilities/ecommerce.yml"
    handler = partial(SimpleHTTPRequestHandler, directory=str(module))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/{path}"
        add = ["add", "--plugin-type", "utility", "ecommerce", "--no-install"]
        subprocess.run(
            [BIN / "meltano", *add, "--from-ref", address],
            cwd=tmp_path,
            capture_output=True,
            check=True,
        )
        server.shutdown()

    (plugin,) = yaml.safe_load((tmp_path / "meltano.yml").read_text())["plugins"]["utilities"]
    declared = yaml.safe_load((module / path).read_text())
    assert plugin["pip_url"] == "$ECOMMERCE_PIP_URL"
    for key in ("settings", "commands"):
        assert plugin[key] == declared[key]


@pytest.mark.pipeline
@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_files_fill_the_same_tables_and_pages_are_written(
    added: Host, pipeline: Pipeline
) -> None:
    (setting,) = blocks("Import files", "bash")
    added.write(".env", setting)
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
def test_nothing_is_left_in_the_project_that_it_was_removed_from(added: Host) -> None:
    assert "tap-shopapp" in added.changes()

    *by_meltano, clear, install = commands("Remove it again")
    added.type(*by_meltano)
    added.type("git checkout -q transform/dbt_project.yml")
    for name in ("transform/packages.yml", ".env"):
        (added.folder / name).unlink()
    added.type(clear, install)

    assert added.changes() == ""
    listed = added.type("dbt --quiet ls --project-dir transform --profiles-dir transform")
    assert "my_first_dbt_model" in listed
    assert "ecommerce" not in listed.lower()


def make_as_the_demo_does(pipeline: Pipeline, shop: str) -> None:
    """Load and build from this directory, without Meltano, what the demo holds."""
    pipeline.settings |= {
        "ECOMMERCE_CONTACTS_RELATION": "crm.people",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "customer_number",
        "ECOMMERCE_CUSTOM_RATES_RELATION": "crm.rates",
    }
    pipeline.load_rates(source="bundled", start_date="2024-08-15")
    access = {"shop_id": "maple", "api_url": shop, "access_token": TOKEN}
    pipeline.extract_and_load("tap-shopapp", access)
    pipeline.dbt("build", "--exclude-resource-type", "unit_test", "test")


def cells(pipeline: Pipeline, schema: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all cells of the four tables, but for load times."""
    return {
        table: pipeline.rows(
            f"select (to_jsonb(t) - 'dtLoaded')::text from {schema}.\"{table}\" as t order by 1"
        )
        for table in MEASURES
    }


def commit(folder: Path) -> None:
    who = ["-c", "user.name=acme", "-c", "user.email=acme@example.com"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "as it is"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
