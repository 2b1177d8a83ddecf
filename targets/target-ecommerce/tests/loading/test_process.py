"""Kills, signals, broken input, and what reaches the logs."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import threading
import time
from contextlib import redirect_stdout, suppress
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import InvalidInputLine
from target_ecommerce.errors import LoadError
from target_ecommerce.writers.postgres.connection import connection_parameters
from target_runs import PROGRAM, Warehouse, connect, lines, record, schema, state

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "canary-7f3a"
COLUMNS = {
    "id": "string",
    "v": "string",
    "n": "integer",
    "t": "string:date-time",
    "j": "object",
}


def pages(count: int) -> list[Any]:
    """Return a stream of orders with their lines, and a state per page."""
    messages: list[Any] = [
        schema("orders", {"id": "string", "v": "integer"}),
        schema("lines", {"id": "string", "order": "string"}),
    ]
    for page in range(count):
        messages.append(record("orders", id=str(page % 7), v=page))
        messages += [record("lines", id=f"{page}/{n}", order=str(page)) for n in range(2)]
        messages.append(state({"page": page}))
    return messages


def start(warehouse: Warehouse, folder: Path, **settings: Any) -> subprocess.Popen[str]:
    path = folder / "config.json"
    path.write_text(json.dumps({**warehouse.config, **settings}))
    return subprocess.Popen(
        [PROGRAM, "--config", path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("every", [1, 3])
def test_run_that_ends_at_any_line_and_resumes_leaves_equal_rows(
    postgres: Warehouse, every: int
) -> None:
    """The input breaks at each line; the next run begins after the last state."""
    messages = pages(6)
    for end in range(2, len(messages) + 1):
        postgres.query(f"drop schema if exists {postgres.namespace} cascade")
        broken = [*messages[:end], '{"type": "RECORD", "str']
        states = load_broken(postgres, broken, checkpoint_rows=every)
        begin = messages.index(state(states[-1])) + 1 if states else 2
        for order, rows in orders_and_lines(postgres):
            assert rows in (0, 2), order  # an order and its lines arrive together

        postgres.load([*messages[:2], *messages[begin:]])

        assert postgres.rows("orders", "id") == [{"id": str(n), "v": n} for n in range(6)]
        assert len(postgres.rows("lines")) == 12


def load_broken(warehouse: Warehouse, messages: list[Any], **settings: Any) -> list[Any]:
    output = io.StringIO()
    with suppress(InvalidInputLine), redirect_stdout(output):
        warehouse.load_lazily(messages, **settings)
    return [json.loads(line) for line in output.getvalue().splitlines()]


def orders_and_lines(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    exists = warehouse.query(
        "select count(*) from information_schema.tables where table_schema ="
        f" '{warehouse.namespace}' and table_name = 'lines'"
    )
    if exists == [(0,)]:
        return []
    name = warehouse.namespace
    return warehouse.query(
        f"select o.v, count(l.id) from {name}.orders o left join {name}.lines l"
        ' on l."order" = o.v::text group by 1'
    )


@pytest.mark.slow
def test_killed_process_leaves_whole_checkpoints(postgres: Warehouse, tmp_path: Path) -> None:
    text = lines(pages(3000))
    for attempt in range(10):
        process = start(postgres, tmp_path, checkpoint_rows=50, batch_size_rows=20)
        feeder = threading.Thread(target=feed, args=(process, text))
        feeder.start()
        time.sleep(1.0 + 0.15 * attempt)
        process.kill()
        process.communicate()
        feeder.join()
        assert all(rows in (0, 2) for _, rows in orders_and_lines(postgres))

    postgres.load(pages(3000))

    assert len(postgres.rows("lines")) == 6000
    assert [row["v"] for row in postgres.rows("orders", "v")] == list(range(2993, 3000))


def feed(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdin
    try:
        process.stdin.write(text)
        process.stdin.flush()
    except (BrokenPipeError, ValueError):
        pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_while_reading_ends_without_state(
    postgres: Warehouse, tmp_path: Path, number: signal.Signals
) -> None:
    process = start(postgres, tmp_path)
    feed(process, lines([*pages(3), state({"page": 9})]))
    time.sleep(1.5)
    started = time.monotonic()

    process.send_signal(number)
    output, log = process.communicate(timeout=10)

    assert time.monotonic() - started < 5
    assert process.returncode == 128 + number
    assert output == ""
    assert "run the job again" in log
    assert orders_and_lines(postgres) == []


def test_signal_while_the_server_works_cancels_its_statement(
    postgres: Warehouse, tmp_path: Path
) -> None:
    messages = [schema("s", {"id": "string"}), record("s", id="1"), state(1)]
    postgres.load(messages[:1])
    with connect(postgres.config) as other:
        other.execute("begin")
        other.execute(f"lock table {postgres.namespace}.s".encode())
        process = start(postgres, tmp_path)
        feed(process, lines(messages))
        assert process.stdin
        process.stdin.close()
        process.stdin = None
        waiting = (
            "select count(*) from pg_stat_activity where application_name = 'target-ecommerce'"
            " and wait_event_type = 'Lock'"
        )
        while postgres.query(waiting) == [(0,)]:
            assert process.poll() is None
            time.sleep(0.05)
        started = time.monotonic()

        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=10)

        assert time.monotonic() - started < 5
        assert (process.returncode, output) == (128 + signal.SIGTERM, "")
        time.sleep(0.2)
        assert postgres.query(waiting) == [(0,)]


def test_connection_lost_during_a_checkpoint_ends_without_state(
    postgres: Warehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    def messages() -> Any:
        yield from [schema("s", {"id": "string"}), record("s", id="1"), record("s", id="2")]
        with connect(postgres.config) as other:
            other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'target-ecommerce'"
            )
        yield from [record("s", id="3"), state(1)]

    with pytest.raises(LoadError, match="run the job again"):
        postgres.load_lazily(messages(), batch_size_rows=1)

    assert capsys.readouterr().out == ""


def test_truncated_line_ends_without_state(postgres: Warehouse, tmp_path: Path) -> None:
    text = lines(pages(2)) + f'{{"type":"RECORD","stream":"orders","record":{{"v":"{CANARY}'

    done = postgres.run(text, tmp_path)

    assert done.returncode == 1
    assert done.stdout == ""
    assert "is not a JSON object" in done.stderr
    assert CANARY not in done.stderr


@pytest.mark.parametrize("level", ["debug", "info"])
def test_no_cell_reaches_a_log(
    warehouse: Warehouse, tmp_path: Path, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TARGET_ECOMMERCE_LOGLEVEL", level)
    good = {"v": CANARY, "j": {"a": CANARY}}
    messages = [
        schema("s", COLUMNS),
        record("s", id="1", **good, n=CANARY),
        record("s", id="2", **good, t=CANARY),
        record("s", id="3", **good, extra=CANARY),
        record("s", id=f"{CANARY}@example.com", **good, n=CANARY),
        f'{{"type":"RECORD","stream":"s","record":{{"id":"4","v":"{CANARY}\\ud800","n":1e999}}}}',
        state(1),
    ]

    done = warehouse.run(lines(messages), tmp_path)

    assert done.returncode == 0
    assert CANARY not in done.stderr + done.stdout
    assert done.stderr.count("Rejected a record") == 4
    assert ("DEBUG" in done.stderr) == (level == "debug")
    broken = warehouse.run(
        lines([*messages, f'{{"type":"RECORD","stream":"s","record":["{CANARY}"]}}']), tmp_path
    )
    assert broken.returncode == 1
    assert CANARY not in broken.stderr + broken.stdout


def test_rejected_rows_are_logged_ten_times(warehouse: Warehouse, tmp_path: Path) -> None:
    rows = [record("s", id=str(n), n="x") for n in range(30)]

    done = warehouse.run(lines([schema("s", COLUMNS), *rows]), tmp_path)

    assert done.stderr.count("Rejected a record") == 10
    assert "Further ones are only counted" in done.stderr
    assert "30 rejected" in done.stderr


def test_about_lists_settings_and_hides_the_password() -> None:
    done = subprocess.run(
        [PROGRAM, "--about", "--format=json"], capture_output=True, text=True, check=True
    )

    about = json.loads(done.stdout)
    assert {"batch", "stream-maps", "activate-version", "hard-delete"} <= set(
        about["capabilities"]
    )
    properties = about["settings"]["properties"]
    assert "load_method" not in properties
    assert properties["password"]["secret"]
    assert all(definition.get("description") for definition in properties.values())


def test_connection_has_keepalives_timeouts_and_tls() -> None:
    config = {
        "host": "/run/postgresql",
        "database": "d",
        "sslmode": "verify-full",
        "sslrootcert": "ca.pem",
        "sslcert": "c.pem",
        "sslkey": "k.pem",
        "connect_timeout": 30,
        "network_timeout": 60,
    }

    parameters = connection_parameters(config)

    assert parameters["host"] == "/run/postgresql"
    assert parameters["dbname"] == "d"
    assert parameters["keepalives_idle"] == 30
    assert parameters["tcp_user_timeout"] == 60_000
    assert {"sslmode", "sslrootcert", "sslcert", "sslkey"} <= set(parameters)
    assert "password" not in parameters


def test_tls_is_required_where_the_setting_says_so(postgres: Warehouse, tmp_path: Path) -> None:
    done = postgres.run(lines([schema("s", COLUMNS)]), tmp_path, sslmode="require")

    assert done.returncode == 1
    assert "cannot connect to Postgres" in done.stderr
    assert "SSL" in done.stderr


def test_settings_come_from_the_environment(
    postgres: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in postgres.config.items():
        monkeypatch.setenv(f"TARGET_ECOMMERCE_{name.upper()}", str(value))

    done = subprocess.run(
        [PROGRAM, "--config=ENV"],
        input=lines([schema("s", COLUMNS), record("s", id="1"), state(1)]),
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
        cwd=tmp_path,
    )

    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    assert [row["id"] for row in postgres.rows("s")] == ["1"]
