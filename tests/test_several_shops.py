"""Several shops are plugins that inherit from one plugin and have separate settings."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

from meltano_project import BIN, write_project

if TYPE_CHECKING:
    from pathlib import Path


def test_inheriting_shop_has_own_settings_and_hides_secrets(tmp_path: Path) -> None:
    write_project(tmp_path, second_shop=True)
    (tmp_path / ".env").write_text(
        "TAP_SHOPAPP_SHOP_ID=boutique\n"
        "TAP_SHOPAPP_API_URL=https://boutique.example\n"
        "TAP_SHOPAPP_ACCESS_TOKEN=canary-of-the-boutique\n"
        "TAP_SHOPAPP__EUROPE_ACCESS_TOKEN=canary-of-europe\n"
    )

    outputs = {name: printed(tmp_path, name) for name in ("tap-shopapp", "tap-shopapp--europe")}

    assert "canary" not in "".join(outputs.values())
    assert all(json.loads(text)["access_token"] for text in outputs.values())
    first, second = (json.loads(text) for text in outputs.values())
    assert (first["application"], first["shop_id"]) == ("shopapp", "boutique")
    assert second == first | {
        "application": "vendure",
        "shop_id": "europe",
        "api_url": "https://vendure.example",
        "channel_token": "europe",
        "time_zone": "Europe/Paris",
    }


def test_shop_without_token_does_not_send_another_shops_token(tmp_path: Path) -> None:
    write_project(tmp_path, second_shop=True)
    (tmp_path / ".env").write_text("TAP_SHOPAPP_ACCESS_TOKEN=canary-of-the-boutique\n")

    assert json.loads(printed(tmp_path, "tap-shopapp--europe"))["access_token"] == ""


def printed(project: Path, plugin: str) -> str:
    """Return Meltano's output of a plugin's settings."""
    environment = {name: value for name, value in os.environ.items() if "SHOPAPP" not in name}
    return subprocess.run(
        [BIN / "meltano", "config", "print", plugin],
        env=environment,
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
