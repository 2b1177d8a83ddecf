"""A warehouse in a DuckDB file, built from a copy of the raw records in Postgres."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import engines
import pytest
from comparisons import compare
from copies import copy_schemas
from dbt_runs import environment, run_dbt
from pipelines import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from comparisons import Comparison
    from pipelines import Pipeline

PROFILES = ROOT / "tests" / "profiles"


@dataclass
class DuckDB:
    """A DuckDB file, and the steps that fill it.

    Attributes:
        path: The file.
        folder: Folder of dbt's target and logs.
        settings: Environment variables of the builds.
        memory_limit: DuckDB's limit; it writes larger data to a temporary folder.
    """

    path: Path
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    memory_limit: str = "1GB"

    def copy_raw(self, pipeline: Pipeline, *schemas: str) -> None:
        """Copy the raw tables, and other schemas that the build reads."""
        copy_schemas(pipeline.postgres.url, self.path, ("ecommerce_raw", *schemas))

    def variables(self) -> dict[str, str]:
        """Return the environment variables of dbt."""
        return {
            **self.settings,
            "DUCKDB_PATH": str(self.path),
            "DUCKDB_MEMORY_LIMIT": self.memory_limit,
            "DUCKDB_TEMP_DIRECTORY": str(self.path.parent / "spill"),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
        }

    def dbt(self, *arguments: str) -> None:
        """Run a dbt command on the project, in this process."""
        with environment(self.variables()):
            run_dbt(*arguments, project=ROOT, profiles=PROFILES)

    def build(self, *arguments: str) -> None:
        """Build and test the tables without unit tests, as `Pipeline.build` does."""
        self.dbt("build", "--exclude-resource-type", "unit_test", *arguments)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with closing(duckdb.connect(self.path)) as connection:
            return connection.execute(query).fetchall()

    def compare(
        self, pipeline: Pipeline, schemas: tuple[str, ...] = engines.SCHEMAS
    ) -> Comparison:
        """Compare every cell of the package's relations with a Postgres warehouse."""
        return compare(
            engines.PostgresEngine(pipeline.postgres.url, schemas),
            engines.DuckDBEngine(self.path, schemas),
        )


@pytest.fixture(scope="session")
def duckdb_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of all DuckDB warehouses of the session, one after the other.

    dbt parses the whole project again if the path differs.
    """
    return tmp_path_factory.mktemp("duckdb") / "warehouse.duckdb"


@pytest.fixture(scope="session")
def parsed_duckdb_project(duckdb_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file in which dbt keeps the project as parsed for DuckDB."""
    warehouse = DuckDB(duckdb_file, tmp_path_factory.mktemp("parsed_duckdb"))
    warehouse.settings["ECOMMERCE_CURRENCY"] = "CAD"
    warehouse.dbt("parse")
    return warehouse.folder / "target" / "partial_parse.msgpack"


@pytest.fixture(scope="module")
def duckdb_warehouse(
    pipeline: Pipeline, duckdb_file: Path, parsed_duckdb_project: Path
) -> DuckDB:
    """An empty DuckDB warehouse with the settings of the fixture `pipeline`."""
    duckdb_file.unlink(missing_ok=True)
    folder = pipeline.folder / "duckdb"
    (folder / "target").mkdir(parents=True)
    shutil.copy(parsed_duckdb_project, folder / "target")
    return DuckDB(duckdb_file, folder, pipeline.settings)
