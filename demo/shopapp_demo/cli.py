"""The command line `shopapp-demo`: a shop and a warehouse to try the plugin.

The folder `.demo` holds the warehouse, the shop's log and the environment.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from shopapp_demo import postgres
from shopapp_demo.generate import demo_contacts, demo_custom_rates, generate_shop
from shopapp_demo.private import open_private, write_private
from shopapp_demo.server import serve
from shopapp_demo.shop import read_shop
from shopapp_demo.summary import print_query, print_summary

_HOME = Path(".demo")
_TOKEN = "SHOPAPP_DEMO_TOKEN"  # noqa: S105 - the name of a variable


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(prog="shopapp-demo", description=__doc__)
    commands = parser.add_subparsers(required=True)
    serve_command = commands.add_parser("serve", help="serve a shop until interrupted")
    serve_command.add_argument(
        "--folder", type=Path, help="a shop as files; default: generated"
    )
    serve_command.add_argument("--port", type=int, default=0)
    serve_command.set_defaults(run=lambda arguments: _serve(arguments.folder, arguments.port))
    commands.add_parser("up", help="start warehouse and shop").set_defaults(run=_up)
    commands.add_parser("down", help="stop warehouse and shop").set_defaults(run=_down)
    commands.add_parser("summary", help="print counts and sums of the tables").set_defaults(
        run=lambda _: print_summary(_warehouse_url())
    )
    query = commands.add_parser("query", help="run an SQL query and print CSV")
    query.add_argument("sql")
    query.set_defaults(run=lambda arguments: print_query(_warehouse_url(), arguments.sql))
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except FileNotFoundError as error:
        parser.exit(1, f"There is no {error.filename}. Run `make demo` first.\n")
    except OSError as error:
        parser.exit(1, f"The demo failed: {error}. Run `make demo` in a writable directory.\n")
    except (psycopg.Error, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0]
        parser.exit(1, f"The demo failed: {reason} Run `make demo` again.\n")


def _serve(folder: Path | None, port: int) -> None:
    shop = read_shop(folder) if folder else generate_shop()
    token = os.environ.get(_TOKEN)
    if not token:
        token = secrets.token_urlsafe(16)
        sys.stderr.write(f"token: {token}\n")
    with serve(shop, token=token, port=port) as running:
        sys.stdout.write(f"{running.url}\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


def _warehouse_url() -> str:
    return (_HOME / "warehouse.url").read_text().strip()


def _up(_: argparse.Namespace) -> None:
    """Start warehouse and shop, and write their addresses and credentials to files."""
    _HOME.mkdir(exist_ok=True)
    _HOME.chmod(0o755)  # for any umask; each secret file has its own mode
    server = _start_warehouse()
    _stop_shop()
    token = secrets.token_urlsafe(16)
    url = _start_shop(token)
    environment = {
        **server.environment(),
        "ECOMMERCE_CURRENCY": "CAD",
        "ECOMMERCE_CONTACTS_RELATION": "marketing.contacts",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "customer_number",
        "ECOMMERCE_CUSTOM_RATES_RELATION": "marketing.custom_rates",
        "TAP_SHOPAPP_SHOP_ID": "maple",
        "TAP_SHOPAPP_API_URL": url,
        "TAP_SHOPAPP_ACCESS_TOKEN": token,
        "TAP_ECB_RATES_SOURCE": "bundled",
        "TAP_ECB_RATES_START_DATE": "2024-08-15",
    }
    lines = "".join(f"{name}={value}\n" for name, value in environment.items())
    write_private(_HOME / "environment", lines)
    write_private(_HOME / "warehouse.url", f"{server.url}\n")
    sys.stdout.write(f"shop: {url}\nwarehouse: {server.host}:{server.port}\n")


def _start_warehouse() -> postgres.Postgres:
    server = postgres.configured() or postgres.start(_data_dir())
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(
            """
            create schema if not exists marketing;
            create table if not exists marketing.contacts (
                "idContact" bigint primary key, customer_number text, name text, email text
            );
            create table if not exists marketing.custom_rates (
                currency text, base_currency text, rate numeric, valid_from date, valid_to date,
                primary key (currency, valid_from)
            );
            """
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into marketing.contacts values (%s, %s, %s, %s) on conflict do nothing",
                demo_contacts(generate_shop()),
            )
            cursor.executemany(
                "insert into marketing.custom_rates values (%s, %s, %s, %s, %s)"
                " on conflict do nothing",
                demo_custom_rates(),
            )
    return server


def _data_dir() -> Path:
    """Return the warehouse's directory: in `.demo`, unless `nobody` has no access to it."""
    home = _HOME.absolute()
    if postgres.is_accessible(home):
        return home / "postgres"
    checkout = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    data_dir = Path("/var/tmp") / f"shopapp-demo-{checkout}"  # noqa: S108 - one per checkout
    sys.stdout.write(
        f"the warehouse is in {data_dir}, because only root has access to {home}\n"
    )
    return data_dir


def _start_shop(token: str) -> str:
    log = open_private(_HOME / "shop.log")
    process = subprocess.Popen(
        [sys.executable, "-m", "shopapp_demo", "serve"],
        env={**os.environ, _TOKEN: token},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    write_private(_HOME / "shop.pid", str(process.pid))
    while not (url := (_HOME / "shop.log").read_text().partition("\n")[0]).startswith("http"):
        if process.poll() is not None:
            message = f"The demo shop did not start: see {_HOME / 'shop.log'}."
            raise RuntimeError(message)
        time.sleep(0.05)
    return url


def _stop_shop() -> None:
    pid_file = _HOME / "shop.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text())
    pid_file.unlink()
    # Another process can have the same number by now.
    if "shopapp_demo" in _command_of(pid):
        os.kill(pid, signal.SIGTERM)


def _command_of(pid: int) -> str:
    """Return the command line of a process; empty if the process does not exist."""
    if Path("/proc/self").exists():
        command = Path(f"/proc/{pid}/cmdline")
        return command.read_text() if command.exists() else ""
    return subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)],  # noqa: S607 - its path differs by system
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def _down(_: argparse.Namespace) -> None:
    """Stop shop and warehouse. The warehouse keeps its data."""
    _stop_shop()
    postgres.stop(_data_dir())
    sys.stdout.write("stopped; `make demo` starts again with the same data\n")
