"""Authorization by way of Meltano: chosen, set, tested, and never shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from doubles.logical_shop import make_shop
from doubles.woocommerce import serve_double

if TYPE_CHECKING:
    from collections.abc import Iterator

    from doubles.base import Double

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def double() -> Iterator[Double]:
    with serve_double(make_shop()) as running:
        yield running


@pytest.fixture(scope="module")
def meltano(double: Double, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run Meltano in this project, but with the tap that is installed already."""
    folder = tmp_path_factory.mktemp("project")
    project = yaml.safe_load((ROOT / "meltano.yml").read_text())
    [extractor] = [
        its for its in project["plugins"]["extractors"] if its["name"] == "tap-shopapp"
    ]
    del extractor["pip_url"]
    extractor["executable"] = str(BIN / "tap-shopapp")
    (folder / "meltano.yml").write_text(yaml.safe_dump(project))
    # What belongs to other applications is not looked at.
    settings = {
        "application": "woocommerce",
        "shop_id": "s",
        "access_token": "canary-of-another",
    }
    settings |= double.settings
    environment = {f"TAP_SHOPAPP_{name.upper()}": str(its) for name, its in settings.items()}

    def meltano(*arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BIN / "meltano", "--log-level", "debug", *arguments],
            env={**os.environ, **environment, **changed},
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )

    return meltano


def test_the_right_key_passes(meltano: Any) -> None:
    done = meltano("config", "test", "tap-shopapp")

    assert done.returncode == 0
    assert "Plugin configuration is valid" in done.stdout + done.stderr
    assert "canary" not in done.stdout + done.stderr


def test_a_wrong_key_fails_in_a_sentence(meltano: Any) -> None:
    done = meltano(
        "config", "test", "tap-shopapp", TAP_SHOPAPP_CONSUMER_SECRET="cs_canary_of_another"
    )

    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "The shop refused the authorization (401 on /wp-json/wc/v3/customers)." in said
    assert "Create a key with the permission Read for a shop manager" in said
    assert "Traceback" not in said
    assert "canary" not in said


def test_secrets_are_no_part_of_the_settings_that_are_shown(meltano: Any) -> None:
    done = meltano("config", "print", "tap-shopapp")

    said = done.stdout + done.stderr
    assert done.returncode == 0
    assert '"consumer_key": "*****"' in said
    assert '"consumer_secret": "*****"' in said
    assert "canary" not in said
