"""A private Vendure server, installed from the committed lock file, on a private Postgres."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopapp_demo.postgres import Postgres

HERE = Path(__file__).parent / "vendure"
PASSWORD = "canary-of-the-superadmin"
_SECONDS_TO_START = 120


def missing() -> str | None:
    """Return the missing requirement of the server, null if all are present."""
    if not shutil.which("npm"):
        return "Node and npm are not on PATH"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    major = re.search(r"\d+", version.stdout)
    return None if major and int(major.group()) >= 20 else "Node is older than 20"


@dataclass
class Vendure:
    """A running server.

    Attributes:
        url: Address; the Admin API is at /admin-api, the Shop API at /shop-api.
        database: Connection URL of the database.
        token: Session token of the superadmin.
    """

    url: str
    database: str
    token: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def login(self) -> None:
        """Log in as superadmin."""
        answer = self.session.post(
            f"{self.url}/admin-api",
            json={
                "query": "mutation ($password: String!) { login(username: "
                '"superadmin", password: $password) { __typename } }',
                "variables": {"password": PASSWORD},
            },
            timeout=60,
        )
        self.token = answer.headers["vendure-auth-token"]

    def admin(self, document: str, *, channel: str = "", **variables: Any) -> Any:
        """Return the Admin API's answer to the superadmin."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self._ask("admin-api", document, variables, headers, channel)[0]

    def shop(
        self,
        document: str,
        *,
        buyer: str = "",
        channel: str = "",
        currency: str = "",
        **vs: Any,
    ) -> tuple[Any, str]:
        """Return the Shop API's answer and the token of the buyer's session."""
        headers = {"Authorization": f"Bearer {buyer}"} if buyer else {}
        path = "shop-api" + (f"?currencyCode={currency}" if currency else "")
        data, token = self._ask(path, document, vs, headers, channel)
        return data, token or buyer

    def _ask(
        self, path: str, document: str, variables: Any, headers: dict[str, str], channel: str
    ) -> tuple[Any, str]:
        if channel:
            headers["vendure-token"] = channel
        answer = requests.post(
            f"{self.url}/{path}",
            json={"query": document, "variables": variables},
            headers=headers,
            timeout=60,
        )
        body = answer.json()
        assert "errors" not in body, (document, body["errors"])
        for name, result in body["data"].items():
            failure = result.get("errorCode") if isinstance(result, dict) else None
            assert failure is None, (name, result)
        return body["data"], answer.headers.get("vendure-auth-token", "")

    def wait_for_jobs(self) -> None:
        """Wait until background jobs have ended, such as filling categories."""
        query = "{ jobs(options: { filter: { isSettled: { eq: false } } }) { totalItems } }"
        give_up_at = time.monotonic() + _SECONDS_TO_START
        while self.admin(query)["jobs"]["totalItems"]:
            assert time.monotonic() < give_up_at, "Vendure's jobs do not end."
            time.sleep(0.2)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the server's database."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(query.encode()).fetchall()


@contextmanager
def serve_vendure(postgres: Postgres, log: Path) -> Iterator[Vendure]:
    """Install and start a server on an empty database.

    Args:
        postgres: Postgres server for the database.
        log: File for the server's output.
    """
    with log.open("w") as output:
        if _is_stale():
            subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=HERE,
                stdout=output,
                stderr=output,
                check=True,
            )
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("drop database if exists vendure with (force)")
            connection.execute("create database vendure")
        database = f"{postgres.url.rpartition('/')[0]}/vendure"
        port = _free_port()
        environment = {
            **os.environ,
            "VENDURE_DATABASE_URL": database,
            "VENDURE_PASSWORD": PASSWORD,
            "VENDURE_PORT": str(port),
            "VENDURE_DISABLE_TELEMETRY": "true",
            # Vendure writes times in the time zone of the server.
            "TZ": "UTC",
        }
        command = ["node", "index.js"]
        with subprocess.Popen(
            command, cwd=HERE, env=environment, stdout=output, stderr=output
        ) as process:
            try:
                vendure = Vendure(f"http://127.0.0.1:{port}", database)
                _wait(vendure, process, log)
                vendure.login()
                yield vendure
            finally:
                process.terminate()


def _is_stale() -> bool:
    """Return whether the installed packages differ from the lock file."""
    installed = HERE / "node_modules" / ".package-lock.json"
    locked = HERE / "package-lock.json"
    return not installed.exists() or installed.stat().st_mtime < locked.stat().st_mtime


def _wait(vendure: Vendure, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            if requests.get(f"{vendure.url}/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    msg = f"Vendure did not start: {log.read_text()[-2000:]}"
    raise AssertionError(msg)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
