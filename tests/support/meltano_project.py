"""The module's Meltano project in a folder of a test's own, with nothing to install."""

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
    """Write the project as it is, but that nothing has to be installed for it.

    Args:
        folder: Where to.
        second_shop: Whether a shop stands beside the first, as docs/applications.md says.
        loader: The name of the loader plugin.
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
        [job] = [its for its in project["jobs"] if its["name"] == "ecommerce-sync"]
        job["tasks"][-1:] = [tasks, job["tasks"][-1]]
    text = yaml.safe_dump(project, sort_keys=False).replace("target-ecommerce", loader)
    (folder / "meltano.yml").write_text(text, encoding="utf-8")


def documented_shop() -> tuple[dict[str, Any], str]:
    """Return the plugin of a shop beside the first, and what to add to the job's tasks."""
    page = (ROOT / "docs" / "applications.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```yaml\n(plugins:.*?)```", page, re.DOTALL)
    [plugin] = yaml.safe_load(shown)["plugins"]["extractors"]
    [task] = re.findall(rf"`({plugin['name']} [a-z-]+)`", page)
    return plugin, task
