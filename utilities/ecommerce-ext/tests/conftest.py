from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from shopapp_demo.postgres import Postgres, private_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[3]
_numbers = count(1)


@dataclass(frozen=True)
class Warehouse:
    """A database of its own for one test, and the settings that lead there."""

    server: Postgres
    environment: dict[str, str]

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements as the owner and return the rows of the last."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def user(self, name: str, *grants: str) -> Iterator[Warehouse]:
        """Yield the warehouse as a user sees it who may do nothing but what is granted."""
        password = "canary-of-a-user"
        self.execute(f"create role {name} login password '{password}'", *grants)
        login = {"ECOMMERCE_WAREHOUSE_USER": name, "ECOMMERCE_WAREHOUSE_PASSWORD": password}
        try:
            yield replace(self, environment=self.environment | login)
        finally:
            self.execute(f"drop owned by {name}", f"drop role {name}")

    def ecommerce(self, *arguments: str, **settings: str) -> Answer:
        """Run the utility; whatever it says, it never says a password."""
        environment = self.environment | settings
        done = subprocess.run(
            [sys.executable, "-m", "ecommerce_ext", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        secret = environment["ECOMMERCE_WAREHOUSE_PASSWORD"]
        assert secret not in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return Answer(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Answer:
    """What a command said, and how it ended."""

    code: int
    output: str
    errors: str

    @property
    def problems(self) -> list[str]:
        assert self.code == 1, self
        return self.errors.splitlines()


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    # Not below pytest's own directory, which only root may enter when root runs it.
    data_dir = Path(tempfile.mkdtemp(prefix="ecommerce-ext-"))
    try:
        with private_postgres(data_dir) as server:
            yield server
    finally:
        shutil.rmtree(data_dir)


@pytest.fixture
def warehouse(server: Postgres, tmp_path: Path) -> Iterator[Warehouse]:
    name = f"ecommerce_ext_{next(_numbers)}"
    owner = Warehouse(server, {})
    owner.execute(f"drop database if exists {name} with (force)", f"create database {name}")
    database = replace(server, database=name)
    environment = {
        **database.environment(),
        "ECOMMERCE_CURRENCY": "CAD",
        "ECOMMERCE_PROJECT_DIR": str(PROJECT),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }
    yield Warehouse(database, environment)
    owner.execute(f"drop database {name} with (force)")
