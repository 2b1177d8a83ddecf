"""The command line: one message, exit code 0 or 1, no traceback, and never the token."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Place, Scripted
    from pytest_httpserver import HTTPServer
    from shopapp_demo.server import RunningShop


TOKEN = "canary-of-the-shop"


@dataclass(frozen=True)
class Outputs:
    """The output of the program."""

    code: int
    output: str
    log: str

    @property
    def last(self) -> str:
        """The last line of the log."""
        return self.log.splitlines()[-1]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The Singer messages."""
        return [json.loads(line) for line in self.output.splitlines()]


@pytest.fixture
def tap(tmp_path: Path) -> Callable[..., Outputs]:
    def tap(*arguments: str, level: str = "INFO", **settings: object) -> Outputs:
        config = tmp_path / "config.json"
        config.write_text(json.dumps(settings))
        done = subprocess.run(
            [sys.executable, "-m", "tap_shopapp", "--config", str(config), *arguments],
            env={"LOGLEVEL": level, "PYTHONPATH": ":".join(sys.path), "LC_ALL": "C"},
            capture_output=True,
            check=False,
        )
        output = Outputs(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in output.log
        return output

    return tap


def test_valid_token_passes_the_connection_test(
    tap: Callable[..., Outputs], running: RunningShop, place: Place
) -> None:
    place("1")

    output = tap("--test", shop_id="s", api_url=running.url, access_token=TOKEN)

    assert output.code == 0


def test_wrong_token_is_an_error_before_the_first_message(
    tap: Callable[..., Outputs], running: RunningShop
) -> None:
    for arguments in ([], ["--test"]):
        output = tap(*arguments, shop_id="s", api_url=running.url, access_token="wrong")

        assert (output.code, output.output) == (1, "")
        assert re.sub("request [0-9a-f]{8}", "request ID", output.last) == (
            "The shop rejected the credentials (401 on /v1/shop, request ID). Create a token"
            " with read access to orders, products, categories and customers, then run"
            " `meltano config set tap-shopapp access_token …`."
        )


def test_token_without_scope_for_orders_is_an_error(
    tap: Callable[..., Outputs], httpserver: HTTPServer
) -> None:
    about = {"id": "s1", "time_zone": "UTC", "scopes": ["read_products", "read_customers"]}
    httpserver.expect_request("/v1/shop").respond_with_json(about)

    output = tap(shop_id="s", api_url=httpserver.url_for("/"), access_token=TOKEN)

    assert (output.code, output.output) == (1, "")
    assert output.last == (
        "The token lacks read_categories, read_transactions. Create a token that has them, or"
        " deselect the streams that need them."
    )


def test_invalid_settings_are_named_without_values(tap: Callable[..., Outputs]) -> None:
    output = tap(shop_id="no/slash", access_token=["canary"], page_size=0)

    assert (output.code, output.output) == (1, "")
    assert output.last == (
        "Settings of tap-shopapp are missing or invalid: access_token must be text; page_size"
        " must be a whole number of at least 1; shop_id must be 1 to 64 letters, digits, dots,"
        " hyphens and underscores. Set each with"
        " `meltano config set tap-shopapp <setting> <value>`."
    )
    assert "canary" not in output.log


def test_missing_settings_fail_the_connection_test(tap: Callable[..., Outputs]) -> None:
    output = tap("--test")

    assert (output.code, output.output) == (1, "")
    assert output.last == (
        "Settings of tap-shopapp are missing or invalid: shop_id is not set. Set each with"
        " `meltano config set tap-shopapp <setting> <value>`."
    )


def test_missing_setting_of_the_application_is_named(tap: Callable[..., Outputs]) -> None:
    output = tap("--test", shop_id="s")

    assert (output.code, output.output) == (1, "")
    assert output.last == (
        "The setting api_url is missing. Set it with"
        " `meltano config set tap-shopapp api_url …`."
    )


def test_discovery_needs_no_settings(tap: Callable[..., Outputs]) -> None:
    output = tap("--discover")

    assert output.code == 0
    assert {stream["tap_stream_id"] for stream in json.loads(output.output)["streams"]} == {
        *("shops", "transactions", "items", "refunds", "sales_events"),
        *("products", "categories", "customers"),
        *("deleted_transactions", "rejected_records", "full_lists", "id_ranges"),
    }


def test_invalid_start_date_is_an_error(tap: Callable[..., Outputs]) -> None:
    output = tap(
        shop_id="s", api_url="https://s.example", access_token=TOKEN, start_date="2024-13-01"
    )

    assert (output.code, output.output) == (1, "")
    assert output.last == (
        "The setting start_date is not a time. Set it to one such as 2026-01-31T00:00:00Z."
    )


@pytest.mark.parametrize("arguments", [[], ["--test"]], ids=["sync", "connection test"])
def test_start_date_after_the_shops_clock_is_an_error(
    tap: Callable[..., Outputs], running: RunningShop, arguments: list[str]
) -> None:
    shop = {"shop_id": "s", "api_url": running.url, "access_token": TOKEN}

    output = tap(*arguments, **shop, start_date="2999-01-01")

    assert (output.code, output.output) == (1, "")
    assert output.last == (
        "The setting start_date is later than the shop's clock. Set an earlier time."
    )


def test_catalog_file_selects_streams_and_fields(
    tap: Callable[..., Outputs], running: RunningShop, place: Place, tmp_path: Path
) -> None:
    place("1", email="ann@example.com")
    settings = {"shop_id": "s", "api_url": running.url, "access_token": TOKEN}
    catalog = json.loads(tap("--discover").output)
    for stream in catalog["streams"]:
        whole = next(entry for entry in stream["metadata"] if not entry["breadcrumb"])
        whole["metadata"]["selected"] = stream["tap_stream_id"] == "transactions"
        for entry in stream["metadata"]:
            if entry["breadcrumb"] == ["properties", "email"]:
                entry["metadata"]["selected"] = False
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(catalog))

    output = tap("--catalog", str(path), **settings)

    (order,) = [m["record"] for m in output.messages if m["type"] == "RECORD"]
    assert order["transaction_id"] == "1"
    assert order["email_normalized"] == "ann@example.com"
    assert "email" not in order
    (schema,) = [m for m in output.messages if m["type"] == "SCHEMA"]
    assert "email" not in schema["schema"]["properties"]


def test_failed_run_leaves_the_state_of_its_last_complete_page(
    tap: Callable[..., Outputs], scripted: Scripted, httpserver: HTTPServer
) -> None:
    def order(day: int) -> dict[str, str]:
        return {"id": str(day), "updated_at": f"2024-01-0{day}T00:00:00Z"}

    scripted(
        {"data": [order(1), order(2)], "has_more": True, "next_cursor": "a"},
        {"data": [order(3)]},
    )

    output = tap(shop_id="s", api_url=httpserver.url_for("/"), access_token=TOKEN)

    assert output.code == 1
    assert output.last == (
        "A page of /v1/transactions lacks the list data or the boolean has_more. Ask the"
        " shop's developer to compare it with openapi.yaml."
    )
    orders = [
        m["record"]["transaction_id"]
        for m in output.messages
        if m["type"] == "RECORD" and m["stream"] == "transactions"
    ]
    assert orders == ["1", "2"]
    bookmarks = [
        m["value"]["bookmarks"].get("transactions", {})
        for m in output.messages
        if m["type"] == "STATE"
    ][-1]
    reported = [
        bookmarks.get("replication_key_value"),
        bookmarks.get("progress_markers", {}).get("replication_key_value"),
    ]
    assert reported == ["2024-01-02T00:00:00.000000Z", None]


def test_rejected_token_is_not_printed(
    tap: Callable[..., Outputs], running: RunningShop
) -> None:
    for arguments in ([], ["--test"]):
        output = tap(
            *arguments,
            level="DEBUG",
            shop_id="s",
            api_url=running.url,
            access_token="canary-that-is-rejected",
        )

        assert output.code == 1
        assert "canary" not in output.output + output.log


def test_token_is_in_no_log_state_catalog_or_about_output(
    tap: Callable[..., Outputs], running: RunningShop, place: Place
) -> None:
    place("1")
    settings = {"shop_id": "s", "api_url": running.url, "access_token": TOKEN}

    for arguments in ([], ["--discover"], ["--about", "--format=json"]):
        output = tap(*arguments, level="DEBUG", **settings)

        assert output.code == 0
        assert TOKEN not in output.output + output.log


def test_messages_are_utf8_in_any_terminal(
    tap: Callable[..., Outputs], running: RunningShop, place: Place
) -> None:
    place("1", order_name="Gül 😀")

    output = tap(shop_id="s", api_url=running.url, access_token=TOKEN)

    assert "Gül 😀" in output.output


# A run was terminated between two requests: the exception of the signal left the lock of the
# connection pool taken, and the shutdown waited for this lock.
ENDED_AT_A_LOCK = """
import os, signal, threading
from tap_shopapp.tap import TapShopApp
tap = TapShopApp(config={"shop_id": "s"})
lock = threading.Lock()
lock.acquire()
try:
    os.kill(os.getpid(), signal.SIGTERM)
finally:
    lock.acquire()
"""


def test_terminated_run_waits_for_no_lock() -> None:
    command = [sys.executable, "-c", ENDED_AT_A_LOCK]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)

    assert done.returncode == -signal.SIGALRM
    assert json.loads(done.stdout)["type"] == "STATE"
