"""`meltano add` accepts the definitions in hub/, also from a URL."""

from __future__ import annotations

import json
import os
import subprocess
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pipelines import BIN, ROOT
from shop_fakes.logical_shop import make_shop
from shop_fakes.registry import FAKES

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
    assert plugin["pip_url"].startswith("git+https://")
    for key in ("pip_url", "settings", "commands"):
        assert plugin[key] == declared[key]


@pytest.mark.pipeline
def test_extractor_of_one_application_reads_it_with_its_own_variables(tmp_path: Path) -> None:
    name = "tap-shopapp-woocommerce"
    project = tmp_path / "meltano.yml"
    project.write_text("send_anonymous_usage_stats: false\n")
    path = ROOT / "hub" / "extractors" / f"{name}.yml"
    add = ["add", "--plugin-type", "extractor", name, "--no-install", "--from-ref", str(path)]
    meltano(tmp_path, {}, *add)
    added = yaml.safe_load(project.read_text())
    [plugin] = added["plugins"]["extractors"]
    # The tap is installed in the same environment as Meltano.
    del plugin["pip_url"]
    plugin["executable"] = str(BIN / "tap-shopapp")
    project.write_text(yaml.safe_dump(added))

    with FAKES["woocommerce"](make_shop()) as fake:
        variables = {"shop_id": "w", **fake.settings}
        environment = {
            f"TAP_SHOPAPP_WOOCOMMERCE_{key.upper()}": value for key, value in variables.items()
        }
        # Variables of another extractor in the same project.
        environment |= {
            "TAP_SHOPAPP_APPLICATION": "vendure",
            "TAP_SHOPAPP_SHOP_ID": "another",
        }
        config = meltano(tmp_path, environment, "invoke", "--dump=config", name)
        wrong = {**environment, "TAP_SHOPAPP_WOOCOMMERCE_CONSUMER_SECRET": "cs_of_another"}
        refused = meltano(tmp_path, wrong, "config", "test", name, code=1)

    assert json.loads(config.stdout) == {
        **variables,
        "application": "woocommerce",
        "id_list_requests": 100,
        "request_timeout": 60,
        "user_agent": "tap-shopapp",
    }
    output = refused.stderr
    code = "woocommerce_rest_authentication_error"
    assert f"(401 {code} on /wp-json/wc/v3/customers)" in output
    assert (
        "consumer_key and consumer_secret with `meltano config set tap-shopapp-woocommerce"
        in output
    )


def meltano(
    project: Path, variables: dict[str, Any], *arguments: str, code: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run Meltano in a project, with no other variables of the tap."""
    environment = {name: value for name, value in os.environ.items() if "SHOPAPP" not in name}
    done = subprocess.run(
        [BIN / "meltano", "--log-level", "warning", *arguments],
        env={**environment, **variables},
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done
