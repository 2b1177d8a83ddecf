"""The module's Meltano project in a test's folder, with installed plugins."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def write_project(
    folder: Path, *, second_shop: bool = False, loader: str = "target-ecommerce"
) -> None:
    """Write the project, changed to use plugins that are already installed.

    Args:
        folder: Target folder.
        second_shop: Whether to add the second shop of docs/applications.md.
        loader: Name of the loader plugin.
    """
    project = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
    for kind in project["plugins"].values():
        for plugin in kind:
            del plugin["pip_url"]
            if executable := plugin.get("executable"):
                plugin["executable"] = str(BIN / executable)
    if second_shop:
        plugin, tasks = documented_shop()
        project["plugins"]["extractors"].append(plugin)
        [job] = [job for job in project["jobs"] if job["name"] == "ecommerce-sync"]
        job["tasks"][-1:] = [tasks, job["tasks"][-1]]
    text = yaml.safe_dump(project, sort_keys=False).replace("target-ecommerce", loader)
    (folder / "meltano.yml").write_text(text, encoding="utf-8")


def documented_shop() -> tuple[dict[str, Any], str]:
    """Return the plugin of the documented second shop, and its addition to the job's tasks."""
    page = (ROOT / "docs" / "applications.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```yaml\n(plugins:.*?)```", page, re.DOTALL)
    [plugin] = yaml.safe_load(shown)["plugins"]["extractors"]
    [task] = re.findall(rf"`({plugin['name']} [a-z-]+)`", page)
    return plugin, task
