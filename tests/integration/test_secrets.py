"""The shop's token stays where it was put, however much the tap is asked to tell."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from conftest import BIN, TOKEN
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import serve

if TYPE_CHECKING:
    from pathlib import Path

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
