"""The tap never prints the shop's token, at any log level."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, ClassVar

import pytest
from pipelines import BIN, TOKEN
from shopapp_demo.auth import Auth
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import serve
from typing_extensions import override

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.pipeline


def _output(command: list[object], environment: dict[str, str]) -> str:
    """Return the output of a command on stdout and stderr."""
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_tap_output_contains_no_secret(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    debug = {"TAP_SHOPAPP_LOGLEVEL": "DEBUG", "LOGLEVEL": "DEBUG"}
    secret = "canary-of-the-client"
    auth = Noting(TOKEN, clients={"me": secret})
    with serve(generate_shop(orders=3), auth=auth) as running:
        for authorization in (
            {"access_token": TOKEN},
            {"access_token": f"{TOKEN}-that-is-wrong"},
            {"client_id": "me", "client_secret": secret},
            {"client_id": "me", "client_secret": f"{secret}-that-is-wrong"},
        ):
            settings = {"shop_id": "s", "api_url": running.url, **authorization}
            config.write_text(json.dumps(settings))
            for options in ([], ["--test"], ["--discover"], ["--about", "--format=json"]):
                output = _output([BIN / "tap-shopapp", "--config", config, *options], debug)
                assert output
                for hidden in (TOKEN, secret, *auth.tokens):
                    assert hidden not in output, options
    assert len(auth.tokens) == 2
    settings["api_url"] = "http://127.0.0.1:1"
    config.write_text(json.dumps(settings | {"page_size": "many"}))
    assert secret not in _output([BIN / "tap-shopapp", "--config", config], debug)


class Noting(Auth):
    """Credentials check that records the issued tokens."""

    tokens: ClassVar[list[str]] = []

    @override
    def give_token(self, authorization: str, form: str) -> dict[str, str | int]:
        answer = super().give_token(authorization, form)
        self.tokens.append(str(answer["access_token"]))
        return answer
