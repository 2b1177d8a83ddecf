"""A warehouse on a real Postgres, and the steps from the shop to the tables."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from dbt_runs import environment, run_dbt
from ecommerce_ext.warehouse.user_views import KEPT
from psycopg import sql
from shopapp_demo.postgres import Postgres, private_postgres
from shopapp_demo.server import RunningShop, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from shopapp_demo.shop import Shop
    from typing_extensions import LiteralString

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
TOKEN = "token-4f1d9c"
TABLES = {
    "ECommerce_Transaction": '"idTransaction"',
    "ECommerce_Item": '"idTransaction" || \'/\' || "idItem"',
    "ECommerce_Product": '"idProduct"',
    "ECommerce_ProductCategory": '"idProductCategory"',
    "ecommerce_product_categories": "id_product || '/' || id_product_category",
    "ecommerce_rejects": "reject_id",
}
# Tables with what no other relation has.
NEVER_REBUILT = {
    *("ecommerce_changed_keys", "ecommerce_contacts", "ecommerce_erasures"),
    *("ecommerce_item_references", "ecommerce_run_log", "int_ecommerce__recent_loads"),
}


@dataclass
class Pipeline:
    """A private warehouse, and the steps that fill it."""

    postgres: Postgres
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    state: Path | None = None
    project: Path = ROOT

    def extract_and_load(self, tap: str, config: dict[str, Any], *, state: bool = False) -> str:
        """Run a tap into the loader, as `meltano run` would, and return the tap's log."""
        tap_config = self._write("tap.json", config)
        target_config = self._write(
            "target.json",
            {
                "host": self.postgres.host,
                "port": self.postgres.port,
                "user": self.postgres.user,
                "password": self.postgres.password or "none",
                "database": self.postgres.database,
                "default_target_schema": "ecommerce_raw",
                "use_copy": True,
                "validate_records": False,
            },
        )
        command: list[Any] = [BIN / tap, "--config", tap_config]
        if state and self.state:
            command += ["--state", self.state]
        log = self.folder / f"{tap}.log"
        with (
            log.open("w") as stderr,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr) as extractor,
        ):
            loader = subprocess.run(
                [BIN / "target-postgres", "--config", target_config],
                stdin=extractor.stdout,
                capture_output=True,
                text=True,
                check=False,
            )
            assert extractor.wait() == 0, log.read_text()[-2000:]
        assert loader.returncode == 0, loader.stderr[-2000:]
        if state:
            self.state = self._write("state.json", json.loads(loader.stdout.splitlines()[-1]))
        return log.read_text()

    def sync(self, shop: Shop, **config: Any) -> RunningShop:
        """Extract and load a shop, incrementally after the first time."""
        with serve(shop, token=TOKEN) as running:
            settings = {
                "shop_id": "shop",
                "api_url": running.url,
                "access_token": TOKEN,
                **config,
            }
            self.extract_and_load("tap-shopapp", settings, state=True)
        return running

    def load_rates(self, **config: Any) -> None:
        """Extract and load reference rates."""
        self.extract_and_load("tap-ecb-rates", config)

    def dbt(self, *arguments: str) -> None:
        """Run a dbt command on the project, in this process."""
        with self._environment():
            run_dbt(*arguments, project=self.project, profiles=ROOT / "profiles")

    def ecommerce(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run the utility as Meltano does, with `stdin` as its standard input."""
        with self._environment() as environment:
            return subprocess.run(
                [BIN / "ecommerce", *arguments],
                env=environment,
                input=stdin,
                capture_output=True,
                text=True,
                check=False,
            )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the utility without waiting for its end."""
        with self._environment() as environment:
            return subprocess.Popen(
                [BIN / "ecommerce", *arguments],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def activate(self) -> str:
        """Activate the tables with the utility, and return the last line of output."""
        done = self.ecommerce("activate")
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout.strip().splitlines()[-1]

    def _environment(self) -> AbstractContextManager[Mapping[str, str]]:
        return environment(
            {
                **self.postgres.environment(),
                **self.settings,
                "ECOMMERCE_PROJECT_DIR": str(ROOT),
                "DBT_TARGET_PATH": str(self.folder / "target"),
                "DBT_LOG_PATH": str(self.folder / "logs"),
            }
        )

    def build(self, *arguments: str) -> None:
        """Build and test the tables, as the utility does."""
        self.dbt("build", "--exclude-resource-type", "unit_test", *arguments)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with psycopg.connect(self.postgres.url) as connection:
            return connection.execute(query).fetchall()

    def execute(self, *statements: LiteralString) -> None:
        """Execute statements in one transaction."""
        with psycopg.connect(self.postgres.url) as connection:
            for statement in statements:
                connection.execute(statement)

    def drop_tables(self) -> None:
        """Drop the tables that a build can compute again.

        A full refresh compares rows like any build, so it cannot judge other builds.
        """
        for name in sorted(set(KEPT) - NEVER_REBUILT):
            schema = "ecommerce_staging" if name.startswith("int_") else "ecommerce"
            with psycopg.connect(self.postgres.url) as connection:
                connection.execute(
                    sql.SQL("drop table if exists {} cascade").format(
                        sql.Identifier(schema, name)
                    )
                )

    def versions(self) -> dict[str, dict[str, str]]:
        """Return the version of each row by table and key."""
        return {
            table: dict(self.rows(f'select {key}, xmin::text from ecommerce."{table}"'))
            for table, key in TABLES.items()
        }

    def cells(self, schema: str = "ecommerce") -> dict[str, list[tuple[Any, ...]]]:
        """Return all cells of the tables except load times."""
        return {
            table: self.rows(
                "select (to_jsonb(t) - 'dtLoaded' - 'loaded_at')::text"
                f' from {schema}."{table}" as t order by 1'
            )
            for table in TABLES
        }

    def foreign_keys(self) -> set[str]:
        """Return the foreign keys between the tables, as child.column → parent."""
        return {
            f"{child}.{column} → {parent}"
            for child, column, parent in self.rows(
                """
                select c.relname, a.attname, p.relname
                from pg_constraint k
                join pg_class c on c.oid = k.conrelid
                join pg_class p on p.oid = k.confrelid
                join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
                where k.contype = 'f'
                """
            )
        }

    def _write(self, name: str, content: Any) -> Path:
        path = self.folder / name
        path.write_text(json.dumps(content))
        return path


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """A Postgres for all tests of the session."""
    # Not in pytest's directory, which only root can access if root runs pytest.
    data_dir = Path(tempfile.mkdtemp(prefix="ecommerce-"))
    try:
        with private_postgres(data_dir) as postgres:
            yield postgres
    finally:
        shutil.rmtree(data_dir)


@pytest.fixture(scope="session")
def parsed_project(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file in which dbt keeps the parsed project.

    dbt parses the whole project again if the connection differs from that of the file, so all
    warehouses of the fixture `pipeline` have the same database name.
    """
    pipeline = make_pipeline(server, "warehouse", tmp_path_factory.mktemp("parsed"))
    pipeline.dbt("parse")
    return pipeline.folder / "target" / "partial_parse.msgpack"


@pytest.fixture(scope="module")
def pipeline(
    server: Postgres,
    parsed_project: Path,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Pipeline:
    """An empty warehouse for the tests of one file."""
    folder = tmp_path_factory.mktemp(request.module.__name__.rpartition(".")[2])
    (folder / "target").mkdir()
    shutil.copy(parsed_project, folder / "target")
    return make_pipeline(server, "warehouse", folder)


def make_pipeline(server: Postgres, name: str, folder: Path) -> Pipeline:
    """Return an empty warehouse."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        # dbt leaves connections open at the end of a file.
        drop = sql.SQL("drop database if exists {} with (force)")
        connection.execute(drop.format(sql.Identifier(name)))
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        # The queries are long and the tables small, so compilation takes longer than it saves.
        jit = sql.SQL("alter database {} set jit = off")
        connection.execute(jit.format(sql.Identifier(name)))
    postgres = Postgres(server.host, server.port, server.user, server.password, name)
    return Pipeline(postgres, folder, {"ECOMMERCE_CURRENCY": "CAD"})
