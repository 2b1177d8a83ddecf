"""Secrets stay where they were put, however much the programs are asked to tell."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from conftest import BIN, ROOT, TOKEN
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import serve

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Pipeline

pytestmark = pytest.mark.pipeline


def _told(command: list[object], environment: dict[str, str]) -> str:
    """Return all that a command says, on whichever channel."""
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_the_token_is_in_nothing_that_the_tap_says(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    debug = {"TAP_SHOPAPP_LOGLEVEL": "DEBUG", "LOGLEVEL": "DEBUG"}
    with serve(generate_shop(orders=3), token=TOKEN) as running:
        for token in (TOKEN, f"{TOKEN}-that-is-wrong"):
            settings = {"shop_id": "s", "api_url": running.url, "access_token": token}
            config.write_text(json.dumps(settings))
            for options in ([], ["--test"], ["--discover"], ["--about", "--format=json"]):
                told = _told([BIN / "tap-shopapp", "--config", config, *options], debug)
                assert told
                assert TOKEN not in told, options
    settings["api_url"] = "http://127.0.0.1:1"
    config.write_text(json.dumps(settings | {"page_size": "many"}))
    assert TOKEN not in _told([BIN / "tap-shopapp", "--config", config], debug)


def test_the_password_is_in_nothing_that_the_utility_and_dbt_say(pipeline: Pipeline) -> None:
    password = pipeline.postgres.password
    if not password:
        pytest.skip("the server that is set asks for no password")
    environment = {
        **pipeline.postgres.environment(),
        **pipeline.settings,
        "ECOMMERCE_PROJECT_DIR": str(ROOT),
        "DBT_LOG_PATH": str(pipeline.folder / "logs"),
        "DBT_TARGET_PATH": str(pipeline.folder / "target"),
        "DBT_DEBUG": "true",
    }
    for command in ("check", "activate"):
        assert password not in _told([BIN / "ecommerce", command], environment)
    written = [path for path in pipeline.folder.rglob("*") if path.is_file()]
    assert any(path.name == "dbt.log" for path in written)
    for path in written:
        assert password.encode() not in path.read_bytes(), path
    wrong = environment | {"ECOMMERCE_WAREHOUSE_PASSWORD": "canary-7261"}
    for command in ("check", "activate"):
        assert "canary-7261" not in _told([BIN / "ecommerce", command], wrong)
