"""The definitions in hub/ are added by `meltano add`, from a URL too."""

from __future__ import annotations

import subprocess
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import yaml
from pipelines import BIN, ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.pipeline
def test_definition_is_added_by_its_url(tmp_path: Path) -> None:
    (tmp_path / "meltano.yml").write_text("send_anonymous_usage_stats: false\n")
    path = "hub/utilities/ecommerce.yml"
    handler = partial(SimpleHTTPRequestHandler, directory=str(ROOT))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/{path}"
        add = ["add", "--plugin-type", "utility", "ecommerce", "--no-install"]
        subprocess.run(
            [BIN / "meltano", *add, "--from-ref", address],
            cwd=tmp_path,
            capture_output=True,
            check=True,
        )
        server.shutdown()

    (plugin,) = yaml.safe_load((tmp_path / "meltano.yml").read_text())["plugins"]["utilities"]
    declared = yaml.safe_load((ROOT / path).read_text())
    assert plugin["pip_url"] == "$ECOMMERCE_PIP_URL"
    for key in ("settings", "commands"):
        assert plugin[key] == declared[key]
