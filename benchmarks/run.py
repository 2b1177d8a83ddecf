"""Measure the costs of the tap and its alternatives in turns, as ratios.

    python run.py [--orders 100000] [--load-orders 25000] [--records 300000] [--rounds 3]
                  [--only extract|load|records]

The cost of a contender is the CPU time and the peak memory of its processes, without the shop's
server and the database. The sequence is A B C A B C, so that a slow minute affects all.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from shopapp_demo.postgres import Postgres, private_postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
SYNC = "tap-shopapp → target-ecommerce"


@dataclass(frozen=True)
class Cost:
    """Cost of a run: CPU seconds, wall seconds, peak memory of its largest process in MB."""

    cpu: float
    wall: float
    memory: float


def main() -> None:
    """Run all contenders and print three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--load-orders", type=int, default=25_000)
    parser.add_argument("--records", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["extract", "load", "records"])
    options = parser.parse_args()
    names = ("singer-sdk", "meltanolabs-target-postgres", "dlt", "orjson", "requests")
    versions = ", ".join(f"{name} {_version(name)}" for name in names)
    say(
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python"
        f" {platform.python_version()}; {versions}; medians of {options.rounds} rounds.\n"
    )
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if options.only in (None, "extract"):
            with served("shop_server.py", options.orders) as url:
                say(f"## Extract {options.orders:,} orders\n")
                report(extract(url, folder, options.rounds), floor="requests + orjson loop")
        if options.only == "extract":
            return
        with private_postgres(folder / "pg") as postgres:
            if options.only in (None, "load"):
                with served("shop_server.py", options.load_orders) as url:
                    say(f"\n## Extract and load {options.load_orders:,} orders\n")
                    costs = load(url, postgres, folder, options.rounds)
                    report(costs, floor="COPY loop")
                    compare(costs, SYNC, "dlt rest_api, merge")
            if options.only in (None, "records"):
                messages = recorded_messages(folder, options.records)
                say(f"\n## Load {options.records:,} records\n")
                report(load_file(messages, postgres, folder, options.rounds), "COPY loop")


def extract(url: str, folder: Path, rounds: int) -> dict[str, list[Cost]]:
    """Let each contender extract all records; the output is discarded."""
    config = folder / "config.json"
    config.write_text(json.dumps({"shop_id": "s", "api_url": url, "access_token": "t"}))
    plain = folder / "plain.json"
    plain.write_text(json.dumps({"api_url": url, "access_token": "t"}))
    return in_turns(
        {
            "requests + orjson loop": lambda: cost([[sys.executable, HERE / "loop.py", url]]),
            "tap-shopapp": lambda: cost([[BIN / "tap-shopapp", "--config", config]]),
            "plain singer-sdk tap": lambda: cost(
                [[sys.executable, HERE / "plain_tap.py", "--config", plain]]
            ),
        },
        rounds,
    )


def recorded_messages(folder: Path, records: int) -> Path:
    """Write the messages of the tap to a file, about as many records as asked for."""
    # An order has 3.7 lines, refunds and sales events.
    with served("shop_server.py", int(records / 4.74)) as url:
        config = folder / "config.json"
        config.write_text(json.dumps({"shop_id": "s", "api_url": url, "access_token": "t"}))
        path = folder / "messages.singer"
        with path.open("wb") as file:
            subprocess.run(
                [BIN / "tap-shopapp", "--config", config],
                stdout=file,
                stderr=subprocess.DEVNULL,
                check=True,
            )
    return path


def load_file(
    messages: Path, postgres: Postgres, folder: Path, rounds: int
) -> dict[str, list[Cost]]:
    """Let each contender load the same messages: into an empty table, then again."""
    target = target_config(postgres, folder, "raw_target")
    read = ["cat", messages]
    ours = [BIN / "target-ecommerce", "--config", target]
    loop = [sys.executable, HERE / "copy_loop.py", messages, postgres.url]
    expected.clear()
    return in_turns(
        {
            "COPY loop": lambda: loaded(postgres, "raw_loop", "items", [loop]),
            "target-ecommerce, new tables": lambda: loaded(
                postgres, "raw_target", "items", [read, ours]
            ),
            "target-ecommerce, same rows again": lambda: cost([read, ours]),
        },
        rounds,
    )


def target_config(postgres: Postgres, folder: Path, schema: str) -> Path:
    """Write the settings of target-ecommerce for a schema."""
    path = folder / f"{schema}.json"
    path.write_text(
        json.dumps(
            {
                "host": postgres.host,
                "port": postgres.port,
                "user": postgres.user,
                "password": postgres.password,
                "database": postgres.database,
                "default_target_schema": schema,
            }
        )
    )
    return path


def load(url: str, postgres: Postgres, folder: Path, rounds: int) -> dict[str, list[Cost]]:
    """Let each contender load all records into empty tables, and compare the row counts."""
    tap = folder / "config.json"
    tap.write_text(json.dumps({"shop_id": "s", "api_url": url, "access_token": "t"}))
    target = folder / "target.json"
    target.write_text(
        json.dumps(
            {
                "sqlalchemy_url": postgres.url.replace("postgresql:", "postgresql+psycopg:", 1),
                "default_target_schema": "raw_singer",
                "use_copy": True,
                "validate_records": False,
            }
        )
    )
    singer = [
        [BIN / "tap-shopapp", "--config", tap],
        [BIN / "target-postgres", "--config", target],
    ]
    ours = [
        singer[0],
        [BIN / "target-ecommerce", "--config", target_config(postgres, folder, "raw_target")],
    ]
    return in_turns(
        {
            "COPY loop": lambda: loaded(
                postgres,
                "raw_loop",
                "items",
                [[sys.executable, HERE / "copy_loop.py", url, postgres.url]],
            ),
            SYNC: lambda: loaded(postgres, "raw_target", "items", ours),
            "tap-shopapp → target-postgres": lambda: loaded(
                postgres, "raw_singer", "items", singer
            ),
            "dlt rest_api, merge": lambda: loaded(
                postgres,
                "raw_dlt",
                "transactions__items",
                [[sys.executable, HERE / "dlt_load.py", url, postgres.url]],
            ),
        },
        rounds,
    )


def in_turns(contenders: dict[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    """Run all contenders in each round, after a first round that is not counted."""
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, run in contenders.items():
            sys.stderr.write(f"round {turn} of {rounds}: {name} …\n")
            result = run()
            if turn:
                costs[name].append(result)
    return costs


def loaded(postgres: Postgres, schema: str, items: str, commands: list[list[Any]]) -> Cost:
    """Return the cost of a load into an empty schema; check the row counts."""
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        for name in (schema, f"{schema}_staging"):
            connection.execute(f'drop schema if exists "{name}" cascade')
        result = cost(commands)
        counts = connection.execute(
            f"select (select count(*) from {schema}.transactions),"
            f" (select count(*) from {schema}.{items})"
        ).fetchone()
    expected.setdefault("rows", counts)
    if counts != expected["rows"]:
        message = f"{schema} has {counts} rows instead of {expected['rows']}."
        raise SystemExit(message)
    return result


expected: dict[str, Any] = {}


def cost(commands: list[list[Any]]) -> Cost:
    """Run commands as a pipe and return their total cost."""
    with tempfile.TemporaryDirectory(prefix="home-") as home:
        environment = {**os.environ, "DLT_DATA_DIR": home, "RUNTIME__DLTHUB_TELEMETRY": "false"}
        # Programs write compiled modules, so that only the first run compiles.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        started = time.monotonic()
        processes: list[subprocess.Popen[bytes]] = []
        for place, command in enumerate(commands):
            is_last = place == len(commands) - 1
            process = subprocess.Popen(
                command,
                stdin=processes[-1].stdout if processes else subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if is_last else subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
            if processes and processes[-1].stdout:
                processes[-1].stdout.close()  # so that the writer gets a broken pipe
            processes.append(process)
        usages = []
        for process in processes:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            usages.append(usage)
        wall = time.monotonic() - started
    if failed := [process.args for process in processes if process.returncode]:
        message = f"{failed} failed."
        raise SystemExit(message)
    return Cost(
        cpu=sum(usage.ru_utime + usage.ru_stime for usage in usages),
        wall=wall,
        memory=max(usage.ru_maxrss for usage in usages) / 1024,
    )


@contextmanager
def served(script: str, *arguments: object) -> Iterator[str]:
    """Serve a shop in a separate process and yield the address that it prints."""
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout  # noqa: S101 - it is a pipe
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def report(costs: dict[str, list[Cost]], floor: str) -> None:
    """Print a table of medians, and of ratios to the lower bound per round."""
    say("| | CPU s | × CPU (least–most) | wall s | × wall | MB |")
    say("|---|---|---|---|---|---|")
    for name, runs in costs.items():
        cpu = [run.cpu / base.cpu for run, base in zip(runs, costs[floor], strict=True)]
        wall = [run.wall / base.wall for run, base in zip(runs, costs[floor], strict=True)]
        say(
            f"| {name} | {statistics.median(run.cpu for run in runs):.1f}"
            f" | {statistics.median(cpu):.2f} ({min(cpu):.2f}–{max(cpu):.2f})"
            f" | {statistics.median(run.wall for run in runs):.1f}"
            f" | {statistics.median(wall):.2f}"
            f" | {max(run.memory for run in runs):.0f} |"
        )


def compare(costs: dict[str, list[Cost]], faster: str, slower: str) -> None:
    """Print how many times faster a contender is, as the median of the rounds."""
    pairs = list(zip(costs[faster], costs[slower], strict=True))
    wall = [other.wall / one.wall for one, other in pairs]
    cpu = [other.cpu / one.cpu for one, other in pairs]
    say(
        f"\n{faster} takes {statistics.median(wall):.1f} times less wall time than {slower}"
        f" ({min(wall):.1f}–{max(wall):.1f}), and {statistics.median(cpu):.1f} times less CPU"
        f" ({min(cpu):.1f}–{max(cpu):.1f})."
    )


def _version(name: str) -> str:
    """Return the version of a package; not all are installed for a part of the benchmark."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def say(line: str) -> None:
    """Print a line without buffering."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
