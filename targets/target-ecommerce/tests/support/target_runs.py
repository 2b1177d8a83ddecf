"""Runs of the target on messages, and what is in the warehouse afterwards."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import msgspec
import psycopg
from psycopg.types.json import set_json_loads
from target_ecommerce.target import TargetEcommerce

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_encoder = msgspec.json.Encoder(decimal_format="number")
PROGRAM = Path(sys.executable).with_name("target-ecommerce")


@dataclass
class Warehouse:
    """A schema of a warehouse that belongs to one test."""

    config: dict[str, Any]

    @property
    def namespace(self) -> str:
        return str(self.config["default_target_schema"])

    @property
    def is_postgres(self) -> bool:
        return self.config.get("warehouse") != "duckdb"

    def load(self, messages: Iterable[Any], **settings: Any) -> list[Any]:
        """Load messages in this process; return the STATE values that the target wrote."""
        output = io.StringIO()
        with redirect_stdout(output), kept_signal_handlers():
            TargetEcommerce(config={**self.config, **settings}).listen(
                io.StringIO(lines(messages))
            )
        return [json.loads(line) for line in output.getvalue().splitlines()]

    def load_lazily(self, messages: Iterable[Any], **settings: Any) -> None:
        """Load messages that are made while the target reads them."""
        source: Any = (lines([message]) for message in messages)
        with kept_signal_handlers():
            TargetEcommerce(config={**self.config, **settings}).listen(source)

    def run(self, text: str, folder: Path, **settings: Any) -> subprocess.CompletedProcess[str]:
        """Load messages in another process."""
        path = folder / "config.json"
        path.write_text(json.dumps({**self.config, **settings}))
        return subprocess.run(
            [PROGRAM, "--config", path], input=text, capture_output=True, text=True, check=False
        )

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query, or nothing for another statement."""
        if self.is_postgres:
            with connect(self.config) as connection:
                cursor = connection.execute(statement.encode(), parameters or None)
                return cursor.fetchall() if cursor.description else []
        with duckdb.connect(self.config["path"]) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(statement, parameters or None).fetchall()

    def rows(self, table: str, order: str = "1") -> list[dict[str, Any]]:
        """Return the rows of a table without metadata, as exact Python values."""
        found = self.query(
            "select column_name, data_type from information_schema.columns where"
            f" table_schema = '{self.namespace}' and table_name = '{table}'"
            " order by ordinal_position"
        )
        columns = {name: kind for name, kind in found if not name.startswith("_sdc_")}
        names = ", ".join(f'"{name}"' for name in columns)
        records = self.query(f'select {names} from {self.namespace}."{table}" order by {order}')
        return [
            {
                name: plain(value, columns[name])
                for name, value in zip(columns, row, strict=True)
            }
            for row in records
        ]

    def log(self, stream: str) -> dict[str, int]:
        """Return the sums of the load log of a stream."""
        names = [
            "received",
            "rejected",
            "staged",
            "inserted",
            "updated",
            "unchanged",
            "superseded",
            "deleted",
        ]
        sums = ", ".join(f"sum(rows_{name})" for name in names)
        (row,) = self.query(
            f"select {sums} from {self.namespace}.ecommerce_load_log where stream = '{stream}'"
        )
        return {name: int(value) for name, value in zip(names, row, strict=True) if value}


def connect(config: dict[str, Any]) -> psycopg.Connection[Any]:
    connection = psycopg.connect(
        host=config["host"],
        port=config["port"],
        user=config["user"],
        password=config["password"],
        dbname=config["database"],
        options="-c timezone=UTC",
        autocommit=True,
    )
    set_json_loads(partial(json.loads, parse_float=Decimal), connection)
    return connection


def plain(value: Any, kind: str) -> Any:
    """Return a value of a warehouse as text, number or JSON."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=timezone.utc)
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, str) and kind == "JSON":
        return json.loads(value, parse_float=Decimal)
    return value


def lines(messages: Iterable[Any]) -> str:
    """Return messages as input; a text is a line by itself. Decimals are numbers."""
    return "".join(
        f"{message if isinstance(message, str) else _encoder.encode(message).decode()}\n"
        for message in messages
    )


def schema(
    stream: str,
    properties: dict[str, Any],
    keys: Sequence[str] = ("id",),
    bookmark: str | None = None,
) -> dict[str, Any]:
    """Return a SCHEMA message; a property is a JSON type, or a type and a format."""
    definitions = {name: _definition(kind) for name, kind in properties.items()}
    message = {
        "type": "SCHEMA",
        "stream": stream,
        "schema": {"type": "object", "properties": definitions},
        "key_properties": list(keys),
    }
    return {**message, "bookmark_properties": [bookmark]} if bookmark else message


def _definition(kind: Any) -> Any:
    if not isinstance(kind, str):
        return kind
    name, _, form = kind.partition(":")
    return {"type": ["null", name], **({"format": form} if form else {})}


def record(stream: str, values: Any = None, /, **more: Any) -> dict[str, Any]:
    return {"type": "RECORD", "stream": stream, "record": {**(values or {}), **more}}


def state(value: Any) -> dict[str, Any]:
    return {"type": "STATE", "value": value}


@contextmanager
def kept_signal_handlers() -> Iterator[None]:
    """Restore the signal handlers that a target replaces."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
