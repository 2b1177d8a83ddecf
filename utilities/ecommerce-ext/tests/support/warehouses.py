"""Run the utility on a separate warehouse."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopapp_demo.postgres import Postgres


@dataclass(frozen=True)
class Warehouse:
    """A separate database for one test, and the settings to connect to it."""

    server: Postgres
    environment: dict[str, str]

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements as the owner, and return the rows of the last statement."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def user(self, name: str, *grants: str) -> Iterator[Warehouse]:
        """Yield the warehouse with the login of a new user who has only these grants."""
        password = "canary-of-a-user"
        self.execute(f"create role {name} login password '{password}'", *grants)
        login = {"ECOMMERCE_WAREHOUSE_USER": name, "ECOMMERCE_WAREHOUSE_PASSWORD": password}
        try:
            yield replace(self, environment=self.environment | login)
        finally:
            self.execute(f"drop owned by {name}", f"drop role {name}")

    def ecommerce(self, *arguments: str, **settings: str) -> Answer:
        """Run the utility, and assert that its output has no password and no traceback."""
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
    """The exit code and the output of a command."""

    code: int
    output: str
    errors: str

    @property
    def problems(self) -> list[str]:
        assert self.code == 1, self
        return self.errors.splitlines()
