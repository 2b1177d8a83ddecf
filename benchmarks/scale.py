"""Measure builds of a large shop: the first one, and builds after small changes.

    python scale.py [--orders 250000] [--before FOLDER]

SQL generates the shop (large_shop.sql). `--before` is a checkout of an earlier version, with
its own .venv; it builds a copy of the same raw tables. Autovacuum is off, and tables are
vacuumed after each build, which is not measured.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from shopapp_demo.postgres import private_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopapp_demo.postgres import Postgres

HERE = Path(__file__).parent
SETTINGS = {
    "ECOMMERCE_CURRENCY": "CAD",
    "ECOMMERCE_ID_FORMAT": "qualified",
    "ECOMMERCE_CONTACTS_RELATION": "crm.contacts",
    "ECOMMERCE_CONTACT_ALIASES_RELATION": "crm.aliases",
    "ECOMMERCE_INTERACTIONS_RELATION": "crm.happened",
}
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
NEWEST = """
    select shop_id, transaction_id from ecommerce_raw.transactions
    order by created_at desc limit 1000
"""
RELOAD = f"""
    update ecommerce_raw.transactions set _sdc_batched_at = now() - interval '4 hours'
    where (shop_id, transaction_id) in ({NEWEST});
    update ecommerce_raw.items set _sdc_batched_at = now() - interval '4 hours'
    where (shop_id, transaction_id) in ({NEWEST});
"""
# Changes of the shop and its marketing, in this order. A build follows each of them.
CHANGES = {
    "nothing new": "",
    "nothing new again": "",
    "1,000 newest orders loaded again": RELOAD,
    "1,000 newest orders changed": f"""
        update ecommerce_raw.transactions
        set shipping_amount = '6', total_amount = cast(total_amount::numeric + 1 as text)
        where (shop_id, transaction_id) in ({NEWEST});
        {RELOAD.replace("4 hours", "3 hours")}
    """,
    "1,000 late interactions": """
        insert into crm.happened
        select 1 + (n * 7919) % 300000, 'click', 'email',
            (select max(created_at) from ecommerce_raw.transactions) - n * interval '1 minute',
            5000000 + n, n % 600, 'Campaign ' || n % 600
        from generate_series(1, 1000) as late (n)
    """,
    "one contact merged": "insert into crm.aliases values (7920, 15839)",
    "one category moved": """
        update ecommerce_raw.categories
        set parent_id = 'c2', _sdc_batched_at = now() - interval '2 hours'
        where category_id = 'c11'
    """,
}


def main() -> None:
    """Run all builds of one size, and print their costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=250_000)
    parser.add_argument("--before", type=Path)
    options = parser.parse_args()
    say(f"{os.cpu_count()} cores, {options.orders:,} orders")
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    folder.chmod(0o755)  # if root runs this, Postgres runs as another user
    try:
        with private_postgres(folder / "postgres") as server:
            execute(server, "alter system set autovacuum = off", "select pg_reload_conf()")
            make_shop(server, options.orders)
            builder = Builder(folder, server)
            if options.before:
                earlier = Builder(folder, copy(server, "before"), options.before)
                earlier.build("first build of the earlier version")
                earlier.build("its next build, nothing new")
            with builder.measured("SQL by hand for the two large tables"):
                execute(server, (HERE / "hand_written.sql").read_text())
            builder.build("first build")
            for name, statements in CHANGES.items():
                if statements:
                    execute(server, statements)
                builder.build(name)
    finally:
        shutil.rmtree(folder)


class Builder:
    """Builds the tables in one database, with one version of the package."""

    def __init__(self, folder: Path, server: Postgres, project: Path = HERE.parent) -> None:
        self._folder, self._server, self._project = folder, server, project
        self._postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])

    def build(self, name: str) -> None:
        """Build seeds and models, then run the tests, and print the cost of both."""
        with self.measured(f"{name}: models"):
            self._dbt("build", *WITHOUT_UNIT_TESTS, "--exclude-resource-type", "test")
        with self.measured(f"{name}: tests"):
            self._dbt("test", *WITHOUT_UNIT_TESTS)
        execute(self._server, "vacuum analyze")

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        """Print wall time and the server's CPU time."""
        time.sleep(1)  # until the server knows that the processes of earlier sessions ended
        wall, cpu = time.monotonic(), self._server_cpu()
        yield
        wall = time.monotonic() - wall
        time.sleep(1)
        say(f"{name}: {self._server_cpu() - cpu:.1f} s CPU of the server, {wall:.1f} s wall")

    def _dbt(self, *arguments: str) -> None:
        subprocess.run(
            [
                str(self._project / ".venv" / "bin" / "dbt"),
                *(*arguments, "--quiet", "--project-dir", str(self._project)),
                *("--profiles-dir", str(self._project / "profiles")),
            ],
            check=True,
            env={
                **os.environ,
                **self._server.environment(),
                **SETTINGS,
                "ECOMMERCE_PROJECT_DIR": str(self._project),
                "DBT_TARGET_PATH": str(self._folder / self._server.database / "target"),
                "DBT_LOG_PATH": str(self._folder / self._server.database / "logs"),
            },
        )

    def _server_cpu(self) -> float:
        """Return the CPU seconds of the server's ended processes: a session is a process."""
        # After the name in parentheses: fields 3 to …; 16 and 17 are the times of children.
        fields = Path(f"/proc/{self._postmaster}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[13:15])) / os.sysconf("SC_CLK_TCK")


def make_shop(server: Postgres, orders: int) -> None:
    """Create the raw tables and the marketing relations, loaded yesterday."""
    script = (HERE / "large_shop.sql").read_text().replace(":orders", str(orders))
    execute(server, script.replace("now() ", "now() - interval '1 day' "))
    execute(server, "create table crm.aliases (alias_id bigint, id_contact bigint)")


def copy(server: Postgres, name: str) -> Postgres:
    """Copy the server's database."""
    with psycopg.connect(
        replace(server, database="template1").url, autocommit=True
    ) as connection:
        connection.execute(f"create database {name} template {server.database}")
    return replace(server, database=name)


def execute(server: Postgres, *scripts: str) -> None:
    """Execute scripts, each in one transaction."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        for script in scripts:
            connection.execute(script.encode())


def say(text: str) -> None:
    """Print a line without buffering."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
